import { describe, expect, it } from 'vitest';
import { plannedSchedule } from '#core/policy/planned-schedule.ts';
import type { Policy } from '#core/policy/policy.ts';
import { policySchema } from '#core/policy/policy.ts';
import { checkWarmUp } from '#core/policy/warm-up.ts';

const optimizer = { learningRate: 0.2 };
const length = { layerNames: ['stem', 'block', 'head'], steps: 100, stepsPerEpoch: 10 };

function scheduleOf(policy: object, warmupEpochs?: number) {
  return plannedSchedule({ policy: policySchema.parse(policy), optimizer, warmupEpochs }, length);
}

describe('a warm-up of all arms', () => {
  const none: Policy = { kind: 'none' };

  it('raises the baseline’s rate linearly from 0, and the cosine takes the rest', () => {
    const { learningRateAt, warmupSteps } = scheduleOf(none, 2);
    expect(warmupSteps).toBe(20);
    expect([0, 5, 10, 19].map((step) => learningRateAt(2, step))).toEqual([0, 0.05, 0.1, (0.2 * 19) / 20]);
    expect(learningRateAt(2, 20)).toBe(0.2);
    // Half-way through the other 80 steps, and at their last.
    expect(learningRateAt(2, 60)).toBeCloseTo(0.1, 12);
    expect(learningRateAt(2, 99)).toBeCloseTo(0.1 * (1 + Math.cos((Math.PI * 79) / 80)), 12);
  });

  it.each([
    { kind: 'stepwise', start: 0.3, level: 1 },
    { kind: 'fixed', layers: 1 },
    { kind: 'unfreeze', how: 'layer-by-layer', every: 3 },
  ])('leaves the freezes of %j where they are', (policy) => {
    const [cold, warm] = [scheduleOf(policy), scheduleOf(policy, 2)];
    expect(warm.freezeSteps).toEqual(cold.freezeSteps);
    expect(warm.unfreezeSteps).toEqual(cold.unfreezeSteps);
    expect(warm.freezeSteps.some((step) => step !== null)).toBe(true);
    for (const step of [0, 7, 20, 50, 99]) {
      expect(warm.learningRateAt(2, step)).toBe(scheduleOf(none, 2).learningRateAt(2, step));
      expect(warm.frozenLayersAt(step)).toBe(cold.frozenLayersAt(step));
    }
  });

  it.each([
    { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: true },
    { kind: 'random-times', draw: 1, earliest: 0.5, scaled: true },
  ])('puts the schedule of %j, whose rates end at its freezes, into the rest', (policy) => {
    const shorter = plannedSchedule({ policy: policySchema.parse(policy), optimizer }, { ...length, steps: 80 });
    const warm = scheduleOf(policy, 2);
    expect(warm.freezeSteps).toEqual(shorter.freezeSteps.map((step) => (step === null ? null : step + 20)));
    for (const layer of [0, 1, 2]) {
      expect(warm.learningRateAt(layer, 10)).toBeCloseTo(shorter.initialLearningRates[layer] / 2, 12);
      expect(warm.learningRateAt(layer, 45)).toBe(shorter.learningRateAt(layer, 25));
    }
  });

  it('is that of FreezeOut’s own key, and refused next to it', () => {
    const freezeOut = { kind: 'freezeout', shape: 'cubic' };
    const [own, all] = [scheduleOf({ ...freezeOut, warmupEpochs: 3 }), scheduleOf(freezeOut, 3)];
    expect(all.freezeSteps).toEqual(own.freezeSteps);
    for (const step of [0, 12, 30, 60]) expect(all.learningRateAt(1, step)).toBe(own.learningRateAt(1, step));
    expect(() => scheduleOf({ ...freezeOut, warmupEpochs: 3 }, 1)).toThrow(
      'Both the run and its policy have warmupEpochs: leave one of them out.',
    );
  });

  it('is refused where it takes the whole run', () => {
    expect(() => checkWarmUp(10, 10)).toThrow(/^10 epochs of warm-up are the whole run: .+\.$/);
    expect(() => checkWarmUp(9, 10)).not.toThrow();
    expect(() => scheduleOf({ kind: 'freezeout', shape: 'cubic' }, 10)).toThrow('10 epochs of warm-up');
  });
});
