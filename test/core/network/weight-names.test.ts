import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildNetwork, modelSchema, networkOf } from '#core/network/network.ts';
import { axesInPyTorch, inOurOrder } from '#core/network/pytorch-layout.ts';
import { describeNetwork, product } from '#core/network/shape-ops.ts';
import type { StoredVariable, WeightLibrary } from '#core/network/weight-names.ts';
import { toLibrary } from '#core/network/weight-names.ts';

/** "name [shape]" of every variable of the state dicts, by model (test/fixtures/torchvision/README.md). */
const NAMES: Readonly<Record<string, Readonly<Record<WeightLibrary, readonly string[] | 'as torchvision'>>>> =
  JSON.parse(readFileSync(new URL('../../fixtures/torchvision/names.json', import.meta.url), 'utf8'));
const INPUT = { height: 64, width: 64, channels: 3 };

function storedIn(library: WeightLibrary, text: string): ReadonlyMap<string, StoredVariable> {
  const model = modelSchema.parse(JSON.parse(text));
  const nameIn = networkOf(model).weightNames?.[library];
  if (nameIn === undefined) throw new Error(`${text} has no names in ${library}.`);
  const variables = describeNetwork(buildNetwork(model, INPUT, 10)).flatMap((layer) => layer.variables);
  return new Map(variables.map((variable) => [variable.name, nameIn(variable)]));
}

describe.each(Object.entries(NAMES))('%s', (model, { torchvision, timm }) => {
  it.each([
    ['torchvision', torchvision],
    ['timm', timm === 'as torchvision' ? torchvision : timm],
  ] as const)('has every name and shape of %s, and no other', (library, names) => {
    const stored = [...storedIn(library, model).values()];
    expect(stored.map(({ name, shape }) => `${name} [${shape}]`).sort()).toEqual([...names].sort());
    for (const { shape, seenAs } of stored) expect(product(seenAs.shape)).toBe(product(shape));
  });
});

it('counts the inputs of VGG’s first dense part channel by channel in PyTorch, and pixel by pixel here', () => {
  const stored = storedIn('torchvision', '{"kind":"vgg-16-bn","width":0.004}').get('classifier.0.dense.kernel');
  if (stored === undefined) throw new Error('VGG has no such variable.');
  const [units, inputs] = stored.shape;
  const channels = inputs / 49;
  const ours = Float32Array.from({ length: inputs * units }, (_, index) => index);
  const theirs = toLibrary(ours, stored);
  expect(theirs.shape).toEqual([units, inputs]);
  // Unit 3's weight for channel 1, row 2, column 5
  const inTheirs = theirs.values[3 * inputs + 49 + 2 * 7 + 5];
  expect(inTheirs).toBe(((2 * 7 + 5) * channels + 1) * units + 3);
  const { kind, shape } = stored.seenAs;
  expect(inOurOrder(theirs.values, axesInPyTorch(kind) ?? [], shape)).toEqual(ours);
});
