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
export interface Taps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** [places, width], whole numbers */
  readonly weights: Int32Array;
  readonly width: number;
  /** How many bits of a weight are behind the point. */
  readonly bits: number;
}

/** Which places of a resized side are made, and how fine their weights are. */
export interface TapsOptions {
  readonly first?: number;
  readonly count?: number;
  readonly bits?: number;
}

/** As in Pillow's `Resample.c`, where each pass rounds to bytes too. */
const PILLOW_BITS = 22;

/**
 * The triangle filter: as wide as a pixel of the coarser one of the two images, so that a smaller image is smoothed, not
 * sampled ("bilinear" with antialiasing).
 */
export function tapsOf(from: number, to: number, options: TapsOptions = {}): Taps {
  const { first = 0, count = to, bits = PILLOW_BITS } = options;
  const width = Math.ceil(Math.max(from / to, 1)) * 2 + 1;
  const [starts, counts, weights] = [new Int32Array(count), new Int32Array(count), new Int32Array(count * width)];
  for (let place = 0; place < count; place++) {
    const { start, shares } = sharesOf(first + place, from, to);
    starts[place] = start;
    counts[place] = shares.length;
    for (const [tap, share] of shares.entries()) {
      weights[place * width + tap] = Math.trunc(share * 2 ** bits + 0.5);
    }
  }
  return { starts, counts, weights, width, bits };
}

/** The largest share of a place of the resized side that comes from one place. */
export function largestShare(from: number, to: number): number {
  // At the edge of an enlarged side stands a place alone.
  if (to >= from) return 1;
  let largest = 0;
  for (let place = 0; place < to; place++) {
    for (const share of sharesOf(place, from, to).shares) largest = Math.max(largest, share);
  }
  return largest;
}

/** From which place on a place of the resized side is made, and the share of each. */
function sharesOf(place: number, from: number, to: number) {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const narrowing = 1 / support;
  const center = (place + 0.5) * scale;
  const start = Math.max(0, Math.trunc(center - support + 0.5));
  const end = Math.min(from, Math.trunc(center + support + 0.5));
  const shares: number[] = [];
  let total = 0;
  for (let source = start; source < end; source++) {
    const weight = Math.max(0, 1 - Math.abs((source - center + 0.5) * narrowing));
    shares.push(weight);
    total += weight;
  }
  return { start, shares: shares.map((weight) => weight / total) };
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
    const resizeRow = rowResizer(channels);
    for (let row = 0; row < box.height; row++) {
      const source = ((box.top + row) * width + box.left) * channels;
      resizeRow({ pixels, source, taps, rows: this.#rows, target: row * this.#to.width * channels });
    }
  }
}

export interface RowJob {
  readonly pixels: Uint8Array;
  /** The first byte of the row in `pixels`. */
  readonly source: number;
  readonly taps: Taps;
  readonly rows: Uint8Array;
  /** The first byte of the resized row in `rows`. */
  readonly target: number;
}

/** What resizes one row of so many channels. */
export function rowResizer(channels: number): (job: RowJob) => void {
  return channels === 3 ? resizeColourRow : resizeRowOf(channels);
}

/** Nearly all images have 3 channels: written out, this takes a third of the time of the loop over channels. */
function resizeColourRow({ pixels, source, taps, rows, target }: RowJob): void {
  const { starts, counts, weights, width, bits } = taps;
  const half = 1 << (bits - 1);
  for (let place = 0, to = target; place < starts.length; place++, to += 3) {
    let red = half;
    let green = half;
    let blue = half;
    let from = source + starts[place] * 3;
    const end = place * width + counts[place];
    for (let tap = place * width; tap < end; tap++, from += 3) {
      const weight = weights[tap];
      red += Math.imul(pixels[from], weight);
      green += Math.imul(pixels[from + 1], weight);
      blue += Math.imul(pixels[from + 2], weight);
    }
    rows[to] = red >> bits;
    rows[to + 1] = green >> bits;
    rows[to + 2] = blue >> bits;
  }
}

function resizeRowOf(channels: number) {
  return ({ pixels, source, taps, rows, target }: RowJob): void => {
    const { starts, counts, weights, width, bits } = taps;
    const half = 1 << (bits - 1);
    for (let place = 0; place < starts.length; place++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = half;
        let from = source + starts[place] * channels + channel;
        const end = place * width + counts[place];
        for (let tap = place * width; tap < end; tap++, from += channels) sum += Math.imul(pixels[from], weights[tap]);
        rows[target + place * channels + channel] = sum >> bits;
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
  const { starts, weights, width, bits } = taps;
  const half = 1 << (bits - 1);
  const [upper, lower] = [weights[place * width], weights[place * width + 1]];
  const [first, target] = [starts[place] * rowBytes, place * rowBytes];
  const second = first + rowBytes;
  for (let byte = 0; byte < rowBytes; byte++) {
    const sum = half + Math.imul(rows[first + byte], upper) + Math.imul(rows[second + byte], lower);
    result[target + byte] = sum >> bits;
  }
}

function joinRows({ rows, taps, rowBytes, result }: ColumnJob, place: number): void {
  const { starts, counts, weights, width, bits } = taps;
  const half = 1 << (bits - 1);
  const [first, end, target] = [starts[place] * rowBytes, place * width + counts[place], place * rowBytes];
  for (let byte = 0; byte < rowBytes; byte++) {
    let sum = half;
    for (let tap = place * width, from = first + byte; tap < end; tap++, from += rowBytes) {
      sum += Math.imul(rows[from], weights[tap]);
    }
    result[target + byte] = sum >> bits;
  }
}
