import { describe, expect, it } from 'vitest';
import { computeSaved, freezePhases } from '#core/policy/cost.ts';
import { policyLabels, policyName, policySchema, scheduleOf } from '#core/policy/policy.ts';
import type { Schedule } from '#core/policy/schedule.ts';

const NAMES = ['stem', 'block1', 'block2', 'block3', 'head'];
const context = { layerNames: NAMES, learningRate: 0.1, steps: 20, stepsPerEpoch: 4 };

function planned(json: object, change: Partial<typeof context> = {}): Schedule {
  return scheduleOf(policySchema.parse({ kind: 'unfreeze', ...json }), { ...context, ...change });
}

function depthsOf(schedule: Schedule): readonly [firstStep: number, frozenLayers: number][] {
  return freezePhases(schedule, 20).map(({ firstStep, frozenLayers }) => [firstStep, frozenLayers]);
}

describe('unfreeze', () => {
  it('trains the head alone, then all layers, as fine_tune of fastai does', () => {
    const schedule = planned({ at: [1] });
    expect(schedule.freezeSteps).toEqual([0, 0, 0, 0, null]);
    expect(schedule.unfreezeSteps).toEqual([4, 4, 4, 4, null]);
    expect(depthsOf(schedule)).toEqual([
      [0, 4],
      [4, 0],
    ]);
    expect([3, 4].map((step) => schedule.frozenLayersAt(step))).toEqual([4, 0]);
  });

  it('unfreezes layer by layer from the back, at given epochs; the front may stay frozen', () => {
    const schedule = planned({ how: 'layer-by-layer', at: [1, 3] });
    expect(schedule.unfreezeSteps).toEqual([null, null, 12, 4, null]);
    expect(depthsOf(schedule)).toEqual([
      [0, 4],
      [4, 3],
      [12, 2],
    ]);
  });

  it('unfreezes several layers at one time where an epoch is said more than once', () => {
    expect(planned({ how: 'layer-by-layer', at: [2, 2, 3] }).unfreezeSteps).toEqual([null, 12, 8, 8, null]);
  });

  it('unfreezes one layer each time some epochs have passed, as long as the run and the layers last', () => {
    expect(planned({ how: 'layer-by-layer', every: 1 }).unfreezeSteps).toEqual([16, 12, 8, 4, null]);
    expect(planned({ how: 'layer-by-layer', every: 2 }).unfreezeSteps).toEqual([null, null, 16, 8, null]);
  });

  it('unfreezes the only layer before the head, in either way', () => {
    const layerNames = ['stem', 'head'];
    for (const json of [{ at: [2] }, { how: 'layer-by-layer', at: [2] }, { how: 'layer-by-layer', every: 2 }]) {
      const schedule = planned(json, { layerNames });
      expect([schedule.freezeSteps, schedule.unfreezeSteps]).toEqual([
        [0, null],
        [8, null],
      ]);
      expect([0, 7, 8, 19].map((step) => schedule.frozenLayersAt(step))).toEqual([1, 1, 0, 0]);
    }
    expect(() => planned({ how: 'layer-by-layer', at: [1, 2] }, { layerNames })).toThrowError(
      'The policy unfreezes 2 layers, but the network has only 1 layer before the head (stem): give at most 1 epoch.',
    );
  });

  it('unfreezes in a run that ends within an epoch, and in none of one epoch', () => {
    // 18 steps: 4 epochs of 4 and a half one.
    expect(planned({ at: [4] }, { steps: 18 }).unfreezeSteps).toEqual([16, 16, 16, 16, null]);
    expect(planned({ how: 'layer-by-layer', at: [1, 4, 4] }, { steps: 18 }).unfreezeSteps).toEqual([
      ...[null, 16, 16, 4, null],
    ]);
    expect(() => planned({ at: [4] }, { steps: 16 })).toThrowError('after 4 epochs, but the run has 4 epochs');
    for (const json of [{ at: [1] }, { how: 'layer-by-layer', every: 1 }]) {
      expect(() => planned(json, { steps: 4 })).toThrowError(
        'Layers would begin to train after 1 epoch, but the run has 1 epoch: choose fewer, or train longer.',
      );
    }
  });

  it('lets layers join the cosine that all share', () => {
    const baseline = scheduleOf({ kind: 'none' }, context);
    const schedule = planned({ at: [2] });
    for (const step of [0, 8, 19]) expect(schedule.learningRateAt(4, step)).toBe(baseline.learningRateAt(4, step));
    for (const step of [8, 19]) expect(schedule.learningRateAt(0, step)).toBe(baseline.learningRateAt(0, step));
  });

  it('saves as much as the steps of the head alone', () => {
    // Forward 50 and the head's weights 10, against 50 + 50 + 40; for 4 of 20 steps.
    expect(computeSaved([10, 10, 10, 10, 10], planned({ at: [1] }), 20)).toBeCloseTo((4 * (1 - 60 / 140)) / 20, 12);
  });

  it('refuses epochs that the run does not have, and layers that the network does not have', () => {
    expect(() => planned({ at: [5] })).toThrowError(
      'Layers would begin to train after 5 epochs, but the run has 5 epochs: choose fewer, or train longer.',
    );
    expect(() => planned({ how: 'layer-by-layer', every: 7 })).toThrowError('after 7 epochs, but the run has 5 epochs');
    expect(() => planned({ how: 'layer-by-layer', at: [1, 1, 1, 1, 1] })).toThrowError(
      'The policy unfreezes 5 layers, but the network has only 4 layers before the head (stem to block3): give at most 4 epochs.',
    );
  });

  it('refuses epochs out of order, and keys that do not go together', () => {
    const message = (json: object) => policySchema.safeParse({ kind: 'unfreeze', ...json }).error?.issues[0]?.message;
    expect(message({ how: 'layer-by-layer', at: [3, 1] })).toMatch('must not fall');
    expect(message({})).toBe('give exactly one of at and every');
    expect(message({ at: [1], every: 1 })).toBe('give exactly one of at and every');
    expect(message({ every: 2 })).toMatch('is for layer-by-layer');
    expect(message({ at: [1, 2] })).toMatch('has several epochs');
    expect(message({ at: [] })).toBe('needs at least one number of epochs');
    for (const json of [{ at: [0] }, { at: [1.5] }, { how: 'layer-by-layer', every: 0 }]) {
      expect(message(json)).toBe('must be a whole number of epochs, 1 or more');
    }
    expect(message({ at: 1 })).toBe('must be a list of epochs, such as [1]');
  });

  it('has names that tell arms apart', () => {
    const policies = [
      { at: [1] },
      { how: 'layer-by-layer', at: [1, 2, 3] },
      { how: 'layer-by-layer', every: 2, frozenBatchNorm: 'statistics-move' },
    ].map((json) => policySchema.parse({ kind: 'unfreeze', ...json }));
    expect(policies.map(policyName)).toEqual([
      'unfreeze all after 1',
      'unfreeze layer by layer after 1 2 3',
      'unfreeze layer by layer every 2, statistics move',
    ]);
    expect(policyLabels(policies[0])).toEqual({ variant: 'unfreeze all', t0: 'all after 1' });
  });
});
