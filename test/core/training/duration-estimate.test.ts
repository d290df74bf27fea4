import { describe, expect, it } from 'vitest';
import type { Measurement } from '#core/records.ts';
import { storedBaseSchema } from '#core/run.ts';
import { armsOf } from '#core/study.ts';
import { estimateRun, estimateStudy } from '#core/training/duration-estimate.ts';
import type { PlannedRun } from '#core/training/run-planning.ts';
import { planArm } from '#core/training/study-planning.ts';
import { measuredDepth, measurementOf } from '../../support/measurement.ts';

const MEASURED: Measurement = {
  ...measurementOf(100),
  ...{ msPerEvaluatedImage: 2, msPerCheckpoint: 20, startUpSeconds: 5 },
};
const IMAGES = { training: 1000, test: 200, validation: 0, height: 8, width: 8, channels: 1, classes: 10 };

const base = storedBaseSchema.parse({
  ...{ dataset: 'x', train: 800, validation: 150, test: 200, epochs: 4, batchSize: 20 },
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
});

/** Two layers of 300 and 100 multiply-adds: cost(0) = 400 + 400 + 100 = 900, cost(1) = 400 + 100 + 0 = 500. */
function plannedRun(freezeStep: number | null, steps: number): PlannedRun {
  const layer = { name: 'layer', params: 1, initialLearningRate: 0.1 };
  return {
    spec: { ...base, train: 800, validation: 150, test: 200, policy: { kind: 'none' }, seed: 1 },
    layers: [
      { ...layer, index: 0, macs: 300, freezeStep, unfreezeStep: null },
      { ...layer, index: 1, macs: 100, freezeStep: null, unfreezeStep: null },
    ],
    steps,
    stepsPerEpoch: 40,
    computeSaved: 0,
  };
}

describe('estimateRun', () => {
  it('adds up unfrozen steps, evaluations, checkpoints, the start and the profile', () => {
    // 160 steps of 0.1 s; 4 epochs x 150 + 200 images of 2 ms; 4 checkpoints and the weights; 5 s; 15 steps
    expect(estimateRun(plannedRun(null, 160), MEASURED)).toEqual({
      ...{ training: 16, evaluation: 1.6, checkpoints: 0.1, startUp: 5, profile: 1.5 },
      total: expect.closeTo(24.2, 9),
    });
  });

  it('shortens the steps of a freeze phase by their multiply-adds', () => {
    // 70 full steps and 90 of 5/9 = 50 full ones
    expect(estimateRun(plannedRun(70, 160), MEASURED).training).toBeCloseTo(12, 12);
  });

  it('shortens them by what was measured, where that is known, and the profile with them', () => {
    const measured = { ...MEASURED, msPerNewDepth: 400, depths: [measuredDepth(1, 0.8)] };
    const { training, profile } = estimateRun(plannedRun(70, 160), measured);
    // 70 full steps and 90 of 0.8
    expect(training).toBeCloseTo(14.2, 12);
    // The first step at its one depth, and pairs of 180 ms: 11 fit into 2 s
    expect(profile).toBeCloseTo(0.4 + 11 * 0.18, 12);
  });

  it('counts what the cache saves where the same inputs come again', () => {
    // Frozen from the start, 4 epochs of 40 steps: 80 ms in the first one, 30 ms from kept values in the others.
    const measured = { ...MEASURED, depths: [measuredDepth(1, 0.8, 30)] };
    const trainingOf = (change: object, cacheMemoryBytes = 1e9) => {
      const run = plannedRun(0, 160);
      const spec = { ...run.spec, ...change };
      return estimateRun({ ...run, spec }, { ...measured, cacheMemoryBytes }).training;
    };
    expect(trainingOf({})).toBeCloseTo(160 * 0.08, 9);
    expect(trainingOf({ augment: 'none' })).toBeCloseTo(40 * 0.08 + 120 * 0.03, 9);
    expect(trainingOf({ augment: 'crop-flip', views: 2 })).toBeCloseTo(80 * 0.08 + 80 * 0.03, 9);
    expect(trainingOf({ augment: 'none', prefixCache: 'off' })).toBeCloseTo(160 * 0.08, 9);
    // Memory for half of the 800 images.
    expect(trainingOf({ augment: 'none' }, 400 * 8192)).toBeCloseTo(40 * 0.08 + 120 * (0.5 * 0.08 + 0.5 * 0.03), 9);
  });

  it('does not let a step be shorter than its batch takes to be made', () => {
    const measured = { ...MEASURED, depths: [measuredDepth(1, 0.2)], msPerBatch: 60 };
    expect(estimateRun(plannedRun(0, 160), measured).training).toBeCloseTo(160 * 0.06, 9);
    expect(estimateRun(plannedRun(null, 160), { ...measured, msPerBatch: 101 }).training).toBeCloseTo(16, 9);
  });

  it('knows that a short run is not profiled', () => {
    expect(estimateRun(plannedRun(null, 7), MEASURED).profile).toBe(0);
  });

  it('counts the first step at each depth of such a run before its training', () => {
    const { startUp, training } = estimateRun(plannedRun(5, 14), { ...MEASURED, msPerNewDepth: 400 });
    expect(startUp).toBeCloseTo(5.4, 12);
    // 5 full steps and 9 of 5/9
    expect(training).toBeCloseTo(1, 12);
  });

  it('evaluates after an unfinished last epoch too', () => {
    // 121 steps: epochs 1 to 3 and the first step of the 4th
    expect(estimateRun(plannedRun(null, 121), MEASURED).evaluation).toBeCloseTo(1.6, 12);
    expect(estimateRun(plannedRun(null, 120), MEASURED).evaluation).toBeCloseTo(1.3, 12);
  });
});

describe('estimateStudy', () => {
  const plans = armsOf([{ kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true }], true);
  const arms = plans.map((plan) => planArm(base, plan, IMAGES));

  it('counts every seed of every arm, equal-time ones with their own steps', () => {
    const { runs, seconds } = estimateStudy({ base, arms, seeds: [1, 2, 5] }, IMAGES, MEASURED);
    expect(runs).toHaveLength(3);
    const [baseline, policy, equalTime] = runs;
    expect(baseline.training).toBeCloseTo(16, 12);
    expect(policy.training).toBeCloseTo(16 * (1 - arms[1].computeSaved), 10);
    expect(equalTime.training).toBeCloseTo(arms[2].steps * 0.1, 12);
    expect(seconds).toBeCloseTo(3 * (baseline.total + policy.total + equalTime.total), 10);
  });

  it('gives an equal-time arm the time of its policy, to half a step', () => {
    const { runs } = estimateStudy({ base, arms, seeds: [1] }, IMAGES, MEASURED);
    expect(Math.abs(runs[1].training - runs[2].training)).toBeLessThanOrEqual(0.05 + 1e-9);
  });

  it("gives it the time that its arm's profile will show, until that has fixed its steps", () => {
    const depths = [1, 2, 3, 4, 5, 6].map((frozenLayers) => measuredDepth(frozenLayers, 0.9));
    const longer = { ...base, epochs: 40 };
    const planned = plans.map((plan) => planArm(longer, plan, IMAGES));
    const measured = { ...MEASURED, depths };
    const estimate = (arms: typeof planned) => estimateStudy({ base: longer, arms, seeds: [1] }, IMAGES, measured).runs;
    const [, policy, equalTime] = estimate(planned);
    expect(policy.training).toBeGreaterThan(160 * (1 - planned[1].computeSaved));
    expect(Math.abs(policy.training - equalTime.training)).toBeLessThanOrEqual(0.05 + 1e-9);
    const fixed = planned.map((arm) => (arm.role === 'equal-time' ? { ...arm, stepsFrom: 'profile' as const } : arm));
    expect(estimate(fixed)[2].training).toBeCloseTo(planned[2].steps * 0.1, 9);
  });
});
