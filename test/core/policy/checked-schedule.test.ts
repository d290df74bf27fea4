import { describe, expect, it } from 'vitest';
import { checkOptimizer } from '#core/optimizer/checked-optimizer.ts';
import { optimizerSchema } from '#core/optimizer/optimizer.ts';
import { checkedSchedule } from '#core/policy/checked-schedule.ts';
import type { ScheduledSpec } from '#core/policy/planned-schedule.ts';
import { policySchema } from '#core/policy/policy.ts';

const length = { layerNames: ['stem', 'middle', 'head'], steps: 100, stepsPerEpoch: 10 };

function planned(policy: object, spec: Partial<ScheduledSpec> = {}) {
  return checkedSchedule({ policy: policySchema.parse(policy), optimizer: { learningRate: 0.1 }, ...spec }, length);
}

describe('a schedule that is to train', () => {
  const freezeOut = { kind: 'freezeout', shape: 'cubic', t0: 0.5 };

  it('passes with every rate that single precision holds', () => {
    expect(planned(freezeOut).initialLearningRates[0]).toBeCloseTo(0.8, 12);
    expect(planned({ ...freezeOut, t0: 1e-10 }).initialLearningRates[0]).toBeCloseTo(1e29, -20);
  });

  it.each([
    ['a t0 whose rate is infinite', { ...freezeOut, t0: 1e-104 }, {}],
    ['a t0 whose rate is infinite in single precision alone', { ...freezeOut, t0: 5e-14 }, {}],
    [
      'a curve that begins at almost nothing',
      {
        kind: 'freezeout',
        shape: 'curve',
        points: [
          [0, 1e-300],
          [1, 1],
        ],
      },
      {},
    ],
    ['a factor', { kind: 'none' }, { rates: { factors: [1e300, 1, 1] } }],
    ['a rate', { kind: 'none' }, { optimizer: { learningRate: 1e39 } }],
  ])('is refused with %s', (_name, policy, spec) => {
    expect(() => planned(policy, spec)).toThrow(/^The rate of layer 0 \(stem\) would begin at .*: choose a larger t0/);
  });

  it('is refused with a t0 that leaves a layer no time, also where rates are not scaled', () => {
    for (const scaled of [true, false]) {
      expect(() => planned({ ...freezeOut, t0: 1e-200, scaled })).toThrow(/layer 0 \(stem\) freezes is so small/);
    }
  });
});

describe('an optimizer that is to train', () => {
  const check = (optimizer: object) => checkOptimizer(optimizerSchema.parse(optimizer), [0.1]);

  it('passes with its defaults', () => {
    expect(() => check({ kind: 'sgd' })).not.toThrow();
    expect(() => check({ kind: 'adamw' })).not.toThrow();
  });

  it.each([
    [{ kind: 'adamw', beta1: 0.99999999999 }, /^The first update of AdamW would have a number that is not finite/],
  ])('is refused with %j', (optimizer, message) => {
    expect(() => check(optimizer)).toThrow(message);
  });
});
