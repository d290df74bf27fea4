import { closeSync, readSync } from 'node:fs';
import { ChosenPixels } from '#core/data/chosen-pixels.ts';
import { MemoryPixels, type PixelFile, type Pixels, type StoredPixels } from '#core/data/pixels.ts';
import { corrupt } from '#core/errors.ts';
import { DATA_LIMIT } from '../files/limits.ts';
import { openOrdinarySync } from '../files/ordinary-file.ts';
import { unreadable } from './data-file.ts';

/** Pixels that stay on disk, from byte `start` of a file on: each call reads the bytes it is asked for. */
export class FilePixels implements Pixels {
  readonly stored: PixelFile;
  #descriptor: number | null = null;
  #buffer: Uint8Array = new Uint8Array(0);

  constructor(stored: Omit<PixelFile, 'kind'>) {
    this.stored = { kind: 'file', ...stored };
  }

  get byteLength(): number {
    return this.stored.byteLength;
  }

  read(start: number, end: number): Uint8Array {
    const length = end - start;
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length);
    const bytes = this.#buffer.subarray(0, length);
    let filled = 0;
    while (filled < length) {
      const count = this.#readAt(this.stored.start + start + filled, bytes.subarray(filled));
      if (count === 0) throw corrupt(this.stored.path, 'has become shorter since it was opened');
      filled += count;
    }
    return bytes;
  }

  slice(start: number, end: number): Pixels {
    return new FilePixels({ ...this.stored, start: this.stored.start + start, byteLength: end - start });
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #readAt(position: number, target: Uint8Array): number {
    try {
      this.#descriptor ??= openOrdinarySync(this.stored.path, DATA_LIMIT).descriptor;
      return readSync(this.#descriptor, target, 0, target.length, position);
    } catch (error) {
      throw unreadable(this.stored.path, error);
    }
  }
}

/** The pixels that another thread has sent. */
export function openPixels(stored: StoredPixels): Pixels {
  switch (stored.kind) {
    case 'memory':
      return new MemoryPixels(stored.bytes);
    case 'file':
      return new FilePixels(stored);
    case 'chosen':
      return new ChosenPixels(openPixels(stored.of), stored);
  }
}
