import { describe, expect, it } from 'vitest';
import { scheduleOf } from '#core/policy/policy.ts';
import { Pace, remainingCost } from '#core/training/time-left.ts';

const run = {
  macs: [10, 5],
  steps: 10,
  schedule: scheduleOf(
    { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: false },
    { layerCount: 2, learningRate: 0.1, steps: 10 },
  ),
};

describe('time left', () => {
  it.each([
    { firstStep: 0, cost: 6 * 35 + 4 * 20 },
    { firstStep: 5, cost: 35 + 4 * 20 },
    { firstStep: 7, cost: 3 * 20 },
    { firstStep: 10, cost: 0 },
  ])('costs $cost multiply-adds from step $firstStep', ({ firstStep, cost }) => {
    expect(remainingCost(run, firstStep)).toBe(cost);
  });

  it('is not known before a step was measured', () => {
    expect(new Pace().secondsFor(100, 1)).toBeNull();
  });

  it('follows a machine that becomes slower, and counts what lies between epochs', () => {
    const pace = new Pace();
    pace.stepTook(1, 10);
    expect(pace.secondsFor(100, 3)).toBeCloseTo(10, 12);
    pace.stepTook(2, 10);
    pace.betweenEpochsTook(4);
    // 0.1 + 0.3 (0.2 - 0.1) seconds a multiply-add.
    expect(pace.secondsFor(100, 3)).toBeCloseTo(13 + 12, 12);
  });
});
