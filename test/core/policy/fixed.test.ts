import { describe, expect, it } from 'vitest';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import { computeSaved } from '#core/policy/cost.ts';
import { plannedSchedule } from '#core/policy/planned-schedule.ts';
import { policyLabels, policyName, policyNeeds, policySchema, scheduleOf } from '#core/policy/policy.ts';

const NAMES = ['stem', 'layer1.0', 'layer1.1', 'layer2.0', 'layer2.1', 'head'];
const context = { layerNames: NAMES, learningRate: 0.1, steps: 20, stepsPerEpoch: 5 };

function frozenOf(json: object, layerNames: readonly string[] = NAMES): number {
  const schedule = scheduleOf(policySchema.parse({ kind: 'fixed', ...json }), { ...context, layerNames });
  const frozen = schedule.freezeSteps.filter((step) => step === 0).length;
  expect(schedule.freezeSteps).toEqual(layerNames.map((_, layer) => (layer < frozen ? 0 : null)));
  expect(schedule.unfreezeSteps).toEqual(layerNames.map(() => null));
  for (let step = 0; step < 20; step++) expect(schedule.frozenLayersAt(step)).toBe(frozen);
  return frozen;
}

/** By hand, from torchvision's structure: layers before the head, then those before each name. */
const COUNTED: readonly (readonly [ModelSpec, number, Readonly<Record<string, number>>])[] = [
  // stem + 2 + 2 + 2 + 2 blocks
  [{ kind: 'resnet', depth: 18, stem: 'imagenet' }, 9, { layer1: 1, layer3: 5, 'layer3.1': 6, layer4: 7 }],
  // stem + 3 + 4 + 6 + 3 blocks
  [{ kind: 'resnet', depth: 50, stem: 'imagenet' }, 17, { layer2: 4, layer3: 8, 'layer4.2': 16 }],
  // features.0 is the stem
  [{ kind: 'mobilenet-v2', width: 1, dropout: 0.2 }, 19, { 'features.1': 1, 'features.7': 7, 'features.18': 18 }],
  // stem + 6, a transition, 12, a transition, 24, a transition, 16, the last batch norm
  [{ kind: 'densenet-121' }, 63, { denseblock2: 8, transition2: 20, 'denseblock4.denselayer16': 61 }],
  // Convolutions 0, 3, 7, 10, 14, ... of torchvision's list
  [{ kind: 'vgg-16-bn', dropout: 0.5 }, 15, { 'features.7': 2, 'features.10': 3, 'features.14': 4, 'features.40': 12 }],
];

describe('fixed', () => {
  it('freezes that many layers from the start', () => {
    expect([1, 3, 5].map((layers) => frozenOf({ layers }))).toEqual([1, 3, 5]);
  });

  it('freezes a share of the layers before the head, to the nearest layer', () => {
    // Of 5: 1.25, 2.5 (halves are rounded up), 3.75, 4.95.
    expect([0.25, 0.5, 0.75, 0.99, 1].map((share) => frozenOf({ share }))).toEqual([1, 3, 4, 5, 5]);
  });

  it('freezes the layers before the first one whose name begins so', () => {
    expect(['layer1', 'layer1.1', 'layer2', 'head'].map((until) => frozenOf({ until }))).toEqual([1, 2, 3, 5]);
  });

  it.each(COUNTED)('freezes in %o as counted by hand', (model, freezable, before) => {
    const network = buildNetwork(model, { height: 32, width: 32, channels: 3 }, 10);
    const names = network.layers.map(({ name }) => name);
    expect(names.length - 1).toBe(freezable);
    expect(frozenOf({ layers: freezable }, names)).toBe(freezable);
    expect(() => frozenOf({ layers: freezable + 1 }, names)).toThrowError(`freeze ${freezable} or fewer`);
    expect(frozenOf({ share: 0.5 }, names)).toBe(Math.ceil(freezable / 2));
    for (const [until, frozen] of Object.entries(before)) expect(frozenOf({ until }, names), until).toBe(frozen);
  });

  it('does not cut a number in two', () => {
    const names = ['stem', 'features.3', 'features.10', 'features.20', 'head'];
    expect(frozenOf({ until: 'features.20' }, names)).toBe(3);
    expect(frozenOf({ until: 'features.' }, names)).toBe(1);
    expect(() => frozenOf({ until: 'features.2' }, names)).toThrowError(
      'No layer’s name begins with “features.2”: the layers are stem, features.3, features.10, features.20, head.',
    );
    // The first layer with such a name, not one whose number goes on.
    expect(frozenOf({ until: 'layer1' }, ['stem', 'layer10.0', 'layer1.0', 'head'])).toBe(2);
  });

  it('freezes the only layer before the head', () => {
    const names = ['stem', 'head'];
    expect([{ layers: 1 }, { share: 0.5 }, { until: 'head' }].map((json) => frozenOf(json, names))).toEqual([1, 1, 1]);
    expect(() => frozenOf({ share: 0.4 }, names)).toThrowError('A share of 0.4 freezes none of the 1 layer before');
    expect(() => frozenOf({ layers: 2 }, names)).toThrowError(
      'The policy freezes 2 layers, but the network has only 1 layer before the head (stem): freeze 1.',
    );
  });

  it('leaves the rates of the others as the baseline has them', () => {
    const baseline = scheduleOf({ kind: 'none' }, context);
    const schedule = scheduleOf(policySchema.parse({ kind: 'fixed', layers: 3 }), context);
    for (let step = 0; step < 20; step++) {
      expect(schedule.learningRateAt(4, step)).toBe(baseline.learningRateAt(4, step));
    }
  });

  it('saves what the cost model says of a step with these layers frozen', () => {
    const schedule = scheduleOf(policySchema.parse({ kind: 'fixed', layers: 2 }), context);
    // Forward 60; weights of layers 2 .. 5 cost 40, their inputs but that of layer 2 cost 30: 130 of 60 + 60 + 50.
    expect(computeSaved([10, 10, 10, 10, 10, 10], schedule, 20)).toBeCloseTo(1 - 130 / 170, 12);
  });

  it('refuses what the network does not have, and says what there is', () => {
    const refused = (json: object) => () => frozenOf(json);
    expect(refused({ layers: 6 })).toThrowError(
      'The policy freezes 6 layers, but the network has only 5 layers before the head (stem to layer2.1): freeze 5 or fewer.',
    );
    expect(refused({ until: 'layer9' })).toThrowError(
      'No layer’s name begins with “layer9”: the layers are stem, layer1.0, layer1.1, layer2.0, layer2.1, head.',
    );
    expect(refused({ until: 'stem' })).toThrowError('nothing would be frozen: choose a later layer');
    expect(refused({ share: 0.05 })).toThrowError(
      'A share of 0.05 freezes none of the 5 layers before the head (stem to layer2.1): choose a larger share.',
    );
  });

  it('takes exactly one of layers, share and until', () => {
    const issues = (json: object) => policySchema.safeParse({ kind: 'fixed', ...json }).error?.issues ?? [];
    expect(issues({})[0]?.message).toBe('give exactly one of layers, share and until');
    expect(issues({ layers: 2, share: 0.5 })[0]?.path).toEqual(['layers']);
    expect(issues({ share: 1.5 })[0]?.message).toBe('must be above 0 and at most 1');
    for (const layers of [0, -1, 2.5]) {
      expect(issues({ layers }).map(({ message }) => message)).toContain(
        'must be a whole number of layers, 1 or more: the policy "none" freezes no layer',
      );
    }
    expect(issues({ until: '' })).toHaveLength(1);
  });

  it('has names that tell arms apart, and says whether running statistics move', () => {
    const [some, share, named, moving] = [
      { layers: 3 },
      { share: 0.5 },
      { until: 'layer2' },
      { layers: 3, frozenBatchNorm: 'statistics-move' },
    ].map((json) => policySchema.parse({ kind: 'fixed', ...json }));
    const names = [some, share, named, moving].map(policyName);
    expect(names).toEqual(['fixed 3 layers', 'fixed 0.5', 'fixed until layer2', 'fixed 3 layers, statistics move']);
    expect(policyLabels(named)).toEqual({ variant: 'fixed', t0: 'until layer2' });
    expect([some, moving].map((policy) => policyNeeds(policy).movesStatistics)).toEqual([false, true]);
  });

  it('trains at the rates of single layers', () => {
    const spec = { policy: policySchema.parse({ kind: 'fixed', layers: 3 }), optimizer: { learningRate: 0.1 } };
    const schedule = plannedSchedule({ ...spec, rates: { layerDecay: 0.5, headFactor: 10 } }, context);
    expect(schedule.initialLearningRates[4]).toBe(0.05);
    expect(schedule.initialLearningRates[5]).toBe(1);
    expect(schedule.freezeSteps).toEqual([0, 0, 0, null, null, null]);
  });
});
