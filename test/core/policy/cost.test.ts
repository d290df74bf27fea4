import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  computeSaved,
  computeSavedOfBaseline,
  equalTimeSteps,
  freezePhases,
  lastingFreezes,
  stepCost,
} from '#core/policy/cost.ts';
import { scheduleOf } from '#core/policy/policy.ts';
import { createSchedule } from '#core/policy/schedule.ts';
import { layerNames } from '../../support/layer-names.ts';
import { readReferenceSchedules } from '../../support/reference.ts';

const reference = readReferenceSchedules();

describe('stepCost', () => {
  it('counts forward, weight gradients, and input gradients but the first active layer’s', () => {
    const macs = [5, 3, 2];
    // nothing frozen: forward 10, weights 10, inputs 3 + 2
    expect(stepCost(macs, 0)).toBe(25);
    // stem frozen: forward 10, weights 3 + 2, inputs 2
    expect(stepCost(macs, 1)).toBe(17);
    // only the head trains: forward 10, weights 2
    expect(stepCost(macs, 2)).toBe(12);
  });
});

describe('freezePhases', () => {
  const base = { learningRate: 0.1, scaled: false, scheduleSteps: 10, steps: 10 };

  it('cuts the run at its freezes', () => {
    // t = 3, 3, 7.5: layers 0 and 1 freeze at step 4, layer 2 at step 8
    const schedule = createSchedule({ ...base, ratios: [0.3, 0.3, 0.75, 1] });
    expect(freezePhases(schedule, 10)).toEqual([
      { firstStep: 0, length: 4, frozenLayers: 0 },
      { firstStep: 4, length: 4, frozenLayers: 2 },
      { firstStep: 8, length: 2, frozenLayers: 3 },
    ]);
  });

  it('is one phase for the baseline', () => {
    const schedule = createSchedule({ ...base, ratios: [1, 1] });
    expect(freezePhases(schedule, 10)).toEqual([{ firstStep: 0, length: 10, frozenLayers: 0 }]);
  });
});

describe('computeSaved', () => {
  it('is 0 for the baseline', () => {
    const schedule = scheduleOf(
      { kind: 'none' },
      { layerNames: layerNames(3), learningRate: 0.1, steps: 100, stepsPerEpoch: 100 },
    );
    expect(computeSaved([5, 3, 2], schedule, 100)).toBe(0);
  });

  it('is what the cheaper steps leave of the whole', () => {
    const schedule = createSchedule({
      ratios: [0.3, 0.6, 1],
      learningRate: 0.1,
      scaled: false,
      scheduleSteps: 10,
      steps: 10,
    });
    // 4 steps at 25, 3 at 17, 3 at 12
    expect(computeSaved([5, 3, 2], schedule, 10)).toBeCloseTo(1 - (4 * 25 + 3 * 17 + 3 * 12) / 250, 14);
  });

  it.each(['32x32x3', '28x28x1'] as const)('equals the reference for all 54 combinations at %s', (size) => {
    const steps = reference.epochs * reference.stepsPerEpoch;
    for (const { model, policy, computeSaved: expected } of reference.combinations) {
      const { macs } = reference.models[model][size];
      const schedule = scheduleOf(policy, {
        layerNames: layerNames(macs.length),
        learningRate: reference.learningRate,
        steps,
        stepsPerEpoch: reference.stepsPerEpoch,
      });
      expect(computeSaved(macs, schedule, steps)).toBeCloseTo(expected[size], 12);
    }
  });

  it('equals the sum over single steps, and never exceeds two thirds', () => {
    const macs = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(
        macs,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 300 }),
        (costs, t0, steps) => {
          const policy = { kind: 'freezeout', shape: 'squared', t0, scaled: true } as const;
          const schedule = scheduleOf(policy, {
            layerNames: layerNames(costs.length),
            learningRate: 0.1,
            steps,
            stepsPerEpoch: steps,
          });
          let spent = 0;
          for (let step = 0; step < steps; step++) spent += stepCost(costs, schedule.frozenLayersAt(step));
          const saved = computeSaved(costs, schedule, steps);
          expect(saved).toBeCloseTo(1 - spent / (steps * stepCost(costs, 0)), 12);
          expect(saved).toBeGreaterThanOrEqual(0);
          expect(saved).toBeLessThan(2 / 3);
        },
      ),
    );
  });
});

describe('computeSavedOfBaseline', () => {
  const macs = [5, 3, 2];

  it('of a policy over all steps is what its schedule saves', () => {
    const freezes = lastingFreezes([4, 7, null]);
    const saved = computeSavedOfBaseline(macs, freezes, { steps: 10, baselineSteps: 10 });
    expect(saved).toBeCloseTo(computeSaved(macs, freezes, 10), 14);
  });

  it('of an equal-time baseline is the share of steps that it leaves out', () => {
    const freezes = lastingFreezes([null, null, null]);
    expect(computeSavedOfBaseline(macs, freezes, { steps: 766, baselineSteps: 1000 })).toBeCloseTo(0.234, 14);
    expect(computeSavedOfBaseline(macs, freezes, { steps: 1000, baselineSteps: 1000 })).toBe(0);
  });
});

describe('equalTimeSteps', () => {
  it.each([
    [1000, 0.234, 766],
    [1000, 0, 1000],
    [1000, -0.1, 1100],
    [7, 0.5, 4],
    [3, 0.99, 1],
  ])('of %d steps at %d saved are %d', (steps, saved, expected) => {
    expect(equalTimeSteps(steps, saved)).toBe(expected);
  });
});
