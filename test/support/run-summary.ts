import type { RunSummary } from '#core/records.ts';
import type { ResolvedRunSpec } from '#core/run.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';

export function resolvedSpec(changes: Readonly<Record<string, unknown>> = {}): ResolvedRunSpec {
  return resolvedRunSpecSchema.parse({
    dataset: 'fashion-mnist',
    train: 50_000,
    validation: 10_000,
    test: 10_000,
    model: { kind: 'densenet-bc', depth: 40, growth: 12 },
    policy: { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true },
    epochs: 100,
    seed: 1,
    ...changes,
  });
}

/** A run of a study as its table shows it, halfway through; with these changes. */
export function runSummary(changes: Partial<RunSummary> = {}): RunSummary {
  return {
    id: 'run-1',
    studyId: 'study-1',
    studyName: 'quick',
    arm: 'cubic scaled 0.8',
    role: 'policy',
    status: 'running',
    reason: null,
    spec: resolvedSpec(),
    data: null,
    weights: null,
    groupHash: 'group-1',
    steps: 100_000,
    stepsPerEpoch: 1000,
    epoch: 50,
    frozenLayers: 3,
    layerCount: 20,
    seconds: { training: 600, evaluation: 60, checkpoint: 6 },
    computeSaved: 0.2,
    profileSaved: 0.18,
    series: {
      trainLoss: { last: 0.4, lastEpoch: 50, best: 0.3, bestEpoch: 49 },
      validationLoss: { last: 0.5, lastEpoch: 50, best: 0.45, bestEpoch: 48 },
      validationError: { last: 0.1, lastEpoch: 50, best: 0.09, bestEpoch: 47 },
    },
    testError: null,
    device: 'tensorflow-cpu on AMD EPYC',
    note: '',
    tags: [],
    imported: false,
    archived: false,
    deleted: false,
    locked: false,
    createdAt: Date.parse('2026-11-24T10:00:00Z'),
    startedAt: Date.parse('2026-11-24T10:01:00Z'),
    endedAt: null,
    ...changes,
  };
}
