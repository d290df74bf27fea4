import type { SideLengths } from './report/dataset-report.ts';

/** An image of bytes, [height, width, channels]. */
export interface ByteImage extends SideLengths {
  readonly channels: number;
  readonly pixels: Uint8Array;
}

/** A part of an image, in whole pixels. */
export interface Box extends SideLengths {
  readonly top: number;
  readonly left: number;
}

/** For each place of a resized side, the first place that it is made of, and the weight of each from there on. */
interface Taps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** [places, width] */
  readonly weights: Int32Array;
  readonly width: number;
}

// Weights are whole numbers of 22 bits behind the point, and each pass rounds to bytes, as in Pillow's `Resample.c`.
const WEIGHT_BITS = 22;
const HALF = 2 ** (WEIGHT_BITS - 1);

/**
 * The triangle filter: as wide as a pixel of the coarser one of the two images, so that a smaller image is smoothed, not
 * sampled ("bilinear" with antialiasing).
 */
function tapsOf(from: number, to: number): Taps {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const narrowing = 1 / support;
  const width = Math.ceil(support) * 2 + 1;
  const [starts, counts, weights] = [new Int32Array(to), new Int32Array(to), new Int32Array(to * width)];
  for (let place = 0; place < to; place++) {
    const center = (place + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(from, Math.trunc(center + support + 0.5));
    const tent = (source: number) => Math.max(0, 1 - Math.abs((source - center + 0.5) * narrowing));
    let total = 0;
    for (let source = start; source < end; source++) total += tent(source);
    starts[place] = start;
    counts[place] = end - start;
    for (let source = start; source < end; source++) {
      weights[place * width + source - start] = Math.trunc((tent(source) / total) * 2 ** WEIGHT_BITS + 0.5);
    }
  }
  return { starts, counts, weights, width };
}

/**
 * Resizes parts of images to one size: first along rows, then along columns, each rounded to bytes. Every byte is that of
 * Pillow's `crop(...).resize(..., BILINEAR)`. The result is valid until the next call.
 */
export class Resampler {
  readonly #to: SideLengths;
  readonly #taps = new Map<string, Taps>();
  #rows = new Uint8Array(0);
  #result = new Uint8Array(0);

  constructor(to: SideLengths) {
    this.#to = to;
  }

  resize(image: ByteImage, box: Box): Uint8Array {
    const { channels } = image;
    const rowBytes = this.#to.width * channels;
    if (this.#rows.length < box.height * rowBytes) this.#rows = new Uint8Array(box.height * rowBytes);
    this.#resizeRows(image, box);
    const size = this.#to.height * rowBytes;
    if (this.#result.length !== size) this.#result = new Uint8Array(size);
    resizeColumns({
      rows: this.#rows,
      taps: this.#tapsOf(box.height, this.#to.height),
      rowBytes,
      result: this.#result,
    });
    return this.#result;
  }

  #tapsOf(from: number, to: number): Taps {
    const key = `${from} ${to}`;
    const known = this.#taps.get(key);
    if (known !== undefined) return known;
    const taps = tapsOf(from, to);
    this.#taps.set(key, taps);
    return taps;
  }

  #resizeRows({ width, channels, pixels }: ByteImage, box: Box): void {
    const taps = this.#tapsOf(box.width, this.#to.width);
    const resizeRow = channels === 3 ? resizeColourRow : resizeRowOf(channels);
    for (let row = 0; row < box.height; row++) {
      const source = ((box.top + row) * width + box.left) * channels;
      resizeRow({ pixels, source, taps, rows: this.#rows, target: row * this.#to.width * channels });
    }
  }
}

interface RowJob {
  readonly pixels: Uint8Array;
  /** The first byte of the row in `pixels`. */
  readonly source: number;
  readonly taps: Taps;
  readonly rows: Uint8Array;
  /** The first byte of the resized row in `rows`. */
  readonly target: number;
}

/** Nearly all images have 3 channels: written out, this takes a third of the time of the loop over channels. */
function resizeColourRow({ pixels, source, taps, rows, target }: RowJob): void {
  const { starts, counts, weights, width } = taps;
  for (let place = 0, to = target; place < starts.length; place++, to += 3) {
    let red = HALF;
    let green = HALF;
    let blue = HALF;
    let from = source + starts[place] * 3;
    const end = place * width + counts[place];
    for (let tap = place * width; tap < end; tap++, from += 3) {
      const weight = weights[tap];
      red += Math.imul(pixels[from], weight);
      green += Math.imul(pixels[from + 1], weight);
      blue += Math.imul(pixels[from + 2], weight);
    }
    rows[to] = red >> WEIGHT_BITS;
    rows[to + 1] = green >> WEIGHT_BITS;
    rows[to + 2] = blue >> WEIGHT_BITS;
  }
}

function resizeRowOf(channels: number) {
  return ({ pixels, source, taps, rows, target }: RowJob): void => {
    const { starts, counts, weights, width } = taps;
    for (let place = 0; place < starts.length; place++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = HALF;
        let from = source + starts[place] * channels + channel;
        const end = place * width + counts[place];
        for (let tap = place * width; tap < end; tap++, from += channels) sum += Math.imul(pixels[from], weights[tap]);
        rows[target + place * channels + channel] = sum >> WEIGHT_BITS;
      }
    }
  };
}

interface ColumnJob {
  readonly rows: Uint8Array;
  readonly taps: Taps;
  readonly rowBytes: number;
  readonly result: Uint8Array;
}

function resizeColumns(job: ColumnJob): void {
  const { counts } = job.taps;
  // Nearly every row of an enlarged image is made of two: written out, this takes a third of the time.
  for (let place = 0; place < counts.length; place++) (counts[place] === 2 ? joinTwoRows : joinRows)(job, place);
}

function joinTwoRows({ rows, taps, rowBytes, result }: ColumnJob, place: number): void {
  const { starts, weights, width } = taps;
  const [upper, lower] = [weights[place * width], weights[place * width + 1]];
  const [first, target] = [starts[place] * rowBytes, place * rowBytes];
  const second = first + rowBytes;
  for (let byte = 0; byte < rowBytes; byte++) {
    const sum = HALF + Math.imul(rows[first + byte], upper) + Math.imul(rows[second + byte], lower);
    result[target + byte] = sum >> WEIGHT_BITS;
  }
}

function joinRows({ rows, taps, rowBytes, result }: ColumnJob, place: number): void {
  const { starts, counts, weights, width } = taps;
  const [first, end, target] = [starts[place] * rowBytes, place * width + counts[place], place * rowBytes];
  for (let byte = 0; byte < rowBytes; byte++) {
    let sum = HALF;
    for (let tap = place * width, from = first + byte; tap < end; tap++, from += rowBytes) {
      sum += Math.imul(rows[from], weights[tap]);
    }
    result[target + byte] = sum >> WEIGHT_BITS;
  }
}
