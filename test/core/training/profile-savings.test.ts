import { describe, expect, it } from 'vitest';
import { lastingFreezes } from '#core/policy/cost.ts';
import type { StepProfile } from '#core/run-event.ts';
import {
  depthSavings,
  predictedRatio,
  profileSaved,
  profileWarning,
  stepRatios,
  unfrozenStepsOf,
} from '#core/training/profile-savings.ts';

/**
 * cost(0) = 10 + 10 + 6 = 26, cost(1) = 10 + 6 + 4 = 20, cost(2) = 10 + 4 + 1 = 15, cost(3) = 10 + 1 = 11:
 * predicted ratios 10/13, 15/26 and 11/26.
 */
const MACS = [4, 2, 3, 1];

function measured(
  ...ratios: readonly [frozenLayers: number, low: number, median: number, high: number][]
): StepProfile {
  const times = { steps: 3, stepMs: { minimum: 1, median: 1 } };
  return {
    unfrozen: times,
    depths: ratios.map(([frozenLayers, low, median, high]) => ({
      frozenLayers,
      ...times,
      ratio: { low, median, high },
    })),
  };
}

describe('stepRatios', () => {
  it('are the cost model’s without a profile', () => {
    const ratioAt = stepRatios(null, MACS);
    expect([0, 1, 2, 3].map(ratioAt)).toEqual([1, 20 / 26, 15 / 26, 11 / 26]);
    expect(predictedRatio(MACS, 3)).toBe(11 / 26);
  });

  it('are those measured, and lie between them where none was measured', () => {
    const ratioAt = stepRatios(measured([1, 0.8, 0.85, 0.9], [3, 0.5, 0.55, 0.6]), MACS);
    expect([0, 1, 3].map(ratioAt)).toEqual([1, 0.85, 0.55]);
    // Its prediction, 15/26, lies (15 - 11) / (20 - 11) of the way from depth 3 to depth 1.
    expect(ratioAt(2)).toBeCloseTo(0.55 + (4 / 9) * 0.3, 12);
  });

  it('scale the cost model’s beyond the deepest one measured', () => {
    const ratioAt = stepRatios(measured([1, 0.9, 0.9, 0.9]), MACS);
    expect(ratioAt(3)).toBeCloseTo((0.9 * 11) / 20, 12);
  });
});

describe('profileSaved', () => {
  const freezes = lastingFreezes([10, 40, null, null]);

  it('is the mean saving of all steps', () => {
    // 10 steps unfrozen, 30 of 0.9, 60 of 0.7
    const ratioAt = stepRatios(measured([1, 0.9, 0.9, 0.9], [2, 0.7, 0.7, 0.7]), MACS);
    expect(profileSaved(ratioAt, freezes, { steps: 100, baselineSteps: 100 })).toBeCloseTo(1 - 0.79, 12);
  });

  it.each([
    { firstStep: 0, steps: 10 + 30 * 0.9 + 60 * 0.7 },
    { firstStep: 25, steps: 15 * 0.9 + 60 * 0.7 },
    { firstStep: 40, steps: 60 * 0.7 },
    { firstStep: 100, steps: 0 },
  ])('leaves $steps unfrozen steps from step $firstStep on', ({ firstStep, steps }) => {
    const ratioAt = stepRatios(measured([1, 0.9, 0.9, 0.9], [2, 0.7, 0.7, 0.7]), MACS);
    expect(unfrozenStepsOf({ freezes, steps: 100, ratioAt }, firstStep)).toBeCloseTo(steps, 12);
  });

  it('of an equal-time baseline is its share of steps', () => {
    const none = lastingFreezes([null, null, null, null]);
    expect(profileSaved(stepRatios(measured(), MACS), none, { steps: 75, baselineSteps: 100 })).toBe(0.25);
  });
});

describe('depthSavings', () => {
  it('are set against the cost model', () => {
    const [saving] = depthSavings(measured([2, 0.6, 0.625, 0.65]), MACS);
    expect(saving).toMatchObject({
      frozenLayers: 2,
      predicted: 1 - 15 / 26,
      measured: 0.375,
      isFrozenWorkSkipped: true,
    });
    expect(saving.residual).toBeCloseTo(0.375 - 11 / 26, 12);
    expect([saving.low, saving.high]).toEqual([0.35, 0.4]);
  });

  it.each([
    // predicted: 23 %, 42 %, 58 %
    ['a step that saves what it should', measured([1, 0.76, 0.77, 0.78]), null],
    ['noise around half of it', measured([1, 0.87, 0.95, 1.02]), null],
    [
      'a step that saves nothing',
      measured([1, 0.98, 1, 1.02]),
      'Frozen work is not skipped: with 1 layer frozen a step saves 0.0 %, where 23.1 % is predicted.',
    ],
    [
      'several such depths',
      measured([1, 0.98, 1, 1.02], [2, 0.5, 0.6, 0.7], [3, 0.9, 0.92, 0.95]),
      'Frozen work is not skipped: with 3 layers frozen a step saves 8.0 %, where 57.7 % is predicted, ' +
        'and 1 more depth falls short of half of it too.',
    ],
  ])('warn of %s', (_, profile, warning) => {
    expect(profileWarning(depthSavings(profile, MACS))).toBe(warning);
  });

  it('do not warn of a depth that should save little', () => {
    // cost(0) = 11 + 11 + 10, cost(1) = 11 + 10 + 9: 6 % predicted
    expect(profileWarning(depthSavings(measured([1, 1, 1, 1]), [1, 1, 9]))).toBeNull();
  });
});
