import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildNetwork, type ModelSpec, modelSchema } from '#core/network/network.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { describeWeights } from '#core/weights/weights-description.ts';

/** "name [shape]" of every variable of the libraries' state dicts, by model (test/fixtures/torchvision/README.md). */
const NAMES: Readonly<Record<string, Readonly<Record<'torchvision' | 'timm', readonly string[] | 'as torchvision'>>>> =
  JSON.parse(readFileSync(new URL('../../fixtures/torchvision/names.json', import.meta.url), 'utf8'));

/** The header of a state dict, with the counts of batches that PyTorch adds. */
function headerOf(names: readonly string[]) {
  const shapes = new Map<string, readonly number[]>();
  for (const text of names) {
    const [name, shape] = text.split(' ');
    shapes.set(name, JSON.parse(shape));
    if (name.endsWith('running_var')) shapes.set(name.replace('running_var', 'num_batches_tracked'), []);
  }
  return { shapes, metadata: {} };
}

/** The header of a file of this program. */
function ownHeader(model: ModelSpec, metadata: Readonly<Record<string, string>>) {
  const layers = describeNetwork(buildNetwork(model, { height: 32, width: 32, channels: 1 }, 7));
  const shapes = layers.flatMap(({ variables }) => variables.map(({ name, shape }) => [name, shape] as const));
  return { shapes: new Map(shapes), metadata };
}

describe.each(Object.entries(NAMES))('a file of %s', (text, { torchvision, timm }) => {
  it.each([
    ['torchvision', torchvision],
    ['timm', timm],
  ] as const)('with the names of %s fits this network alone', (names, listed) => {
    if (listed === 'as torchvision') return;
    const model = modelSchema.parse(JSON.parse(text));
    expect(describeWeights(headerOf(listed)).fits).toEqual([{ model, names, classes: 10, channels: 3 }]);
  });
});

const RESNET = '{"kind":"resnet","depth":18}';

describe('a file', () => {
  it("with torchvision's former names of DenseNet fits", () => {
    const names = [...NAMES['{"kind":"densenet-121"}'].torchvision].map((name) =>
      name.replace(/(denselayer\d+\.(?:norm|conv))([12]\.)/, '$1.$2'),
    );
    expect(names).toContain('features.denseblock1.denselayer1.norm.1.weight [64]');
    expect(describeWeights(headerOf(names)).fits).toMatchObject([{ model: { kind: 'densenet-121' }, classes: 10 }]);
  });

  it('without a classifier fits, and says no classes', () => {
    const names = [...NAMES[RESNET].torchvision].filter((name) => !name.startsWith('fc.'));
    expect(describeWeights(headerOf(names)).fits).toMatchObject([{ model: { depth: 18 }, classes: null }]);
  });

  it('for grey images says one channel', () => {
    const names = [...NAMES[RESNET].torchvision].map((name) => name.replace('[64,3,7,7]', '[64,1,7,7]'));
    expect(describeWeights(headerOf(names)).fits).toMatchObject([{ channels: 1, classes: 10 }]);
  });

  it.each<ModelSpec>([
    { kind: 'wide-resnet', depth: 10, width: 2, skip: true },
    { kind: 'densenet-bc', depth: 10, growth: 4 },
    { kind: 'vgg', depth: 16, dropout: 0.5, width: 0.125 },
    { kind: 'mobilenet-v2', width: 0.1, dropout: 0 },
  ])('of this program is of the network that it says: %j', (model) => {
    const expected = { fits: [{ model, names: 'lab', classes: 7, channels: 1 }] };
    expect(describeWeights(ownHeader(model, { model: JSON.stringify(model), layout: 'tensorflow' }))).toEqual(expected);
  });

  it.each([
    ['of another network', headerOf(['encoder.layers.0.weight [768,768]', 'pos_embed [1,197,768]'])],
    ['of nothing', headerOf([])],
    ['with a part of a network', headerOf([...NAMES[RESNET].torchvision].slice(0, 40))],
    [
      'of a size that does not exist',
      ownHeader({ kind: 'wide-resnet', depth: 10, width: 1, skip: true }, { model: '{"kind":"resnet","depth":19}' }),
    ],
    [
      'whose metadata are no JSON',
      ownHeader({ kind: 'wide-resnet', depth: 10, width: 1, skip: true }, { model: 'mine' }),
    ],
  ])('%s fits none', (_what, stored) => {
    expect(describeWeights(stored)).toEqual({ fits: [] });
  });
});
