import { describe, expect, it } from 'vitest';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork, modelSchema } from '#core/network/network.ts';
import type { LayerDescription } from '#core/network/shape-ops.ts';
import { boundaryShapes, describeNetwork } from '#core/network/shape-ops.ts';
import { readReferenceNetwork, readReferenceSchedules, referenceNetworks } from '../../support/reference.ts';

const COLOUR = { height: 32, width: 32, channels: 3 };
const GREY = { height: 28, width: 28, channels: 1 };

function describeModel(model: ModelSpec, input = COLOUR, classes = 10): readonly LayerDescription[] {
  return describeNetwork(buildNetwork(model, input, classes));
}

function total(layers: readonly LayerDescription[], count: 'params' | 'macs'): number {
  return layers.reduce((sum, layer) => sum + layer[count], 0);
}

describe('the authors’ networks', () => {
  // WRN-40-4 and VGG-16 are the published counts; all three are also PyTorch's (test/fixtures/reference).
  it.each([
    [{ kind: 'densenet-bc', depth: 76, growth: 12 }, 40, 486_730],
    [{ kind: 'wide-resnet', depth: 40, width: 4, skip: true }, 20, 8_949_210],
    [{ kind: 'vgg', depth: 16, dropout: 0.5 }, 14, 15_252_426],
    // A quarter of the filters. 3x3 convolutions: 9 (3 16 + 16 16 + 16 32 + 32 32 + 32 64 + 2 64 64 + 64 128 + 5 128 128) = 919,728;
    // their norms 2 (2 16 + 2 32 + 3 64 + 6 128) = 2,112; head 2 (128 128 + 128) + 3 2 128 + 128 10 + 10 = 35,082
    [{ kind: 'vgg', depth: 16, dropout: 0.5, width: 0.25 }, 14, 956_922],
  ] as const)('%j has %d layers and %d parameters', (model, layerCount, params) => {
    const layers = describeModel(model);
    expect(layers).toHaveLength(layerCount);
    expect(layers.map((layer) => layer.index)).toEqual(layers.map((_, index) => index));
    expect(total(layers, 'params')).toBe(params);
  });

  const { models } = readReferenceSchedules();

  it.each(['densenet-bc', 'wide-resnet', 'vgg'] as const)(
    '%s costs what PyTorch’s hooks count, layer by layer',
    (kind) => {
      const { model } = models[kind];
      const colour = describeModel(model, COLOUR);
      expect(colour.map((layer) => layer.macs)).toEqual(models[kind]['32x32x3'].macs);
      expect(colour.map((layer) => layer.params)).toEqual(models[kind]['32x32x3'].params);
      const grey = describeModel(model, GREY);
      expect(grey.map((layer) => layer.macs)).toEqual(models[kind]['28x28x1'].macs);
      expect(grey.map((layer) => layer.params)).toEqual(models[kind]['28x28x1'].params);
    },
  );

  it.each(referenceNetworks)('%s reads its variables in PyTorch’s order, kinds and shapes', (name) => {
    const { spec, variables } = readReferenceNetwork(name);
    const [height, width, channels] = spec.input;
    const layers = describeModel(spec.model, { height, width, channels }, spec.classes);
    const ours = layers.flatMap((layer) =>
      layer.variables.map(({ kind, shape }) => ({ layer: layer.index, kind, shape })),
    );
    expect(ours).toEqual(variables);
  });
});

describe('resnet', () => {
  const imagenet = { height: 224, width: 224, channels: 3 };

  // torchvision's own counts of parameters, and its GFLOPS, which are multiply-adds: 1.814, 3.664, 4.089.
  it.each([
    [18, 10, 11_689_512, 1_814_073_344],
    [34, 18, 21_797_672, 3_663_761_408],
    [50, 18, 25_557_032, 4_089_184_256],
  ] as const)('of depth %d has %d layers, %d parameters and %d multiply-adds', (depth, count, params, macs) => {
    const layers = describeModel({ kind: 'resnet', depth, stem: 'imagenet' }, imagenet, 1000);
    expect(layers).toHaveLength(count);
    expect([total(layers, 'params'), total(layers, 'macs')]).toEqual([params, macs]);
  });

  it('names its layers as torchvision names its blocks', () => {
    const names = describeModel({ kind: 'resnet', depth: 18, stem: 'small' }).map(({ name }) => name);
    const blocks = [1, 2, 3, 4].flatMap((stage) => [`layer${stage}.0`, `layer${stage}.1`]);
    expect(names).toEqual(['stem', ...blocks, 'head']);
  });

  it.each([
    ['imagenet', 224, [224, 56, 56, 56, 28, 28, 14, 14, 7, 7, 1]],
    ['imagenet', 17, [17, 5, 5, 5, 3, 3, 2, 2, 1, 1, 1]],
    ['small', 32, [32, 32, 32, 32, 16, 16, 8, 8, 4, 4, 1]],
  ] as const)('with the %s stem takes images of %i pixels to these sides', (stem, side, sides) => {
    const network = buildNetwork({ kind: 'resnet', depth: 18, stem }, { height: side, width: side, channels: 3 }, 10);
    expect(boundaryShapes(network).map(({ height }) => height)).toEqual(sides);
  });

  it('refuses images that are too small, and depths that it does not have', () => {
    const small = { height: 16, width: 40, channels: 3 };
    expect(() => describeModel({ kind: 'resnet', depth: 18, stem: 'imagenet' }, small)).toThrow(
      'resnet with the stem "imagenet" reads images of at least 17x17 pixels, not 16x40: use larger images, or the stem "small", which reads images from 5x5 pixels on.',
    );
    const tiny = { height: 4, width: 4, channels: 3 };
    expect(() => describeModel({ kind: 'resnet', depth: 50, stem: 'small' }, tiny)).toThrow(
      'resnet with the stem "small" reads images of at least 5x5 pixels, not 4x4: use larger images.',
    );
    expect(() => describeModel({ kind: 'resnet', depth: 20, stem: 'small' })).toThrow(
      'resnet has no depth 20: use 18, 34 or 50.',
    );
  });
});

describe('torchvision’s networks', () => {
  // The counts that torchvision publishes with its weights, of parameters and of multiply-adds at 224x224 (torchvision.models, 0.29).
  it.each([
    [{ kind: 'mobilenet-v2', width: 1, dropout: 0.2 }, 20, 3_504_872, 0.301],
    [{ kind: 'densenet-121' }, 64, 7_978_856, 2.834],
    [{ kind: 'vgg-16-bn', dropout: 0.5 }, 16, 138_365_992, 15.47],
  ] as const)('%j has %d layers, %d parameters and %d thousand million multiply-adds', (model, count, params, macs) => {
    const layers = describeModel(model, { height: 224, width: 224, channels: 3 }, 1000);
    expect(layers).toHaveLength(count);
    expect(total(layers, 'params')).toBe(params);
    expect(Math.abs(total(layers, 'macs') / 1e9 - macs)).toBeLessThan(0.0005 + 0.001 * macs);
    expect([layers[0].name, layers.at(-1)?.name]).toEqual(['stem', 'head']);
  });

  it('keep before the head all that stays when classes change', () => {
    for (const kind of ['mobilenet-v2', 'densenet-121', 'vgg-16-bn'] as const) {
      const head = describeModel(modelSchema.parse({ kind })).at(-1);
      expect(head?.variables.map(({ name }) => name)).toEqual(['head.dense.kernel', 'head.dense.bias']);
    }
  });

  it('read images of any size from their smallest one on', () => {
    for (const [kind, side] of [
      ['mobilenet-v2', 1],
      ['densenet-121', 29],
      ['vgg-16-bn', 32],
    ] as const) {
      const model = modelSchema.parse({ kind });
      for (const more of [0, 1, 70, 193]) {
        expect(describeModel(model, { height: side + more, width: side, channels: 1 }).length).toBeGreaterThan(10);
      }
    }
  });

  it.each([
    ['densenet-121', 28, 29],
    ['vgg-16-bn', 31, 32],
  ] as const)('%s refuses images of %d pixels in one sentence', (kind, side, least) => {
    const model = modelSchema.parse({ kind });
    expect(() => describeModel(model, { height: 64, width: side, channels: 3 })).toThrowError(
      `${kind} reads images of at least ${least}x${least} pixels, not 64x${side}: use larger images`,
    );
  });
});

describe('any network', () => {
  const models: readonly ModelSpec[] = [
    { kind: 'resnet', depth: 50, stem: 'imagenet' },
    { kind: 'densenet-bc', depth: 22, growth: 8 },
    { kind: 'wide-resnet', depth: 16, width: 2, skip: true },
    { kind: 'vgg', depth: 16, dropout: 0 },
    { kind: 'mobilenet-v2', width: 0.35, dropout: 0.2 },
    { kind: 'densenet-121' },
    { kind: 'vgg-16-bn', dropout: 0.5, width: 0.125 },
  ];

  it.each(models)('names its variables once, each after its layer: $kind', (model) => {
    const layers = describeModel(model);
    const names = layers.flatMap((layer) => layer.variables.map((variable) => variable.name));
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(layers.map((layer) => layer.name)).size).toBe(layers.length);
    for (const { name, variables } of layers) {
      expect(variables.every((variable) => variable.name.startsWith(`${name}.`))).toBe(true);
    }
  });

  it.each([10, 16, 22, 40, 100])('of depth %d has (depth - 4) / 2 blocks and its ends', (depth) => {
    const blocks = (depth - 4) / 2;
    expect(describeModel({ kind: 'densenet-bc', depth, growth: 4 })).toHaveLength(blocks + 4);
    expect(describeModel({ kind: 'wide-resnet', depth, width: 1, skip: true })).toHaveLength(blocks + 2);
  });

  it('has a boundary before every layer and behind the last one', () => {
    const shapes = boundaryShapes(buildNetwork({ kind: 'densenet-bc', depth: 10, growth: 4 }, COLOUR, 10));
    expect(shapes.map(({ height, channels }) => [height, channels])).toEqual([
      [32, 3],
      [32, 8], // stem
      [32, 12], // bottleneck
      [16, 6], // transition
      [16, 10],
      [8, 5],
      [8, 9],
      [1, 10], // head
    ]);
  });

  it('ends in as many logits as there are classes', () => {
    for (const model of models) {
      const bias = describeModel(model, COLOUR, 100).at(-1)?.variables.at(-1);
      expect(bias).toMatchObject({ kind: 'dense-bias', shape: [100] });
    }
  });
});

describe('wide-resnet without skips', () => {
  it('drops the 1x1 shortcuts and nothing else', () => {
    const names = (skip: boolean) =>
      describeModel({ kind: 'wide-resnet', depth: 16, width: 2, skip }).flatMap((layer) =>
        layer.variables.map((variable) => variable.name),
      );
    const dropped = names(true).filter((name) => !names(false).includes(name));
    expect(dropped).toEqual([1, 2, 3].map((group) => `group${group}.block1.shortcut.kernel`));
    expect(names(false)).toEqual(names(true).filter((name) => !name.includes('shortcut')));
  });

  it('has no shortcut to drop where the width never changes at the first group', () => {
    const [, first] = describeModel({ kind: 'wide-resnet', depth: 10, width: 1, skip: true });
    expect(first.variables.some((variable) => variable.name.includes('shortcut'))).toBe(false);
  });
});

describe('refusals', () => {
  it.each([
    [{ kind: 'densenet-bc', depth: 75, growth: 12 }, 'densenet-bc has no depth 75'],
    [{ kind: 'densenet-bc', depth: 4, growth: 12 }, 'densenet-bc has no depth 4'],
    [{ kind: 'wide-resnet', depth: 41, width: 4, skip: true }, 'wide-resnet has no depth 41'],
    [{ kind: 'vgg', depth: 19, dropout: 0.5 }, 'vgg has no depth 19'],
  ] as const)('%j', (model, reason) => {
    expect(() => describeModel(model)).toThrowError(
      expect.objectContaining({ code: 'bad-request', message: expect.stringContaining(reason) }),
    );
  });

  it.each([
    { height: 64, width: 64, channels: 3 },
    { height: 28, width: 32, channels: 1 },
    { height: 31, width: 31, channels: 1 },
  ])('of images that vgg cannot pad to 32x32: $height x $width', (input) => {
    expect(() => describeModel({ kind: 'vgg', depth: 16, dropout: 0.5 }, input)).toThrowError(
      'vgg reads square images',
    );
  });

  it('of images too small for the poolings', () => {
    const tiny = { height: 3, width: 3, channels: 1 };
    expect(() => describeModel({ kind: 'densenet-bc', depth: 10, growth: 4 }, tiny)).toThrowError('use larger images');
  });
});
