import { classCosts } from '#core/analysis/class-costs.ts';
import { compareStudy } from '#core/analysis/comparison.ts';
import type { CurveQuery, FigureLook, FigureSource } from '#core/figure/built-figure.ts';
import type { FigureRequest } from '#core/figure/figure-request.ts';
import { figureRequestSchema } from '#core/figure/figure-request.ts';
import { buildNetwork } from '#core/network/network.ts';
import { randomStream } from '#core/random.ts';
import type { Curve, RunDetail, RunRecord, RunSummary, StepTimes, StudyRecord } from '#core/records.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { planTraining } from '#core/training/plan.ts';
import { frozenDepths } from '#core/training/profile.ts';
import { predictedRatio } from '#core/training/profile-savings.ts';
import { UNKNOWN_CONDITIONS } from './conditions.ts';

export const PAPER: FigureLook = { theme: 'paper', fontPx: 10.7, greySafe: false };
export const LIGHT: FigureLook = { theme: 'light', fontPx: 12, greySafe: false };
export const DARK: FigureLook = { theme: 'dark', fontPx: 12, greySafe: false };

/** A request with its defaults. */
export function figureRequest(request: { readonly kind: FigureRequest['kind']; readonly [key: string]: unknown }) {
  return figureRequestSchema.parse(request);
}

/** A source over studies in memory, with curves that are functions of the run's place. */
export function sourceOf(...studies: StudyRecord[]): FigureSource {
  const records = studies.flatMap((study) => study.runs);
  const found = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The test asks for something that is not there.');
    return value;
  };
  const recordOf = (id: string) => found(records.find((run) => run.id === id));
  return {
    study: async (id) => found(studies.find((study) => study.id === id)),
    compare: async (id) => compareStudy(found(studies.find((study) => study.id === id))),
    classCosts: async (id) => classCosts(found(studies.find((study) => study.id === id)), () => null),
    run: async (id) => runDetail(recordOf(id)),
    predictions: async () => [],
    rows: async (ids) => ids.map((id) => runSummary(recordOf(id), studies)),
    curves: async (query) => query.runs.map((id) => curveOf(recordOf(id), query)),
    stepTimes: async (id) => stepTimes(recordOf(id)),
  };
}

export function runDetail(run: RunRecord): RunDetail {
  const network = buildNetwork(run.spec.model, { height: 28, width: 28, channels: 1 }, 10);
  const plan = planTraining(run.spec, network);
  const frozen = plan.layers.filter(
    (layer) => layer.freezeStep !== null && layer.freezeStep <= run.epoch * run.stepsPerEpoch,
  );
  return {
    ...run,
    steps: plan.steps,
    stepsPerEpoch: plan.stepsPerEpoch,
    layerCount: plan.layers.length,
    layers: plan.layers,
    epochs: Array.from({ length: run.epoch }, (_, index) => ({
      epoch: index + 1,
      trainLoss: 1 / (index + 1),
      validationLoss: 1 / (index + 1),
      validationError: 0.5 / (index + 1),
      frozenLayers: index,
      seconds: { training: 20 - index, evaluation: 1, checkpoint: 0.1 },
      conditions: UNKNOWN_CONDITIONS,
    })),
    freezes: frozen.map(({ index, freezeStep }) => ({
      layer: index,
      plannedStep: freezeStep,
      step: Number(freezeStep),
      epoch: Math.floor(Number(freezeStep) / plan.stepsPerEpoch) + 1,
    })),
    unfreezes: [],
    checkpoints: [],
    segments: [],
    profile: profileOf(plan),
    splitErrors: [],
  };
}

/** As if every frozen step lasted a twentieth longer than predicted. */
function profileOf({ schedule, steps, layers }: TrainingPlan): RunDetail['profile'] {
  const macs = layers.map((layer) => layer.macs);
  const timed = (median: number) => ({ steps: 9, stepMs: { minimum: median - 1, median } });
  const depths = frozenDepths(schedule, steps).map((frozenLayers) => {
    const median = 1.05 * predictedRatio(macs, frozenLayers);
    return { frozenLayers, ...timed(40 * median), ratio: { low: median - 0.02, median, high: median + 0.03 } };
  });
  return { unfrozen: timed(40), depths, saved: 0.2, seconds: 2 };
}

export function runSummary(run: RunRecord, studies: readonly StudyRecord[]): RunSummary {
  const arms = studies.find((study) => study.id === run.studyId)?.arms ?? [];
  const none = { last: null, lastEpoch: null, best: null, bestEpoch: null };
  return {
    ...run,
    role: arms.find((arm) => arm.name === run.arm)?.role ?? null,
    groupHash: JSON.stringify({ ...run.spec, seed: 0 }),
    series: { trainLoss: none, validationLoss: none, validationError: none },
    device: null,
  };
}

const POINTS = 60;

function curveOf(run: RunRecord, { series, smoothing }: CurveQuery): Curve {
  const draws = randomStream(
    run.seed,
    'synthetic',
    [...run.id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0),
  );
  const epoch = Array.from({ length: POINTS }, (_, index) => index + 1);
  const start = 0.3 + 0.1 * draws.nextUniform();
  const last = epoch.map((at) => start / Math.sqrt(at) + 0.02 * draws.nextUniform());
  return {
    runId: run.id,
    layer: null,
    epoch,
    step: epoch.map((at) => at * run.stepsPerEpoch),
    seconds: epoch.map((at) => 40 * at),
    low: last.map((value) => (series === 'stepLoss' ? 0.8 * value : value)),
    high: last.map((value) => (series === 'stepLoss' ? 1.3 * value : value)),
    last,
    smooth: smoothing > 0 ? smoothed(last, smoothing) : null,
    points: series === 'stepLoss' ? 10 * POINTS : POINTS,
  };
}

function smoothed(values: readonly number[], weight: number): number[] {
  let average = values[0];
  return values.map((value) => {
    average = weight * average + (1 - weight) * value;
    return average;
  });
}

function stepTimes(run: RunRecord): StepTimes {
  const step = Array.from({ length: 50 }, (_, index) => (index + 1) * 40);
  return {
    step,
    waitMs: step.map((at) => 3 + (at % 7) / 10),
    stepMs: step.map((at) => 120 - at / 40),
    otherMs: step.map(() => 2),
    frozenLayers: step.map((at) => Math.floor((at / 2000) * run.layerCount)),
  };
}
