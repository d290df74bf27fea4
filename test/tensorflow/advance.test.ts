import { afterEach, describe, expect, it } from 'vitest';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import { boundaryShapes } from '#core/network/shape-ops.ts';
import type { TrainingSession } from '#core/training/session.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { hasAvx512 } from '../../src-main/tensorflow/processor.ts';
import { BATCH_SIZE, formulaBatch, formulaWeights } from '../support/session-fixture.ts';

// What the cache of the frozen prefix's output is built on: that output is a function of the image alone, bit for bit. Where
// this did not hold, a resumed run, which fills its cache anew, would not give the bits of the uninterrupted one.

const { binding } = loadTensorFlow('cpu');
const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-3 };
const colour = (side: number) => ({ height: side, width: side, channels: 3 });
const networks: readonly (readonly [string, Network])[] = [
  ['densenet-bc', buildNetwork({ kind: 'densenet-bc', depth: 16, growth: 4 }, colour(12), 4)],
  ['wide-resnet', buildNetwork({ kind: 'wide-resnet', depth: 16, width: 1, skip: true }, colour(12), 4)],
  ['wide-resnet without skips', buildNetwork({ kind: 'wide-resnet', depth: 16, width: 1, skip: false }, colour(12), 4)],
  ['vgg', buildNetwork({ kind: 'vgg', depth: 16, dropout: 0.5, width: 0.25 }, colour(32), 4)],
];

const open: TrainingSession[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.dispose();
});

function sessionOf(network: Network, batchSize = BATCH_SIZE): TrainingSession {
  const session = createGraphSession(binding, { network, optimizer, seed: 1, batchSize });
  open.push(session);
  session.restore(formulaWeights(network), new Map());
  return session;
}

function bytes({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function repeated(image: Float32Array, count: number): Float32Array {
  const values = new Float32Array(image.length * count);
  for (let place = 0; place < count; place++) values.set(image, place * image.length);
  return values;
}

function bits(values: Float32Array): Int32Array {
  return new Int32Array(values.slice().buffer);
}

/** Shapes at which products of all pixels end in rows of their own for the kernels of processors without AVX-512. */
const shapes: readonly (readonly [ModelSpec, number, number])[] = [
  ...[4, 8, 12].flatMap((side) =>
    [5, 8, 9].flatMap((batchSize) =>
      [4, 12].map((growth) => [{ kind: 'densenet-bc', depth: 10, growth } as const, side, batchSize] as const),
    ),
  ),
  [{ kind: 'densenet-bc', depth: 10, growth: 12 }, 28, 50],
  [{ kind: 'wide-resnet', depth: 10, width: 1, skip: true }, 4, 8],
  [{ kind: 'wide-resnet', depth: 10, width: 2, skip: true }, 12, 9],
  [{ kind: 'vgg', depth: 16, dropout: 0.5 }, 32, 20],
  [{ kind: 'resnet', depth: 18, stem: 'small' }, 9, 9],
  [{ kind: 'resnet', depth: 18, stem: 'imagenet' }, 33, 9],
  [{ kind: 'resnet', depth: 50, stem: 'imagenet' }, 32, 5],
  [{ kind: 'mobilenet-v2', width: 0.25, dropout: 0.2 }, 33, 9],
  [{ kind: 'densenet-121' }, 33, 5],
  // 8x8 pixels before the pooling to 7x7, where a product of its shares with each image is not steady.
  [{ kind: 'vgg-16-bn', width: 0.125, dropout: 0.5 }, 256, 5],
];

// With AVX-512, products are taken to be steady, and a run checks its own before it keeps anything.
it.skipIf(hasAvx512()).each(shapes)(
  '%o gives an image of %i pixels a side the same at each of %i places, and among others in one call',
  (model, side, batchSize) => {
    const network = buildNetwork(model, colour(side), 4);
    const session = sessionOf(network, batchSize);
    const image = formulaBatch(network, 0, 1).images;
    let values = repeated(image, batchSize);
    const head = network.layers.length - 1;
    // A graph for each layer of a long network takes too long.
    const stretch = head > 16 ? Math.ceil(head / 3) : 1;
    for (let layer = 0; layer < head; layer += stretch) {
      const output = session.advance(values, batchSize, { from: layer, to: Math.min(layer + stretch, head) });
      values = repeated(output.subarray(0, output.length / batchSize), batchSize);
      // Not by `toEqual`, which takes seconds for a million numbers.
      expect(Buffer.compare(bytes(output), bytes(values)), `layer ${layer}`).toBe(0);
    }
    const others = formulaBatch(network, 1, batchSize).images;
    others.set(image, image.length * (batchSize - 1));
    const among = session.advance(others, batchSize, { from: 0, to: head });
    const size = values.length / batchSize;
    expect(Buffer.compare(bytes(among.subarray(-size)), bytes(values.subarray(0, size))), 'in one call').toBe(0);
  },
);

describe.each(networks)('the output of the first layers of %s', (_, network) => {
  const head = network.layers.length - 1;
  const sizes = boundaryShapes(network).map(({ height, width, channels }) => height * width * channels);
  const { images } = formulaBatch(network, 0);

  it('has the boundary’s shape, and values that differ', () => {
    const session = sessionOf(network);
    for (const to of [1, head]) {
      const output = session.advance(images, BATCH_SIZE, { from: 0, to });
      expect(output).toHaveLength(BATCH_SIZE * sizes[to]);
      expect(new Set(output).size).toBeGreaterThan(BATCH_SIZE);
    }
  });

  it('is the same in one call and in one a layer', () => {
    const session = sessionOf(network);
    let values = images;
    for (let layer = 0; layer < head; layer++) {
      values = session.advance(values, BATCH_SIZE, { from: layer, to: layer + 1 });
    }
    expect(bits(values)).toEqual(bits(session.advance(images, BATCH_SIZE, { from: 0, to: head })));
  });

  it('depends on no other image and on no place among them', () => {
    const session = sessionOf(network);
    const whole = session.advance(images, BATCH_SIZE, { from: 0, to: head });
    const order = [4, 1, 5, 0, 3, 2];
    const moved = new Float32Array(images.length);
    for (const [place, image] of order.entries()) moved.set(imageOf(images, sizes[0], image), place * sizes[0]);
    const output = session.advance(moved, BATCH_SIZE, { from: 0, to: head });
    for (const [place, image] of order.entries()) {
      expect(bits(imageOf(output, sizes[head], place))).toEqual(bits(imageOf(whole, sizes[head], image)));
    }
    for (const count of [1, 5]) {
      const part = session.advance(images, count, { from: 0, to: head });
      expect(bits(part)).toEqual(bits(whole.subarray(0, count * sizes[head])));
    }
  });

  it('trains to the same bits as the images do, over freezes', () => {
    const trained = [false, true].map((isGiven) => {
      const session = sessionOf(network);
      const losses = [0, 1, 2, 3, head].map((frozenLayers, step) => {
        const batch = formulaBatch(network, step);
        const prefixOutput = session.advance(batch.images, batch.count, { from: 0, to: frozenLayers });
        const learningRates = new Array<number>(network.layers.length).fill(0.05);
        const common = { step, frozenLayers, learningRates, readsLoss: true };
        if (!isGiven) return session.train({ ...common, batch });
        return session.train({ ...common, batch: { ...batch, images: new Float32Array() }, prefixOutput });
      });
      return { losses, weights: [...session.weights()].map(([name, values]) => [name, bits(values)]) };
    });
    expect(trained[1]).toEqual(trained[0]);
  });
});

function imageOf(values: Float32Array, size: number, image: number): Float32Array {
  return values.subarray(image * size, (image + 1) * size);
}
