import type { RunDetail } from '#core/records.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import type { RunEvent, RunEventBody } from '#core/run-event.ts';
import { UNKNOWN_CONDITIONS } from '../support/conditions.ts';

const NO_SECONDS = { training: 0, evaluation: 0, checkpoint: 0 };

/**
 * Two layers of 10 and 5 multiply-adds, ten steps in two epochs, linear plain with t0 0.5: r = [0.5, 1], so that layer 0
 * freezes at step floor(10 * 0.5) + 1 = 6. A step costs 15 + 15 + 5 = 35 multiply-adds before that and 15 + 5 = 20 from
 * there on: 6 * 35 + 4 * 20 = 290 of the baseline's 350.
 */
export function sampleRun(changes: Partial<RunDetail> = {}): RunDetail {
  return {
    id: 'run1',
    studyId: 'study1',
    studyName: 'tiny',
    arm: 'linear plain 0.5',
    status: 'queued',
    reason: null,
    data: null,
    weights: null,
    classGaps: null,
    spec: SPEC,
    seed: 1,
    steps: 10,
    stepsPerEpoch: 5,
    epoch: 0,
    frozenLayers: 0,
    layerCount: 2,
    seconds: NO_SECONDS,
    computeSaved: 1 - 290 / 350,
    profileSaved: null,
    validationError: null,
    testError: null,
    environment: null,
    conditions: UNKNOWN_CONDITIONS,
    note: '',
    tags: [],
    imported: false,
    archived: false,
    deleted: false,
    locked: false,
    createdAt: 0,
    startedAt: null,
    endedAt: null,
    lastSeq: 0,
    elsewhere: null,
    layers: [
      {
        index: 0,
        name: 'stem',
        params: 10,
        macs: 10,
        freezeStep: 6,
        unfreezeStep: null,
        initialLearningRate: 0.1,
      },
      { index: 1, name: 'head', params: 5, macs: 5, freezeStep: null, unfreezeStep: null, initialLearningRate: 0.1 },
    ],
    epochs: [],
    freezes: [],
    unfreezes: [],
    checkpoints: [],
    segments: [],
    profile: null,
    splitErrors: [],
    ...changes,
  };
}

const SPEC = resolvedRunSpecSchema.parse({
  dataset: { kind: 'synthetic' },
  train: 100,
  validation: 10,
  test: 10,
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  policy: { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: false },
  epochs: 2,
  batchSize: 20,
});

/** Numbers the events of one run from `firstSeq`. */
export function eventsOf(runId: string, bodies: readonly RunEventBody[], firstSeq = 1): RunEvent[] {
  return bodies.map((body, index) => ({ ...body, runId, seq: firstSeq + index, at: 1000 * (firstSeq + index) }));
}

export function sampled(step: number, loss: number, stepMs: number): RunEventBody {
  return { type: 'step.sampled', step, loss, learningRates: [0.1, 0.1], ms: { wait: 1, step: stepMs - 2, other: 1 } };
}

export function epochFinished(epoch: number, frozenLayers: number): RunEventBody {
  const seconds = { training: 5, evaluation: 1, checkpoint: 1 };
  return {
    type: 'epoch.finished',
    epoch,
    trainLoss: 2 / epoch,
    validationLoss: 1,
    validationError: 0.5 / epoch,
    frozenLayers,
    seconds,
    conditions: UNKNOWN_CONDITIONS,
  };
}

export function finished(testError: number): RunEventBody {
  const seconds = { training: 10, evaluation: 2, checkpoint: 2 };
  return { type: 'run.finished', testError, testLoss: null, seconds, saved: { compute: 0.17, profile: null } };
}
