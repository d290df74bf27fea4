import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetInfo } from '#core/data/image-set.ts';
import type { Policy } from '#core/policy/policy.ts';
import type { NewRun } from '#core/ports.ts';
import { type RandomStream, randomStream } from '#core/random.ts';
import type { ArmRecord } from '#core/records.ts';
import type { StoredBase } from '#core/run.ts';
import { storedBaseSchema } from '#core/run.ts';
import type { EndingType, Environment, RunEvent, RunEventBody } from '#core/run-event.ts';
import { armsOf, runSpecOf } from '#core/study.ts';
import { planRun } from '#core/training/run-planning.ts';
import { planArm } from '#core/training/study-planning.ts';
import { DATABASE_NAME, openDatabase } from '../../src-main/sqlite/database.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { UNKNOWN_CONDITIONS } from './conditions.ts';

/** How much a home holds that nobody trained. */
export interface SeededHome {
  readonly runs: number;
  readonly epochs: number;
  readonly studies: number;
  /** Sampled steps of every run. */
  readonly samples: number;
}

const IMAGES: DatasetInfo = {
  training: 60_000,
  test: 10_000,
  validation: 0,
  height: 28,
  width: 28,
  channels: 1,
  classes: 10,
};
const POLICIES: readonly Policy[] = [
  { kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true },
  { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true },
  { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: false },
  { kind: 'freezeout', shape: 'linear', t0: 0.8, scaled: true },
];
/** Baseline, policies and their equal-time baselines. */
const ARMS = 1 + 2 * POLICIES.length;
const ENVIRONMENT: Environment = {
  backend: 'tensorflow-cpu',
  tensorflowVersion: '2.21.0',
  device: 'AMD EPYC',
  threads: { intraOp: 2, interOp: 1 },
  node: '24.21.0',
  platform: 'linux-x64',
  host: 'bench',
  appVersion: '0.1.0',
  processor: 'AMD EPYC',
  cores: 2,
  memoryBytes: 8 * 2 ** 30,
};
const RUNS_A_TRANSACTION = 50;
const FIRST_MOMENT = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

/** A home whose runs look as if trained: through the store's own statements, in large transactions. */
export function seedHome(home: string, size: SeededHome): void {
  mkdirSync(home, { recursive: true });
  const database = openDatabase(join(home, DATABASE_NAME));
  // Nobody waits for one of these commits to be on the disk.
  database.pragma('synchronous = OFF');
  const store = SqliteStore.over(database);
  const perStudy = Math.floor(size.runs / Math.max(1, size.studies));
  let made = 0;
  for (let study = 0; study < size.studies; study++) made += seedStudy(store, size, { study, runs: perStudy });
  const base = baseOf(0, size);
  const { steps, stepsPerEpoch, computeSaved, layers, spec } = planRun(
    runSpecOf(base, { policy: POLICIES[0] }, SEED_1),
    IMAGES,
  );
  const single = {
    spec,
    data: null,
    weights: null,
    classGaps: null,
    studyId: null,
    arm: null,
    steps,
    stepsPerEpoch,
    computeSaved,
    layers,
    imported: false,
  };
  storeRuns(
    store,
    size,
    Array.from({ length: size.runs - made }, (_, index) => ({
      ...single,
      id: `single${index}`,
      createdAt: FIRST_MOMENT + index,
      spec: { ...spec, seed: index + 1 },
    })),
  );
  store.close();
}

const SEED_1 = { seed: 1, steps: null };

function baseOf(study: number, { epochs }: SeededHome): StoredBase {
  const models = [
    { kind: 'densenet-bc', depth: 40, growth: 12 },
    { kind: 'wide-resnet', depth: 16, width: 1 + (study % 4), skip: study % 3 !== 0 },
    { kind: 'vgg', depth: 16 },
  ];
  return storedBaseSchema.parse({ dataset: 'fashion-mnist', validation: 5000, model: models[study % 3], epochs });
}

/** Returns how many runs it made: whole seeds of all arms. */
function seedStudy(store: SqliteStore, size: SeededHome, { study, runs }: { study: number; runs: number }): number {
  const id = `study${String(study).padStart(4, '0')}`;
  const base = baseOf(study, size);
  const arms = armsOf(POLICIES, true).map((arm) => planArm(base, arm, IMAGES));
  const seeds = Array.from({ length: Math.floor(runs / ARMS) }, (_, index) => index + 1);
  const createdAt = FIRST_MOMENT + study * DAY_MS;
  const name = `${base.model.kind} ${study}`;
  store.createStudy({ id, name, base, equalTimeBaseline: true, margin: 0.5, createdAt }, arms, seeds);
  const planned = arms.map((arm) => ({
    arm,
    ...planRun(runSpecOf(base, arm, { seed: 1, steps: stepsOf(arm) }), IMAGES),
  }));
  const all = seeds.flatMap((seed) =>
    planned.map(({ arm, spec, ...plan }, index): NewRun => {
      const place = {
        data: null,
        weights: null,
        classGaps: null,
        studyId: id,
        arm: arm.name,
        imported: false,
        createdAt: createdAt + seed * 1000 + index,
      };
      return { id: `${id}-${seed}-${index}`, ...plan, ...place, spec: { ...spec, seed } };
    }),
  );
  storeRuns(store, size, all);
  return all.length;
}

function stepsOf(arm: ArmRecord): number | null {
  return arm.role === 'equal-time' ? arm.steps : null;
}

function storeRuns(store: SqliteStore, size: SeededHome, runs: readonly NewRun[]): void {
  for (let start = 0; start < runs.length; start += RUNS_A_TRANSACTION) {
    const some = runs.slice(start, start + RUNS_A_TRANSACTION);
    store.enqueue(some);
    store.appendEvents(some.flatMap((run, index) => eventsOf(run, size, start + index)));
    store.updateRuns(
      some.filter((_, index) => index % 7 === 0).map((run) => run.id),
      { addTags: ['checked', 'paper'], note: 'The loss looks right.' },
    );
  }
}

/** Of every fifty runs. None waits: an app that is opened on the home would train it. */
const ENDINGS: Readonly<Record<number, EndingType>> = {
  11: 'run.diverged',
  23: 'run.failed',
  31: 'run.paused',
  43: 'run.stopped',
};

function eventsOf(run: NewRun, size: SeededHome, index: number): RunEvent[] {
  const end = ENDINGS[index % RUNS_A_TRANSACTION] ?? 'run.finished';
  const draws = randomStream(run.spec.seed, 'synthetic', index);
  const epochs = Math.ceil(run.steps / run.stepsPerEpoch);
  const done = end === 'run.finished' ? epochs : Math.ceil(epochs / 2);
  const trained = epochsOf(run, done, draws);
  if (end === 'run.diverged') trained.push(divergedEpoch(done + 1));
  const bodies = [startOf(run), ...stepsSampled(run, size, draws), ...freezesOf(run, done), ...trained];
  return [...bodies, endOf(run, { end, done, draws })].map((body, at) => ({
    ...body,
    seq: at + 1,
    runId: run.id,
    at: run.createdAt + at * 1000,
  }));
}

function startOf({ spec, layers, stepsPerEpoch, studyId, arm }: NewRun): RunEventBody {
  const normalization = { mean: [0.29], std: [0.35] };
  const place = { data: null, weights: null, classGaps: null, environment: ENVIRONMENT, studyId, arm };
  return { type: 'run.started', spec, layers: [...layers], normalization, stepsPerEpoch, ...place };
}

function freezesOf(run: NewRun, done: number): RunEventBody[] {
  return run.layers.flatMap(({ index, freezeStep }): RunEventBody[] => {
    if (freezeStep === null || freezeStep >= done * run.stepsPerEpoch) return [];
    const epoch = Math.floor(freezeStep / run.stepsPerEpoch) + 1;
    return [{ type: 'layer.frozen', layer: index, step: freezeStep, epoch }];
  });
}

function divergedEpoch(epoch: number): RunEventBody {
  const losses = { trainLoss: Number.NaN, validationLoss: Number.POSITIVE_INFINITY, validationError: 0.9 };
  return {
    type: 'epoch.finished',
    epoch,
    ...losses,
    frozenLayers: 0,
    seconds: { training: 20, evaluation: 1, checkpoint: 0 },
    conditions: UNKNOWN_CONDITIONS,
  };
}

function frozenAt({ layers }: NewRun, step: number): number {
  return layers.filter(({ freezeStep }) => freezeStep !== null && freezeStep <= step).length;
}

/** A loss that falls exponentially towards a floor of its own. */
function lossAt(part: number, draws: RandomStream): number {
  return 0.2 + 2 * Math.exp(-4 * part) + 0.05 * draws.nextUniform();
}

function epochsOf(run: NewRun, count: number, draws: RandomStream): RunEventBody[] {
  return Array.from({ length: count }, (_, index): RunEventBody => {
    const part = (index + 1) / run.spec.epochs;
    const frozenLayers = frozenAt(run, (index + 1) * run.stepsPerEpoch);
    const training = 20 * (1 - (0.6 * frozenLayers) / run.layers.length) + draws.nextUniform();
    return {
      type: 'epoch.finished',
      epoch: index + 1,
      trainLoss: lossAt(part, draws),
      validationLoss: 0.1 + lossAt(part, draws),
      validationError: 0.05 + 0.4 * Math.exp(-3 * part) + 0.01 * draws.nextUniform(),
      frozenLayers,
      seconds: { training, evaluation: 1, checkpoint: 0.1 },
      conditions: UNKNOWN_CONDITIONS,
    };
  });
}

function stepsSampled(run: NewRun, { samples }: SeededHome, draws: RandomStream): RunEventBody[] {
  return Array.from({ length: samples }, (_, index): RunEventBody => {
    const step = Math.floor((index * run.steps) / samples);
    const learningRates = run.layers.map(({ freezeStep }) => (freezeStep !== null && freezeStep <= step ? null : 0.1));
    const ms = { wait: 0.1, step: 20 + draws.nextUniform(), other: 0.5 };
    return { type: 'step.sampled', step, loss: lossAt(step / run.steps, draws), learningRates, ms };
  });
}

interface Ending {
  readonly end: EndingType;
  readonly done: number;
  readonly draws: RandomStream;
}

function endOf(run: NewRun, { end, done, draws }: Ending): RunEventBody {
  if (end !== 'run.finished') return { type: end, step: done * run.stepsPerEpoch, reason: 'Made up for a benchmark.' };
  const seconds = { training: 20 * done * (1 - run.computeSaved), evaluation: done, checkpoint: done / 10 };
  const testError = 0.06 + 0.02 * run.computeSaved + 0.01 * draws.nextUniform();
  return {
    type: 'run.finished',
    testError,
    testLoss: 0.3,
    seconds,
    saved: { compute: run.computeSaved, profile: null },
  };
}
