import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scheduleOf } from '#core/policy/policy.ts';
import { randomRatios } from '#core/policy/random-times.ts';
import { layerNames } from '../../support/layer-names.ts';

const policy = { kind: 'random-times', draw: 1, earliest: 0.5, scaled: false } as const;

describe('random times', () => {
  it('are the same whenever they are drawn, and others for another draw', () => {
    expect(randomRatios(policy, 8)).toEqual(randomRatios(policy, 8));
    expect(randomRatios({ ...policy, draw: 2 }, 8)).not.toEqual(randomRatios(policy, 8));
  });

  it('rise from layer to layer between the earliest and the end, which is the head’s', () => {
    const draws = fc.integer({ min: 0, max: 1_000_000 });
    const earliest = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(draws, earliest, fc.integer({ min: 2, max: 60 }), (draw, from, layerCount) => {
        const ratios = randomRatios({ ...policy, draw, earliest: from }, layerCount);
        expect(ratios).toHaveLength(layerCount);
        expect(ratios).toEqual([...ratios].sort((a, b) => a - b));
        expect(ratios[0]).toBeGreaterThanOrEqual(from);
        expect(ratios.at(-1)).toBe(1);
      }),
    );
  });

  it('spread evenly over their range', () => {
    const drawn = Array.from({ length: 400 }, (_, draw) => randomRatios({ ...policy, draw }, 6).slice(0, -1)).flat();
    const mean = drawn.reduce((sum, ratio) => sum + ratio, 0) / drawn.length;
    // 2,000 draws between 0.5 and 1: mean 0.75, standard error 0.5 / sqrt(12) / sqrt(2000) = 0.0032
    expect(Math.abs(mean - 0.75)).toBeLessThan(4 * 0.0032);
  });

  it('freeze and anneal as FreezeOut does with such ratios', () => {
    const context = { layerNames: layerNames(6), learningRate: 0.1, steps: 1000, stepsPerEpoch: 100 };
    const { ratios, freezeSteps, learningRateAt } = scheduleOf(policy, context);
    const planned = ratios.map((ratio) => Math.floor(1000 * ratio) + 1);
    expect(freezeSteps).toEqual(planned.map((step) => (step < 1000 ? step : null)));
    expect(learningRateAt(2, 300)).toBeCloseTo(0.05 * (1 + Math.cos((Math.PI * 300) / (1000 * ratios[2]))), 15);
  });
});
