/** A part of a file that holds pixels and nothing else. */
export interface PixelFile {
  readonly kind: 'file';
  readonly path: string;
  /** The first byte. */
  readonly start: number;
  readonly byteLength: number;
}

/** Images of another place, in an order of their own. */
interface ChosenImages {
  readonly kind: 'chosen';
  readonly of: StoredPixels;
  readonly places: Uint32Array;
  readonly imageBytes: number;
}

/** Where pixels are, as data that can be sent to another thread. */
export type StoredPixels = { readonly kind: 'memory'; readonly bytes: Uint8Array } | PixelFile | ChosenImages;

/** Pixels (0..255) of images that lie one after the other in memory or in a file. */
export interface Pixels {
  readonly byteLength: number;
  readonly stored: StoredPixels;
  /**
   * The bytes start .. end-1, valid until the next call. Throws where a file can no longer be read ('not-found',
   * 'unavailable') or has become too short ('corrupt').
   */
  read(start: number, end: number): Uint8Array;
  /** The bytes start .. end-1 as new `Pixels`, without a copy. */
  slice(start: number, end: number): Pixels;
  /** Closes the file that `read` has opened; the next `read` opens it again. */
  close(): void;
}

/** Bytes over a SharedArrayBuffer reach another thread without a copy. */
export class MemoryPixels implements Pixels {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get byteLength(): number {
    return this.bytes.length;
  }

  get stored(): StoredPixels {
    return { kind: 'memory', bytes: this.bytes };
  }

  read(start: number, end: number): Uint8Array {
    return this.bytes.subarray(start, end);
  }

  slice(start: number, end: number): Pixels {
    return new MemoryPixels(this.bytes.subarray(start, end));
  }

  close(): void {}
}

/** The pixels in pieces of at most `pieceBytes` bytes: a computation over all of them needs no more memory than that. */
export function* pixelPieces(pixels: Pixels, pieceBytes: number): Generator<Uint8Array, void, undefined> {
  for (let start = 0; start < pixels.byteLength; start += pieceBytes) {
    yield pixels.read(start, Math.min(pixels.byteLength, start + pieceBytes));
  }
}
