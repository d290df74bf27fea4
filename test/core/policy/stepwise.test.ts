import { describe, expect, it } from 'vitest';
import { scheduleOf } from '#core/policy/policy.ts';
import { frozenAfterEpoch } from '#core/policy/stepwise.ts';
import { layerNames } from '../../support/layer-names.ts';

const defaults = { kind: 'stepwise', start: 0.5, level: 1 } as const;

describe('stepwise', () => {
  // 10 epochs of 20 steps, 5 layers, so N = 4: after epoch e, floor(max(0, (e/10 - 0.5) / 0.5) 4) layers are frozen:
  // e = 6: floor(0.8) = 0, e = 7: floor(1.6) = 1, e = 8: floor(2.4) = 2, e = 9: floor(3.2) = 3, e = 10 is the run's end.
  it('freezes at epoch ends the share of the layers that Composer would', () => {
    const context = { layerNames: layerNames(5), learningRate: 0.1, steps: 200, stepsPerEpoch: 20 };
    const schedule = scheduleOf(defaults, context);
    expect(schedule.freezeSteps).toEqual([140, 160, 180, null, null]);
    expect([139, 140, 159, 160, 180, 199].map((step) => schedule.frozenLayersAt(step))).toEqual([0, 1, 1, 2, 3, 3]);
  });

  // level 0.6, start 0.2, N = 10, E = 10: 0.6 (e/10 - 0.2)/0.8 10 = 0.75 (e - 2): 0.75, 1.5, 2.25, 3, 3.75, 4.5, 5.25, 6
  it('reaches its level at the end, and may freeze several layers at once', () => {
    const context = { layerNames: layerNames(11), learningRate: 0.1, steps: 50, stepsPerEpoch: 5 };
    const frozen = [2, 3, 4, 5, 6, 7, 8, 9, 10].map((epoch) =>
      frozenAfterEpoch({ ...defaults, start: 0.2, level: 0.6 }, epoch / 10, 10),
    );
    expect(frozen).toEqual([0, 0, 1, 2, 3, 3, 4, 5, 6]);
    const { freezeSteps } = scheduleOf({ ...defaults, start: 0.2, level: 0.6 }, context);
    expect(freezeSteps).toEqual([20, 25, 30, 40, 45, null, null, null, null, null, null]);
  });

  // (0.6 - 0.2) / 0.8 is 0.49999999999999994 in doubles, and half of 10 layers are 5.
  it('counts a whole number of layers as whole', () => {
    expect(frozenAfterEpoch({ ...defaults, start: 0.2 }, 0.6, 10)).toBe(5);
  });

  it('leaves all layers the cosine of the baseline, whenever they freeze', () => {
    const context = { layerNames: layerNames(5), learningRate: 0.1, steps: 200, stepsPerEpoch: 20 };
    const schedule = scheduleOf(defaults, context);
    const baseline = scheduleOf({ kind: 'none' }, context);
    for (const step of [0, 1, 77, 139, 199]) {
      for (const layer of [0, 2, 4]) {
        expect(schedule.learningRateAt(layer, step)).toBe(baseline.learningRateAt(layer, step));
      }
    }
    expect(schedule.learningRateAt(0, 139)).toBeCloseTo(0.05 * (1 + Math.cos((Math.PI * 139) / 200)), 15);
  });
});
