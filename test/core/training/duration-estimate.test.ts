import { describe, expect, it } from 'vitest';
import { baseSpecSchema } from '#core/run.ts';
import { armsOf } from '#core/study.ts';
import { estimateRun, estimateStudy } from '#core/training/duration-estimate.ts';
import type { PlannedRun } from '#core/training/run-planning.ts';
import { planArm } from '#core/training/study-planning.ts';

const MEASURED = { msPerStep: 100, msPerEvaluatedImage: 2, startUpSeconds: 5, steps: 30, device: 'a CPU' };
const IMAGES = { training: 1000, test: 200, height: 8, width: 8, channels: 1, classes: 10 };

const base = baseSpecSchema.parse({
  ...{ dataset: 'x', train: 800, validation: 150, test: 200, epochs: 4, batchSize: 20 },
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
});

/** Two layers of 300 and 100 multiply-adds: cost(0) = 400 + 400 + 100 = 900, cost(1) = 400 + 100 + 0 = 500. */
function plannedRun(freezeStep: number | null, steps: number): PlannedRun {
  const layer = { name: 'layer', params: 1, initialLearningRate: 0.1 };
  return {
    spec: { ...base, train: 800, validation: 150, test: 200, policy: { kind: 'none' }, seed: 1 },
    layers: [
      { ...layer, index: 0, macs: 300, freezeStep },
      { ...layer, index: 1, macs: 100, freezeStep: null },
    ],
    steps,
    stepsPerEpoch: 40,
    computeSaved: 0,
  };
}

describe('estimateRun', () => {
  it('adds up unfrozen steps, evaluations and the start', () => {
    // 160 steps of 0.1 s; 4 epochs x 150 + 200 images of 2 ms; 5 s
    expect(estimateRun(plannedRun(null, 160), MEASURED)).toEqual({
      ...{ training: 16, evaluation: 1.6, startUp: 5 },
      total: 22.6,
    });
  });

  it('shortens the steps of a freeze phase by their multiply-adds', () => {
    // 70 full steps and 90 of 5/9 = 50 full ones
    expect(estimateRun(plannedRun(70, 160), MEASURED).training).toBeCloseTo(12, 12);
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
});
