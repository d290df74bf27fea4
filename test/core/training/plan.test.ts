import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { epochOf, isEpochOver, learningRatesAt, planTraining } from '#core/training/plan.ts';

const MODEL = { kind: 'densenet-bc', depth: 10, growth: 2 } as const;
const network = buildNetwork(MODEL, { height: 8, width: 8, channels: 1 }, 4);

function planOf(change: object) {
  const counts = { train: 103, validation: 0, test: 10 };
  const spec = { dataset: { kind: 'synthetic' }, ...counts, model: MODEL, epochs: 4, batchSize: 10, ...change };
  return planTraining(resolvedRunSpecSchema.parse(spec), network);
}

describe('planTraining', () => {
  it('drops the short last batch: 103 images in tens are 10 steps an epoch', () => {
    const plan = planOf({});
    expect([plan.stepsPerEpoch, plan.steps]).toEqual([10, 40]);
    expect([0, 9, 10, 39].map((step) => epochOf(plan, step))).toEqual([1, 1, 2, 4]);
  });

  it('ends epochs after every 10 steps, and with the run', () => {
    const plan = planOf({ steps: 23 });
    expect([9, 10, 20, 22, 23].map((stepsDone) => isEpochOver(plan, stepsDone))).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
  });

  it('saves by freezing, and an equal-time baseline by its fewer steps', () => {
    expect(planOf({}).computeSaved).toBe(0);
    expect(planOf({ steps: 30 }).computeSaved).toBe(0.25);
    const frozen = planOf({ policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 } }).computeSaved;
    expect(frozen).toBeGreaterThan(0.2);
    expect(planOf({ steps: Math.round(40 * (1 - frozen)) }).computeSaved).toBeCloseTo(frozen, 1);
  });

  it('gives no rate to frozen layers', () => {
    const plan = planOf({ policy: { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: false } });
    // lr_i(0) = a = 0.1 for every layer.
    expect(learningRatesAt(plan, 0, 2)).toEqual([null, null, 0.1, 0.1, 0.1, 0.1, 0.1]);
  });

  it('refuses a batch that is larger than the training images', () => {
    expect(() => planOf({ batchSize: 104 })).toThrow(/batchSize/);
  });
});
