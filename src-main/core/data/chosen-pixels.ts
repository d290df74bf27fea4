import type { Pixels, StoredPixels } from './pixels.ts';

/** Which images of a file are read, in which order, and the bytes of one image. */
export interface ImageChoice {
  readonly places: Uint32Array;
  readonly imageBytes: number;
}

/** Some images of a file in an order of their own, without a copy: image i is the image at `places[i]` of the file. */
export class ChosenPixels implements Pixels {
  readonly byteLength: number;
  readonly #of: Pixels;
  readonly #choice: ImageChoice;
  #buffer: Uint8Array = new Uint8Array(0);

  constructor(of: Pixels, choice: ImageChoice) {
    this.#of = of;
    this.#choice = choice;
    this.byteLength = choice.places.length * choice.imageBytes;
  }

  get stored(): StoredPixels {
    return { kind: 'chosen', of: this.#of.stored, ...this.#choice };
  }

  read(start: number, end: number): Uint8Array {
    const { imageBytes } = this.#choice;
    const image = Math.floor(start / imageBytes);
    if (end <= (image + 1) * imageBytes) return this.#readWithin(image, start, end);
    if (this.#buffer.length < end - start) this.#buffer = new Uint8Array(end - start);
    const bytes = this.#buffer.subarray(0, end - start);
    for (let from = start, next = image; from < end; next++) {
      const to = Math.min(end, (next + 1) * imageBytes);
      bytes.set(this.#readWithin(next, from, to), from - start);
      from = to;
    }
    return bytes;
  }

  /** Throws a RangeError where a part begins or ends within an image, since no place says that. */
  slice(start: number, end: number): Pixels {
    const { places, imageBytes } = this.#choice;
    const [first, last] = [start / imageBytes, end / imageBytes];
    if (!Number.isInteger(first) || !Number.isInteger(last)) throw new RangeError('A part holds whole images.');
    return new ChosenPixels(this.#of, { places: places.subarray(first, last), imageBytes });
  }

  close(): void {
    this.#of.close();
  }

  #readWithin(image: number, start: number, end: number): Uint8Array {
    const { places, imageBytes } = this.#choice;
    const shift = (places[image] - image) * imageBytes;
    return this.#of.read(start + shift, end + shift);
  }
}
