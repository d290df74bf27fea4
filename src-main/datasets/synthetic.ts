import { setImmediate } from 'node:timers/promises';
import type { DatasetLocation } from '#core/data/dataset-location.ts';
import { allocateLabels, allocatePixels } from '#core/data/image-memory.ts';
import type { DataSource, DatasetInfo, ImageSet } from '#core/data/image-set.ts';
import { MemoryPixels } from '#core/data/pixels.ts';
import { type RandomStream, randomStream } from '#core/random.ts';

/** A class is a sum of the cosine waves with fewer than this many half periods a side: smooth, unlike any other. */
const FREQUENCIES = 4;
/** Pixel values: the middle, the deviation that the class pattern has around it, and the width of the uniform noise. */
const MIDDLE = 128;
const PATTERN_DEVIATION = 48;
const NOISE_WIDTH = 96;
/** Every image is its class's pattern moved by up to this many pixels each way, wrapping round. */
const MAX_SHIFT = 1;

/** Images drawn between two turns of the event loop: about 3 ms of work at 32x32x3. */
const IMAGES_A_TURN = 32;

type Shape = { readonly height: number; readonly width: number; readonly channels: number; readonly classes: number };
type Part = { readonly seed: number; readonly count: number; readonly patterns: readonly Float64Array[] };

// First position of a synthetic stream: what is drawn.
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

async function drawPart(shape: Shape, { seed, count, patterns }: Part, draws: number): Promise<ImageSet> {
  const size = shape.height * shape.width * shape.channels;
  const images = allocatePixels(count * size);
  const labels = allocateLabels(count);
  for (let index = 0; index < count; index++) {
    labels[index] = index % shape.classes;
    images.set(drawImage(shape, patterns[labels[index]], randomStream(seed, 'synthetic', draws, index)), index * size);
    if (index % IMAGES_A_TURN === IMAGES_A_TURN - 1) await setImmediate();
  }
  return { ...shape, count, pixels: new MemoryPixels(images), labels };
}

export type SyntheticLocation = Extract<DatasetLocation, { kind: 'synthetic' }>;

/** Images made on the fly that a small network learns in a few epochs: for tests and for trying the program. */
export async function drawSynthetic(location: SyntheticLocation): Promise<DataSource> {
  const { height, width, channels, classes, seed } = location;
  const shape = { height, width, channels, classes };
  const patterns = Array.from({ length: classes }, (_, label) =>
    drawPattern(shape, randomStream(seed, 'synthetic', PATTERN_DRAWS, label)),
  );
  return {
    training: await drawPart(shape, { seed, count: location.train, patterns }, TRAINING_DRAWS),
    test: await drawPart(shape, { seed, count: location.test, patterns }, TEST_DRAWS),
  };
}

export function describeSynthetic(location: SyntheticLocation): DatasetInfo {
  const { height, width, channels, classes, train: training, test } = location;
  return { training, test, height, width, channels, classes };
}
