import { freezePhases } from '#core/policy/cost.ts';
import { plannedSchedule } from '#core/policy/planned-schedule.ts';
import { policySchema } from '#core/policy/policy.ts';
import type { RandomStream } from '#core/random.ts';
import type { RunDetail } from '#core/records.ts';
import type { RunEvent, RunEventBody } from '#core/run-event.ts';
import { predictedRatio } from '#core/training/profile-savings.ts';
import { sampleRun } from '../cli/sample-run.ts';
import { UNKNOWN_CONDITIONS } from './conditions.ts';

/** What a simulated run is really like. */
export interface SimulatedRun {
  readonly t0: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Milliseconds of an unfrozen step; all steps scatter by `scatter`, and one of fifty takes three times as long. */
  readonly stepMs: number;
  readonly scatter: number;
  /** What an evaluated image costs, against a third of an unfrozen step's. */
  readonly evaluation: number;
  /** What each depth's ratio really is, against the cost model's. */
  readonly bias: (frozenLayers: number) => number;
  /** How much slower the machine is at a share of the run. */
  readonly load?: (share: number) => number;
}

/** An event of the run, and how long the run really still takes after it. */
export interface TimedEvent {
  readonly event: RunEvent;
  readonly secondsLeft: number;
}

const LOG_EVERY = 10;
const MACS = [8, 6, 5, 4, 3, 2, 2, 1];

function simulatedDetail({ t0, epochs, stepsPerEpoch }: SimulatedRun): RunDetail {
  const { spec: sample, layers } = sampleRun();
  const [first] = layers;
  return sampleRun({
    status: 'running',
    spec: {
      ...{ ...sample, train: 2000, validation: 200, test: 200, epochs, batchSize: 20 },
      policy: policySchema.parse({ kind: 'freezeout', shape: 'linear', t0, scaled: false }),
    },
    layers: MACS.map((macs, index) => ({ ...first, index, name: `layer ${index}`, macs, params: macs })),
    ...{ layerCount: MACS.length, steps: epochs * stepsPerEpoch, stepsPerEpoch },
  });
}

/** The events of the run from its first step on, and the run as it is stored once it is over. */
export function simulate(run: SimulatedRun, stream: RandomStream) {
  const detail = simulatedDetail(run);
  const { steps, stepsPerEpoch, spec } = detail;
  const schedule = plannedSchedule(spec, { layerNames: detail.layers.map(({ name }) => name), steps, stepsPerEpoch });
  const phases = freezePhases(schedule, steps);
  const told: { readonly body: RunEventBody; readonly ms: number }[] = [];
  const epochs: RunDetail['epochs'][number][] = [];
  const evaluationMs = (run.evaluation * run.stepMs * spec.validation) / spec.batchSize / 3;
  let [now, trainedMs] = [0, 0];
  for (let step = 0; step < steps; step++) {
    const frozenLayers = phases.findLast(({ firstStep }) => firstStep <= step)?.frozenLayers ?? 0;
    const ratio = predictedRatio(MACS, frozenLayers) * (frozenLayers === 0 ? 1 : run.bias(frozenLayers));
    const hiccup = step === 0 || stream.nextUniform() < 0.02 ? 3 : 1;
    const load = run.load?.(step / steps) ?? 1;
    const ms = run.stepMs * ratio * hiccup * load * Math.exp(run.scatter * stream.nextNormal());
    [now, trainedMs] = [now + ms, trainedMs + ms];
    if (step % LOG_EVERY === 0) told.push({ ms: now, body: sample(step, ms) });
    if ((step + 1) % stepsPerEpoch !== 0) continue;
    now += evaluationMs;
    const seconds = { training: trainedMs / 1000, evaluation: evaluationMs / 1000, checkpoint: 0 };
    const losses = { trainLoss: 1, validationLoss: 1, validationError: 0.5 };
    const epoch = {
      epoch: (step + 1) / stepsPerEpoch,
      ...losses,
      frozenLayers,
      seconds,
      conditions: UNKNOWN_CONDITIONS,
    };
    epochs.push(epoch);
    told.push({ ms: now, body: { type: 'epoch.finished', ...epoch } });
    trainedMs = 0;
  }
  const end = now + evaluationMs;
  const events = told.map(({ body, ms }, index): TimedEvent => {
    const event: RunEvent = { ...body, runId: detail.id, seq: index + 1, at: ms };
    return { event, secondsLeft: (end - ms) / 1000 };
  });
  return { detail, events, epochs, seconds: end / 1000 };
}

function sample(step: number, ms: number): RunEventBody {
  return { type: 'step.sampled', step, loss: 1, learningRates: [], ms: { wait: 0, step: ms, other: 0 } };
}

/** A profile of this run: each ratio as it really is, but for `off`. */
export function profileOf(run: SimulatedRun, off: number): RunEventBody {
  const timed = (median: number) => ({ steps: 5, stepMs: { minimum: median, median } });
  const depths = MACS.slice(1).map((_, index) => {
    const ratio = predictedRatio(MACS, index + 1) * run.bias(index + 1) * off;
    return { frozenLayers: index + 1, ...timed(run.stepMs * ratio), ratio: { low: ratio, median: ratio, high: ratio } };
  });
  return { type: 'run.profiled', unfrozen: timed(run.stepMs), depths, saved: { profile: 0.2 }, seconds: 1 };
}
