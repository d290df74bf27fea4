import { describe, expect, it } from 'vitest';
import type { Policy } from '#core/policy/policy.ts';
import { scheduleOf } from '#core/policy/policy.ts';
import { highStart } from '#core/policy/start-rates.ts';
import { layerNames } from '../../support/layer-names.ts';

function layersUnder(policy: Policy) {
  const { initialLearningRates, freezeSteps } = scheduleOf(policy, {
    ...{ layerNames: layerNames(40), learningRate: 0.1, steps: 1000, stepsPerEpoch: 1000 },
  });
  return initialLearningRates.map((initialLearningRate, index) => ({
    ...{ index, name: index === 0 ? 'stem' : `layer${index}`, params: 1, macs: 1 },
    initialLearningRate,
    freezeStep: freezeSteps[index],
    unfreezeStep: null,
  }));
}

const cubic = (t0: number, scaled = true): Policy => ({ kind: 'freezeout', shape: 'cubic', t0, scaled });

describe('high start rates', () => {
  it('marks the stem of cubic scaled 0.5, at eight times the base rate', () => {
    const found = highStart(layersUnder(cubic(0.5)), 0.1);
    expect(found).toMatchObject({ layer: 'stem' });
    expect(found?.factor).toBeCloseTo(8, 10);
    expect(found?.learningRate).toBeCloseTo(0.8, 10);
    // 1 / x**3 > 4 for x < 0.63, so i < 0.26 x 39 = 10.14
    expect(found?.layers).toBe(11);
  });

  it.each([
    ['the choice of the authors', cubic(0.8)],
    ['unscaled rates', cubic(0.1, false)],
    ['exactly four times', { kind: 'freezeout', shape: 'squared', t0: 0.5, scaled: true }],
    ['the baseline', { kind: 'none' }],
  ] as const)('leaves %s alone', (_, policy) => {
    expect(highStart(layersUnder(policy), 0.1)).toBeNull();
  });
});
