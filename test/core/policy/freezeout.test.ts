import { describe, expect, it } from 'vitest';
import { STANDING_STILL } from '#core/policy/freezeout.ts';
import type { Policy } from '#core/policy/policy.ts';
import { scheduleOf } from '#core/policy/policy.ts';
import { layerNames } from '../../support/layer-names.ts';

const linear: Policy = { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: true };
// 3 layers, 10 epochs of 10 steps; r = 0.5, 0.75, 1
const context = { layerNames: layerNames(3), learningRate: 0.1, steps: 100, stepsPerEpoch: 10 };

describe('warm-up', () => {
  // 2 epochs = 20 steps of warm-up, S = 80: t = 20 + 40, 20 + 60, 20 + 80; start rates 0.2, 0.1333, 0.1
  const schedule = scheduleOf({ ...linear, warmupEpochs: 2 }, context);

  it('rises from 0 to where the schedule starts', () => {
    expect([0, 5, 10, 19].map((step) => schedule.learningRateAt(0, step))).toEqual(
      [0, 0.05, 0.1, 0.19].map((rate) => expect.closeTo(rate, 14)),
    );
    expect(schedule.learningRateAt(0, 20)).toBeCloseTo(0.2, 14);
    expect(schedule.learningRateAt(2, 10)).toBeCloseTo(0.05, 14);
  });

  it('is not counted in S', () => {
    expect(schedule.freezeSteps).toEqual([61, 81, null]);
    expect(schedule.learningRateAt(0, 40)).toBeCloseTo(0.1, 14);
    expect(schedule.learningRateAt(2, 60)).toBeCloseTo(0.05, 14);
    expect(schedule.learningRateAt(2, 100)).toBeCloseTo(0, 14);
  });

  it('that is the whole run is refused', () => {
    expect(() => scheduleOf({ ...linear, warmupEpochs: 10 }, context)).toThrowError(
      expect.objectContaining({ code: 'bad-request', message: expect.stringContaining('the whole run') }),
    );
  });
});

describe('a schedule that stands still', () => {
  it('keeps every rate at its start to the last bit, and freezes nothing', () => {
    const long = { ...context, steps: 100_000, stepsPerEpoch: 1000 };
    const schedule = scheduleOf({ ...linear, scheduleSteps: STANDING_STILL }, long);
    expect(schedule.freezeSteps).toEqual([null, null, null]);
    for (const layer of [0, 1, 2]) {
      expect(schedule.learningRateAt(layer, 99_999)).toBe(schedule.learningRateAt(layer, 0));
    }
    expect(schedule.learningRateAt(0, 0)).toBe(0.2);
  });
});
