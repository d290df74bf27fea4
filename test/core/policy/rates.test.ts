import { describe, expect, it } from 'vitest';
import { plannedSchedule } from '#core/policy/planned-schedule.ts';
import { policySchema } from '#core/policy/policy.ts';
import { rateFactors, ratesSchema } from '#core/policy/rates.ts';

const NAMES = ['stem', 'block1', 'block2', 'head'];
const length = { layerNames: NAMES, steps: 100, stepsPerEpoch: 10 };

describe('the factors of single layers', () => {
  it('decay from the head to the first layer', () => {
    expect(rateFactors({ layerDecay: 0.5 }, NAMES)).toEqual([0.125, 0.25, 0.5, 1]);
    expect(rateFactors({ layerDecay: 0.5, headFactor: 10 }, NAMES)).toEqual([0.125, 0.25, 0.5, 10]);
    expect(rateFactors({ headFactor: 10 }, NAMES)).toEqual([1, 1, 1, 10]);
  });

  it('are given, one a layer', () => {
    expect(rateFactors({ factors: [1, 2, 3, 4], headFactor: 0.5 }, NAMES)).toEqual([1, 2, 3, 2]);
    expect(() => rateFactors({ factors: [1, 2] }, NAMES)).toThrowError(
      'rates has 2 factors, but the network has 4 layers (stem to head): give one factor a layer.',
    );
  });

  it.each([
    { kind: 'none' },
    { kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true },
    { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: false },
    { kind: 'stepwise' },
    { kind: 'unfreeze', at: [2] },
  ])('multiply the rates of %j, and change no freeze', (json) => {
    const spec = { policy: policySchema.parse(json), optimizer: { learningRate: 0.1 } };
    const plain = plannedSchedule(spec, length);
    const scaled = plannedSchedule({ ...spec, rates: { layerDecay: 0.5 } }, length);
    expect(scaled.freezeSteps).toEqual(plain.freezeSteps);
    expect(scaled.unfreezeSteps).toEqual(plain.unfreezeSteps);
    for (const [layer, factor] of [0.125, 0.25, 0.5, 1].entries()) {
      expect(scaled.initialLearningRates[layer]).toBe(plain.initialLearningRates[layer] * factor);
      for (const step of [0, 1, 20, 49]) {
        expect(scaled.learningRateAt(layer, step)).toBe(plain.learningRateAt(layer, step) * factor);
      }
    }
  });

  it('are refused where they contradict each other or stand still', () => {
    const message = (json: object) => ratesSchema.safeParse(json).error?.issues[0]?.message;
    expect(message({ layerDecay: 0.5, factors: [1, 1] })).toBe('give layerDecay or factors, not both');
    expect(message({})).toMatch('says nothing');
    expect(message({ layerDecay: 1.5 })).toBe('must be above 0 and at most 1');
    expect(message({ factors: [0, 1] })).toBe('must be above 0: layers that should not train are frozen by a policy');
    expect(message({ headFactor: -1 })).toBeDefined();
  });
});
