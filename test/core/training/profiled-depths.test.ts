import { expect, it } from 'vitest';
import { depthsToProfile, spreadDepths } from '#core/training/profiled-depths.ts';

function planOf(steps: number, freezeSteps: readonly (number | null)[], kind: 'gradient-norm' | 'none') {
  const policy = kind === 'none' ? ({ kind } as const) : { kind, interval: 0.05, percentile: 50 };
  const layers = freezeSteps.map((freezeStep, index) => {
    return {
      index,
      name: String(index),
      params: 1,
      macs: 10,
      freezeStep,
      unfreezeStep: null,
      initialLearningRate: 0.1,
    };
  });
  return { spec: { policy }, layers, steps };
}

it('measures the planned depths, where the run is long enough', () => {
  // 1 + 2 untimed steps and 12 timed ones are half of 30.
  expect(depthsToProfile(planOf(30, [5, 9, null], 'none'))).toEqual([1, 2]);
  expect(depthsToProfile(planOf(29, [5, 9, null], 'none'))).toBeNull();
});

it('spreads as many depths as the run is long enough for, where the policy decides while training', () => {
  const nothing = Array<null>(20).fill(null);
  // Each depth takes seven steps, and one is there beside them.
  expect(depthsToProfile(planOf(2 * 57, nothing, 'gradient-norm'))).toHaveLength(8);
  expect(depthsToProfile(planOf(2 * 57 - 1, nothing, 'gradient-norm'))).toHaveLength(7);
  expect(depthsToProfile(planOf(16, nothing, 'gradient-norm'))).toEqual([19]);
  expect(depthsToProfile(planOf(15, nothing, 'gradient-norm'))).toBeNull();
});

it('spreads depths over the savings, not over the layers', () => {
  // cost(0) = 3 x 92 - 80: the first layer has most of the multiply-adds, so that depth 1 saves most of what can be saved
  expect(spreadDepths([80, 1, 1, 1, 1, 8], 2)).toEqual([1, 5]);
  expect(spreadDepths([10, 10, 10, 10, 10, 10, 10], 3)).toEqual([2, 4, 6]);
  expect(spreadDepths([10, 10, 10], 8)).toEqual([1, 2]);
  expect(spreadDepths([10], 8)).toEqual([]);
});
