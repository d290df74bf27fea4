import { z } from 'zod';
import { type RandomStream, randomStream } from '../../random.ts';
import { seedNumber } from '../../ranges.ts';
import type { DataFiles } from '../data-files.ts';
import type { DatasetKind } from '../dataset-kind.ts';
import { allocateLabels, allocatePixels } from '../image-memory.ts';
import type { DataSource, DatasetInfo, ImageSet } from '../image-set.ts';
import { MemoryPixels } from '../pixels.ts';

const count = z.int().positive().max(1_000_000);
const side = z.int().min(4).max(512).default(32);

const schema = z.strictObject({
  kind: z.literal('synthetic'),
  classes: z.int().min(2).max(256).default(10),
  height: side,
  width: side,
  channels: z.union([z.literal(1), z.literal(3)]).default(3),
  train: count.default(2_000),
  test: count.default(500),
  seed: seedNumber.default(0),
});

type SyntheticLocation = z.infer<typeof schema>;

/** Images made on the fly that a small network learns in a few epochs: for tests and for trying the program. */
export const synthetic = {
  kind: 'synthetic',
  title: 'synthetic',
  schema,
  fields: [
    { key: 'classes', label: 'Classes', hint: 'one pattern each, default 10', type: 'number', placeholder: 'count' },
    { key: 'height', label: 'Height', hint: 'default 32', type: 'number', placeholder: 'pixels' },
    { key: 'width', label: 'Width', hint: 'default 32', type: 'number', placeholder: 'pixels' },
    { key: 'channels', label: 'Channels', hint: '1 or 3, default 3', type: 'number', placeholder: 'count' },
    { key: 'train', label: 'Training images', hint: 'default 2000', type: 'number', placeholder: 'count' },
    { key: 'test', label: 'Test images', hint: 'default 500', type: 'number', placeholder: 'count' },
    { key: 'seed', label: 'Seed', hint: 'for patterns and noise, default 0', type: 'number' },
  ],
  made: { words: 'made from a seed', infoOf },
  nameOf: ({ height, width, channels }) => `synthetic ${height}×${width}×${channels}`,
  placeOf: ({ seed }) => `drawn from seed ${seed} when they are needed`,
  reading: {
    from: 'arrays',
    open: drawSynthetic,
    describe: async (location) => infoOf(location),
  },
} satisfies DatasetKind<SyntheticLocation>;

/**
 * A pattern is a sum of cosine waves with fewer than this many half periods per side: smooth, and different for each
 * class.
 */
const FREQUENCIES = 4;
/** In pixel values: the middle, the deviation of the class pattern around it, and the width of the uniform noise. */
const MIDDLE = 128;
const PATTERN_DEVIATION = 48;
const NOISE_WIDTH = 96;
/** Every image is its class's pattern, moved by up to this many pixels each way, and wrapped around. */
const MAX_SHIFT = 1;

/** Images drawn between two turns of the event loop: about 3 ms of work at 32x32x3. */
const IMAGES_A_TURN = 32;

type Shape = { readonly height: number; readonly width: number; readonly channels: number; readonly classes: number };
type Part = {
  readonly seed: number;
  readonly draws: number;
  readonly count: number;
  readonly patterns: readonly Float64Array[];
};

// The first position of a synthetic stream says what is drawn.
const PATTERN_DRAWS = 0;
const TRAINING_DRAWS = 1;
const TEST_DRAWS = 2;

/** cos(pi k (place + 1/2) / length) at every place, for k half periods. */
function cosineWave(halfPeriods: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_, place) => Math.cos((Math.PI * halfPeriods * (place + 0.5)) / length));
}

/** One channel of a pattern: p(y, x) = sum over u, v of a_uv cos(pi u (y+1/2)/h) cos(pi v (x+1/2)/w), a_uv normal. */
function drawPlane({ height, width }: Shape, stream: RandomStream): Float64Array {
  const plane = new Float64Array(height * width);
  for (let mode = 1; mode < FREQUENCIES * FREQUENCIES; mode++) {
    const amplitude = stream.nextNormal();
    const down = cosineWave(Math.floor(mode / FREQUENCIES), height);
    const right = cosineWave(mode % FREQUENCIES, width);
    for (let pixel = 0; pixel < plane.length; pixel++) {
      plane[pixel] += amplitude * down[Math.floor(pixel / width)] * right[pixel % width];
    }
  }
  return standardized(plane);
}

/** Scaled to the root mean square PATTERN_DEVIATION, so that all classes are equally visible. */
function standardized(plane: Float64Array): Float64Array {
  const power = plane.reduce((sum, value) => sum + value * value, 0) / plane.length;
  return plane.map((value) => (power > 0 ? (PATTERN_DEVIATION * value) / Math.sqrt(power) : 0));
}

/** A class's pattern, [channels, height, width]. */
function drawPattern(shape: Shape, stream: RandomStream): Float64Array {
  const pattern = new Float64Array(shape.channels * shape.height * shape.width);
  for (let channel = 0; channel < shape.channels; channel++) {
    pattern.set(drawPlane(shape, stream), channel * shape.height * shape.width);
  }
  return pattern;
}

/** Pattern, shift and noise as pixels [height, width, channels]; Uint8ClampedArray rounds and keeps them in 0 .. 255. */
function drawImage(shape: Shape, pattern: Float64Array, stream: RandomStream): Uint8ClampedArray {
  const { height, width, channels } = shape;
  const drawShift = (): number => Math.floor(stream.nextUniform() * (2 * MAX_SHIFT + 1)) - MAX_SHIFT;
  const [down, right] = [drawShift(), drawShift()];
  const pixels = new Uint8ClampedArray(height * width * channels);
  for (let index = 0; index < pixels.length; index++) {
    const place = Math.floor(index / channels);
    const row = (Math.floor(place / width) + down + height) % height;
    const column = ((place % width) + right + width) % width;
    const value = pattern[((index % channels) * height + row) * width + column];
    pixels[index] = MIDDLE + value + NOISE_WIDTH * (stream.nextUint32() / 2 ** 32 - 0.5);
  }
  return pixels;
}

async function drawPart(files: DataFiles, shape: Shape, part: Part): Promise<ImageSet> {
  const { seed, draws, count, patterns } = part;
  const size = shape.height * shape.width * shape.channels;
  const images = allocatePixels(count * size);
  const labels = allocateLabels(count);
  for (let index = 0; index < count; index++) {
    labels[index] = index % shape.classes;
    images.set(drawImage(shape, patterns[labels[index]], randomStream(seed, 'synthetic', draws, index)), index * size);
    if (index % IMAGES_A_TURN === IMAGES_A_TURN - 1) await files.nextTurn();
  }
  return { ...shape, count, pixels: new MemoryPixels(images), labels };
}

async function drawSynthetic(location: SyntheticLocation, files: DataFiles): Promise<DataSource> {
  const { height, width, channels, classes, seed, train, test } = location;
  const shape = { height, width, channels, classes };
  const patterns = Array.from({ length: classes }, (_, label) =>
    drawPattern(shape, randomStream(seed, 'synthetic', PATTERN_DRAWS, label)),
  );
  return {
    training: await drawPart(files, shape, { seed, draws: TRAINING_DRAWS, count: train, patterns }),
    test: await drawPart(files, shape, { seed, draws: TEST_DRAWS, count: test, patterns }),
  };
}

function infoOf({ height, width, channels, classes, train: training, test }: SyntheticLocation): DatasetInfo {
  return { training, test, validation: 0, height, width, channels, classes };
}
