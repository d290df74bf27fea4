import { largestShare, rowResizer, type Taps, tapsOf } from '#core/data/resample.ts';
import type { Raster } from './raster.ts';

// Every byte is that of the library `fast_image_resize` ("bilinear" with antialiasing), with which images were resized before: first
// along columns, then along rows, each rounded to bytes. Only what the centre is made of is touched, and no second image is made.

/** Weights have so many bits in all. */
const WEIGHT_BITS = 15;
/** No more of them are behind the point. */
const MOST_BITS = 21;

/** The image with its shorter side resized to `size`, and of that the centre, [size, size, channels]. */
export function centreSquare(image: Raster, size: number): Uint8Array {
  const { height, width, channels } = image;
  const shorter = Math.min(height, width);
  const [newHeight, newWidth] = [height, width].map((side) => Math.max(size, Math.round((side * size) / shorter)));
  const downwards = centreTaps(height, newHeight, size);
  const sideways = centreTaps(width, newWidth, size);
  const last = size - 1;
  const left = sideways.starts[0];
  const columns = sideways.starts[last] + sideways.counts[last] - left;
  const squeezed = resizedColumns({ image, taps: downwards, left, columns });
  const square = new Uint8Array(size * size * channels);
  const resizeRow = rowResizer(channels);
  const taps = { ...sideways, starts: sideways.starts.map((start) => start - left) };
  for (let row = 0; row < size; row++) {
    const rowOf = (pixels: number) => row * pixels * channels;
    resizeRow({ pixels: squeezed, source: rowOf(columns), taps, rows: square, target: rowOf(size) });
  }
  return square;
}

/** The weights of the `size` places in the middle of a resized side. */
function centreTaps(from: number, to: number, size: number): Taps {
  return tapsOf(from, to, { first: Math.floor((to - size) / 2), count: size, bits: bitsFor(largestShare(from, to)) });
}

/** As many bits as the largest weight leaves room for. */
function bitsFor(largest: number): number {
  for (let bits = 0; bits < MOST_BITS; bits++) {
    if (Math.round(largest * 2 ** (bits + 1)) >= 2 ** WEIGHT_BITS) return bits;
  }
  return MOST_BITS;
}

interface ColumnsJob {
  readonly image: Raster;
  readonly taps: Taps;
  /** The part of each row that is resized. */
  readonly left: number;
  readonly columns: number;
}

/** Some columns of the image, each resized: [taps, columns, channels]. */
function resizedColumns({ image, taps, left, columns }: ColumnsJob): Uint8Array {
  const { channels, pixels, start, rowStep, columnStep } = image;
  const { starts, counts, weights, width, bits } = taps;
  const rowBytes = columns * channels;
  const resized = new Uint8ClampedArray(starts.length * rowBytes);
  const sums = new Int32Array(rowBytes);
  // A row that lies in memory as it is seen is one run of bytes.
  const [step, run] = columnStep === channels ? [rowBytes, rowBytes] : [columnStep, channels];
  for (let place = 0; place < starts.length; place++) {
    sums.fill(1 << (bits - 1));
    for (let tap = 0; tap < counts[place]; tap++) {
      const weight = weights[place * width + tap];
      let source = start + (starts[place] + tap) * rowStep + left * columnStep;
      for (let sum = 0; sum < rowBytes; sum += run, source += step) {
        for (let byte = 0; byte < run; byte++) sums[sum + byte] += Math.imul(pixels[source + byte], weight);
      }
    }
    for (let byte = 0; byte < rowBytes; byte++) resized[place * rowBytes + byte] = sums[byte] >> bits;
  }
  return new Uint8Array(resized.buffer);
}
