import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { NewRun, NewStudy } from '#core/ports.ts';
import type { ArmRecord, LayerRecord } from '#core/records.ts';
import { type ResolvedRunSpec, resolvedRunSpecSchema } from '#core/run.ts';
import type { Environment, PhaseSeconds, RunEvent, RunEventBody, RunEventOf } from '#core/run-event.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'freezeout-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface OpenedStore {
  readonly store: SqliteStore;
  readonly path: string;
}

/** A store on a real file, closed after the test. */
export function temporaryStore(): OpenedStore {
  const path = join(temporaryFolder(), 'lab.sqlite');
  const store = SqliteStore.open(path);
  onTestFinished(() => store.close());
  return { store, path };
}

export function specOf(changes: Partial<ResolvedRunSpec> = {}): ResolvedRunSpec {
  return resolvedRunSpecSchema.parse({
    dataset: 'fashion-mnist',
    train: 1000,
    validation: 100,
    test: 100,
    model: { kind: 'vgg' },
    policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 },
    epochs: 3,
    seed: 1,
    ...changes,
  });
}

export const LAYERS: readonly LayerRecord[] = [
  { index: 0, name: 'stem', params: 100, macs: 1e6, freezeStep: 21, unfreezeStep: null, initialLearningRate: 0.8 },
  { index: 1, name: 'block', params: 200, macs: 2e6, freezeStep: 41, unfreezeStep: null, initialLearningRate: 0.4 },
  { index: 2, name: 'head', params: 50, macs: 1e3, freezeStep: null, unfreezeStep: null, initialLearningRate: 0.1 },
];

export function newRun(id: string, changes: Partial<NewRun> = {}): NewRun {
  return {
    id,
    spec: specOf(),
    data: null,
    weights: null,
    classGaps: null,
    studyId: null,
    arm: null,
    steps: 60,
    stepsPerEpoch: 20,
    computeSaved: 0.25,
    layers: LAYERS,
    imported: false,
    createdAt: 1000,
    ...changes,
  };
}

export const ARMS: readonly ArmRecord[] = [
  {
    name: 'baseline',
    role: 'baseline',
    of: null,
    policy: { kind: 'none' },
    steps: 60,
    stepsFrom: null,
    computeSaved: 0,
  },
  {
    name: 'cubic scaled 0.5',
    role: 'policy',
    of: null,
    policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true },
    steps: 60,
    stepsFrom: null,
    computeSaved: 0.25,
  },
  {
    name: 'cubic scaled 0.5, equal time',
    role: 'equal-time',
    of: 'cubic scaled 0.5',
    policy: { kind: 'none' },
    steps: 45,
    stepsFrom: 'compute',
    computeSaved: 0.25,
  },
];

export function newStudy(id: string, name: string): NewStudy {
  const { policy: _policy, seed: _seed, steps: _steps, ...base } = specOf();
  return { id, name, base, equalTimeBaseline: true, margin: 0.5, createdAt: 500 };
}

export const ENVIRONMENT: Environment = {
  backend: 'tensorflow-cpu',
  tensorflowVersion: '2.20.0',
  device: 'CPU',
  threads: { intraOp: 2, interOp: 1 },
  node: '24.0.0',
  platform: 'linux-x64',
  host: 'bench',
  appVersion: '0.1.0',
  processor: 'CPU',
  cores: 2,
  memoryBytes: 4 * 2 ** 30,
};

export function secondsOf(training: number): PhaseSeconds {
  return { training, evaluation: training / 10, checkpoint: training / 100 };
}

export const started: Omit<RunEventOf<'run.started'>, 'seq' | 'runId' | 'at'> = {
  type: 'run.started',
  spec: specOf(),
  layers: [...LAYERS],
  data: null,
  weights: null,
  classGaps: null,
  normalization: { mean: [0.5], std: [0.25] },
  stepsPerEpoch: 20,
  environment: ENVIRONMENT,
  studyId: null,
  arm: null,
};

export function epochFinished(epoch: number, changes: Partial<RunEventOf<'epoch.finished'>> = {}): RunEventBody {
  return {
    type: 'epoch.finished',
    epoch,
    trainLoss: 2 / epoch,
    validationLoss: 3 / epoch,
    validationError: 0.5 / epoch,
    frozenLayers: Math.min(epoch - 1, 2),
    seconds: secondsOf(10),
    conditions: { otherLoad: 0.25, throttledSeconds: 0, thermalThrottles: 0, frequencyMHz: 2500.5 },
    ...changes,
  };
}

/** The first of `LAYERS`, at the step that was planned. */
export const stemFrozen = { type: 'layer.frozen', layer: 0, step: 21, epoch: 2 } as const;

export function checkpointSaved(step: number, training: number): RunEventBody {
  return {
    type: 'checkpoint.saved',
    step,
    epoch: Math.floor(step / 20),
    bytes: 4096,
    sha256: 'ab'.repeat(32),
    seconds: secondsOf(training),
  };
}

/** As measured with these ratios at 1, 2, ... frozen layers. */
export function profiled(saved: number | null, ...ratios: readonly number[]): RunEventBody {
  const timed = (median: number) => ({ steps: 3, stepMs: { minimum: median - 0.5, median } });
  return {
    type: 'run.profiled',
    unfrozen: timed(20),
    depths: ratios.map((ratio, index) => ({
      frozenLayers: index + 1,
      ...timed(20 * ratio),
      ratio: { low: ratio - 0.01, median: ratio, high: ratio + 0.02 },
    })),
    saved: { profile: saved },
    seconds: 1.5,
  };
}

export function stepSampled(step: number, changes: Partial<RunEventOf<'step.sampled'>> = {}): RunEventBody {
  const ms = { wait: 0.5, step: 12.25, other: 1.5 };
  return { type: 'step.sampled', step, loss: 1.5, learningRates: [null, 0.1, 1 / 3], ms, ...changes };
}

export function runFinished(changes: Partial<RunEventOf<'run.finished'>> = {}): RunEventBody {
  return {
    type: 'run.finished',
    testError: 0.1,
    testLoss: 0.3,
    seconds: secondsOf(30),
    saved: { compute: 0.25, profile: null },
    ...changes,
  };
}

/** The bodies as events of one run, a second apart. */
export function numbered(runId: string, bodies: readonly RunEventBody[], firstSeq = 1): RunEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: firstSeq + index, runId, at: (firstSeq + index) * 1000 }));
}
