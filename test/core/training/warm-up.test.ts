import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import type { Policy } from '#core/policy/policy.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { planTraining } from '#core/training/plan.ts';
import { FIRST_STATE } from '#core/training/progress.ts';
import { depthsToWarmUp } from '#core/training/warm-up.ts';

const MODEL = { kind: 'densenet-bc', depth: 16, growth: 4 } as const;
const network = buildNetwork(MODEL, { height: 8, width: 8, channels: 3 }, 4);

function planOf(epochs: number, policy: Policy = { kind: 'freezeout', shape: 'linear', t0: 0.2, scaled: true }) {
  const counts = { train: 100, validation: 0, test: 10 };
  const spec = { dataset: 'made-up', model: MODEL, policy, ...counts, epochs, batchSize: 10 };
  return planTraining(resolvedRunSpecSchema.parse(spec), network);
}

describe('what is warmed up', () => {
  it('is the unfrozen step of a run that begins', () => {
    expect(depthsToWarmUp(planOf(100), FIRST_STATE)).toEqual([0]);
  });

  it('are all planned depths of a run that is too short for a profile', () => {
    expect(depthsToWarmUp(planOf(4), FIRST_STATE)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('are the depth at which a run goes on, and all to come', () => {
    const depths = depthsToWarmUp(planOf(100), { ...FIRST_STATE, step: 500, frozenLayers: 4 });
    expect(depths).toEqual([4, 5, 6, 7, 8, 9]);
  });

  it('are all depths that can come, where the policy decides while training, also as the run begins', () => {
    const policy = { kind: 'gradient-norm', interval: 0.05, percentile: 50 } as const;
    expect(depthsToWarmUp(planOf(100, policy), FIRST_STATE)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const state = { ...FIRST_STATE, step: 500, frozenLayers: 7 };
    expect(depthsToWarmUp(planOf(100, policy), state)).toEqual([7, 8, 9]);
    expect(depthsToWarmUp(planOf(2, policy), FIRST_STATE)).toEqual([0]);
  });

  it('is only the first of them where little is left to train', () => {
    expect(depthsToWarmUp(planOf(100), { ...FIRST_STATE, step: 996, frozenLayers: 8 })).toEqual([9]);
  });
});
