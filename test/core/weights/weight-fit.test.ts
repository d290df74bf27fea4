import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { placedWeights } from '#core/weights/placed-weights.ts';
import type { StoredWeights } from '#core/weights/stored-weights.ts';
import { classifierOf, fits } from '#core/weights/weight-fit.ts';
import type { WeightsSpec } from '#core/weights/weights-spec.ts';

const IMAGES = { height: 32, width: 32, channels: 3 };
const MODEL = { kind: 'wide-resnet', depth: 10, width: 1, skip: true } as const;

function layersOf(classes: number, model: ModelSpec = MODEL) {
  return describeNetwork(buildNetwork(model, IMAGES, classes));
}

/** The header of a file that holds this network. */
function storedBy(classes: number, rename: (name: string) => string = (name) => name) {
  const variables = layersOf(classes).flatMap((layer) => layer.variables);
  const shapes = new Map(variables.map(({ name, shape }) => [rename(name), shape]));
  return { shapes, metadata: {} };
}

const WEIGHTS: WeightsSpec = { path: 'w.safetensors', names: 'lab', head: 'keep' };

function storedNames(names: readonly string[]) {
  const shapes = names.map((text): readonly [string, readonly number[]] => {
    const [name, shape] = text.split(' ');
    return [name, JSON.parse(shape)];
  });
  return { shapes: new Map(shapes), metadata: {} };
}

/** The header of torchvision's state dict of ResNet-18 for 10 classes (test/fixtures/torchvision/README.md). */
function publishedResNet() {
  const names = JSON.parse(readFileSync(new URL('../../fixtures/torchvision/names.json', import.meta.url), 'utf8'));
  return storedNames(names['{"kind":"resnet","depth":18}'].torchvision);
}

function placeResNet(stored: StoredWeights, { stem = 'imagenet', ...change }: ResNetChange = {}) {
  const model: ModelSpec = { kind: 'resnet', depth: 18, stem };
  return placedWeights({ weights: { path: 'r18', head: 'new', ...change }, stored, model, layers: layersOf(5, model) });
}

interface ResNetChange {
  readonly stem?: 'imagenet' | 'small';
  readonly head?: 'keep';
  readonly names?: 'lab';
}

function place(stored: ReturnType<typeof storedBy>, change: Partial<WeightsSpec> = {}, classes = 10) {
  return placedWeights({ weights: { ...WEIGHTS, ...change }, stored, model: MODEL, layers: layersOf(classes) });
}

describe('the weights of a file', () => {
  it('are found by their names, each once', () => {
    const fit = place(storedBy(10));
    expect(fits(fit)).toBe(true);
    expect(fit.drawn).toEqual([]);
    expect(new Map(fit.placed.map(({ variable, stored }) => [variable.name, stored]))).toEqual(
      new Map(layersOf(10).flatMap((layer) => layer.variables.map(({ name }) => [name, name]))),
    );
  });

  it('leave a new head to the seed, whatever head the file has', () => {
    const headless = storedBy(10);
    for (const name of headless.shapes.keys()) if (name.startsWith('head.dense.')) headless.shapes.delete(name);
    for (const stored of [storedBy(10), storedBy(1000), headless]) {
      const fit = place(stored, { head: 'new' });
      expect(fit.drawn.map(({ name }) => name)).toEqual(['head.dense.kernel', 'head.dense.bias']);
      // The last batch norm is in the same layer and is not the head's.
      expect(fit.placed.map(({ variable }) => variable.name)).toContain('head.bn.gamma');
      expect(fit.placed).toHaveLength(storedBy(10).shapes.size - 2);
    }
  });

  it.each([
    ['no wrapper', ''],
    ['a wrapper', 'module.'],
    ['several wrappers', 'state_dict._orig_mod.model.'],
  ])('may have %s before all names, and counts of batches', (_what, wrapper) => {
    const stored = storedBy(10, (name) => `${wrapper}${name}`);
    stored.shapes.set('stem.bn.num_batches_tracked', []);
    expect(place(stored).placed.every(({ variable, stored: name }) => name === `${wrapper}${variable.name}`)).toBe(
      true,
    );
  });

  it("have PyTorch's axes where the program wrote them so", () => {
    const stored = { ...storedBy(10), metadata: { layout: 'pytorch' } };
    stored.shapes.set('stem.conv.kernel', [16, 3, 3, 3]);
    expect(() => place(stored)).toThrow(/"group1.block1.*has the shape/);
  });
});

describe('weights that do not fit', () => {
  it('are refused by the names of what is missing, few of many', () => {
    const stored = storedBy(10);
    for (const name of stored.shapes.keys()) if (name.startsWith('group2.')) stored.shapes.delete(name);
    expect(() => place(stored)).toThrow(
      /^The weights of w.safetensors do not fit .*: it lacks "group2[^"]+", "group2[^"]+", "group2[^"]+" and \d+ more; choose the network that they are of, or other weights\.$/,
    );
  });

  it('are refused by the names of what the network does not have', () => {
    const stored = storedBy(10);
    stored.shapes.set('layer4.1.conv1.weight', [512, 512, 3, 3]);
    expect(() => place(stored)).toThrow(
      'it holds "layer4.1.conv1.weight", which the network does not have; choose the network',
    );
  });

  it('are refused by their shapes', () => {
    expect(() => place(storedBy(1000))).toThrow(
      '"head.dense.kernel" has the shape [64, 1000] where the network has [64, 10], and so has 1 other tensor',
    );
  });

  it('are refused where nobody has such names for the network', () => {
    expect(() => place(storedBy(10), { names: 'timm' })).toThrow(/no timm names.*set "names" to "lab"/);
  });
});

describe("torchvision's weights", () => {
  it('of colours are refused for grey images, with the key that repeats these', () => {
    const model: ModelSpec = { kind: 'resnet', depth: 18, stem: 'imagenet' };
    const layers = describeNetwork(buildNetwork(model, { ...IMAGES, channels: 1 }, 5));
    const placed = (head: 'new' | 'keep') => () =>
      placedWeights({ weights: { path: 'r18', head }, stored: publishedResNet(), model, layers });
    expect(placed('new')).toThrow(
      '"conv1.weight" has the shape [64, 3, 7, 7] where the network has [64, 1, 7, 7]; set "input": {"channels": 3}, so that grey images are repeated into three channels.',
    );
    expect(placed('keep')).toThrow('choose the network');
  });

  it('are known by their names, and leave the head to the seed unless it is asked for', () => {
    expect(placeResNet(publishedResNet()).drawn.map(({ name }) => name)).toEqual([
      'head.dense.kernel',
      'head.dense.bias',
    ]);
    expect(() => placeResNet(publishedResNet(), { head: 'keep' })).toThrow(
      'The weights of r18 do not fit ResNet-18: "fc.weight" has the shape [10, 512] where the network has [5, 512], and so has 1 other tensor; leave "head" out, and a new classifier is drawn.',
    );
  });

  it('are refused by the names that torchvision has, few of many', () => {
    const stored = publishedResNet();
    for (const name of stored.shapes.keys()) if (name.startsWith('layer4.')) stored.shapes.delete(name);
    expect(() => placeResNet(stored)).toThrow(
      /: it lacks "layer4.0.conv1.weight", "[^"]+", "[^"]+" and 22 more; choose/,
    );
    expect(() => placeResNet(publishedResNet(), { stem: 'small' })).toThrow(
      '"conv1.weight" has the shape [64, 3, 7, 7] where the network has [64, 3, 3, 3]; choose the network that they are of, or other weights.',
    );
    const larger = publishedResNet();
    larger.shapes.set('layer3.2.conv1.weight', [256, 256, 3, 3]);
    expect(() => placeResNet(larger)).toThrow('it holds "layer3.2.conv1.weight", which the network does not have;');
    expect(() => placeResNet(publishedResNet(), { names: 'lab' })).toThrow(/lacks "stem.conv.kernel"/);
  });
});

describe('the classifier', () => {
  it.each<[ModelSpec, string]>([
    [MODEL, 'head.dense.'],
    [{ kind: 'vgg', depth: 16, dropout: 0.5 }, 'head.dense3.'],
    [{ kind: 'densenet-bc', depth: 10, growth: 4 }, 'head.dense.'],
  ])('of %j is its last dense part', (model, module) => {
    expect(classifierOf(layersOf(10, model)).map(({ name }) => name)).toEqual([`${module}kernel`, `${module}bias`]);
  });
});
