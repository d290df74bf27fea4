import { describe, expect, it } from 'vitest';
import type { Policy } from '#core/policy/policy.ts';
import { policySchema } from '#core/policy/policy.ts';
import { storedBaseSchema } from '#core/run.ts';
import { armsOf } from '#core/study.ts';
import { estimateRun, estimateStudy } from '#core/training/duration-estimate.ts';
import type { Measurement } from '#core/training/measured-pace.ts';
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
    // 160 steps of 0.1 s; 4 epochs x 8 + 10 batches of 20 images of 2 ms; 4 checkpoints, and half of one for the weights; 5 s and a
    // step; 3 steps
    expect(estimateRun(plannedRun(null, 160), MEASURED)).toEqual({
      ...{ training: 16, evaluation: 1.68, checkpoints: 0.09, startUp: 5.1, profile: 0.3 },
      total: expect.closeTo(23.17, 9),
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
    expect(profile).toBeCloseTo(0.08 + 0.4 + 11 * 0.18, 12);
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

  describe('where the cache keeps the output of frozen layers', () => {
    // Frozen from the start: 80 ms a step, 95 ms while the cache fills, 30 ms from kept values.
    const depth = { ...measuredDepth(1, 0.8, 30), fillingStepMs: 95 };
    const measured = { ...MEASURED, depths: [depth], msPerNewKept: 500 };
    const kept = (change: object = {}) => {
      const run = plannedRun(0, 160);
      return { ...run, spec: { ...run.spec, augment: 'none' as const, ...change } };
    };

    it('the first epoch fills it', () => {
      expect(estimateRun(kept(), measured).training).toBeCloseTo(40 * 0.095 + 120 * 0.03, 9);
    });

    it('only the steps that find all of their values there do not wait for a batch', () => {
      const slow = { ...measured, msPerBatch: 98 };
      expect(estimateRun(kept(), slow).training).toBeCloseTo(40 * 0.098 + 120 * 0.03, 9);
    });

    it('its costs are measured before the first step', () => {
      // After the first step, a pass of 65 ms, three rounds of two of them and of both steps, and the first kept step.
      const startUp = 5.08 + (65 + 3 * (2 * 65 + 80 + 30) + 530) / 1000;
      expect(estimateRun(kept(), measured).startUp).toBeCloseTo(startUp, 9);
      expect(estimateRun(kept({ prefixCache: 'off' }), measured).startUp).toBeCloseTo(5.08, 9);
      expect(estimateRun({ ...kept(), layers: plannedRun(null, 160).layers }, measured).startUp).toBeCloseTo(5.1, 9);
    });

    it('the disk takes what memory does not hold, where that takes less time', () => {
      const disk = (msPerImage: number, bytes = 1e9) => {
        const speed = { readMsPerByte: msPerImage / 8192, writeMsPerByte: msPerImage / 8192 };
        return { ...measured, cacheMemoryBytes: 0, cacheDisk: { bytes, ...speed } };
      };
      const without = estimateRun(kept(), { ...measured, cacheMemoryBytes: 0 });
      expect(without.training).toBeCloseTo(160 * 0.08, 9);
      // 20 images of 1 ms are read while the step of 30 ms goes on.
      const fast = estimateRun(kept(), disk(1));
      expect(fast.training).toBeCloseTo(40 * 0.095 + 120 * 0.03, 9);
      // What is written to find its speed: 4096 images.
      expect(fast.startUp - without.startUp).toBeCloseTo(4.096, 9);
      // 20 images of 2 ms: a step waits for 10 ms.
      expect(estimateRun(kept(), disk(2)).training).toBeCloseTo(40 * 0.105 + 120 * 0.04, 9);
      expect(estimateRun(kept(), disk(2, 400 * 8192)).training).toBeGreaterThan(40 * 0.105 + 120 * 0.04);
      expect(estimateRun(kept(), disk(10)).training).toBeCloseTo(160 * 0.08, 9);
    });

    it('nothing is kept of layers whose statistics move, and their steps are those measured so', () => {
      const policy = { kind: 'fixed', layers: 1, frozenBatchNorm: 'statistics-move' } as const;
      const moving = { ...measured, movingDepths: [measuredDepth(1, 0.9)] };
      const { training, startUp } = estimateRun(kept({ policy }), moving);
      expect(training).toBeCloseTo(160 * 0.09, 9);
      expect(startUp).toBeCloseTo(5.09, 9);
      // Not measured: as the multiply-adds say.
      expect(estimateRun(kept({ policy }), measured).training).toBeCloseTo(160 * 0.1 * (5 / 9), 9);
    });
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
    // Of 100 ms, and of 5/9 of that
    expect(startUp).toBeCloseTo(5 + (500 + 400 + 500 / 9) / 1000, 12);
    // 5 full steps and 9 of 5/9
    expect(training).toBeCloseTo(1, 12);
  });

  it('evaluates after an unfinished last epoch too', () => {
    // 121 steps: epochs 1 to 3 and the first step of the 4th
    expect(estimateRun(plannedRun(null, 121), MEASURED).evaluation).toBeCloseTo(4 * 0.32 + 0.4, 12);
    expect(estimateRun(plannedRun(null, 120), MEASURED).evaluation).toBeCloseTo(3 * 0.32 + 0.4, 12);
  });

  it('counts what the first evaluation and the first saving take longer', () => {
    const first = { ...MEASURED, msFirstEvaluation: 300, msFirstCheckpoint: 70 };
    const { evaluation, checkpoints } = estimateRun(plannedRun(null, 160), first);
    expect(evaluation).toBeCloseTo(1.68 + 0.3, 12);
    expect(checkpoints).toBeCloseTo(0.09 + 0.07, 12);
  });

  it('knows that checkpoints hold the momentum of layers that train alone', () => {
    // Two layers of one parameter each. Frozen in the third epoch: 2 + 2, 2 + 2, 2 + 1 and 2 + 1 of 4, and 2 for the weights.
    expect(estimateRun(plannedRun(90, 160), MEASURED).checkpoints).toBeCloseTo((16 / 4) * 0.02, 12);
    const run = plannedRun(null, 160);
    const every = (checkpointEveryEpochs: number) => ({ ...run, spec: { ...run.spec, checkpointEveryEpochs } });
    // After the third epoch and the last one.
    expect(estimateRun(every(3), MEASURED).checkpoints).toBeCloseTo(2.5 * 0.02, 12);
  });

  it('evaluates the weights of the best epoch once more on the images that are held out', () => {
    const run = plannedRun(null, 160);
    const withRule = (weights: 'best' | 'last') => ({
      ...run,
      spec: { ...run.spec, earlyEnd: { patience: 2, weights } },
    });
    const { training, evaluation } = estimateRun(withRule('best'), MEASURED);
    expect(training).toBe(16);
    expect(evaluation).toBeCloseTo(1.68 + 0.32, 12);
    expect(estimateRun(withRule('last'), MEASURED).evaluation).toBeCloseTo(1.68, 12);
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

  it('says why it may take less: runs that may end early, and freezes that nobody knows yet', () => {
    const mostOf = (change: object, policy?: Policy) => {
      const changed = { ...base, ...change };
      const all = armsOf(policy === undefined ? [] : [policy], true).map((plan) => planArm(changed, plan, IMAGES));
      return estimateStudy({ base: changed, arms: all, seeds: [1] }, IMAGES, MEASURED).most;
    };
    expect(estimateStudy({ base, arms, seeds: [1] }, IMAGES, MEASURED).most).toEqual([]);
    expect(mostOf({ earlyEnd: { patience: 1, weights: 'best' } })).toEqual([
      'All epochs are counted: a run ends sooner after 1 epoch without a lower validation error.',
    ]);
    expect(mostOf({}, policySchema.parse({ kind: 'gradient-norm' }))).toEqual([
      expect.stringMatching(
        /^What gradient norm .* will freeze is decided while training: counted as if nothing froze\.$/,
      ),
    ]);
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
