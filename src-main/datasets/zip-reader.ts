import { close, read } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { RandomAccessReader } from 'yauzl';

const PIECE_BYTES = 2 ** 16;
const readAt = promisify(read);

/**
 * The bytes of an open file, for the zip library. A zip archive itself says where its parts lie: one that leads out of the file is refused
 * here, since the library's own reader throws where nobody can catch it.
 */
export class ZipReader extends RandomAccessReader {
  readonly #descriptor: number;
  readonly #size: number;

  constructor(descriptor: number, size: number) {
    super();
    this.#descriptor = descriptor;
    this.#size = size;
  }

  override read(...[buffer, offset, length, position, callback]: Parameters<RandomAccessReader['read']>): void {
    const outside = this.#outside(position, position + length);
    if (outside === null) read(this.#descriptor, buffer, offset, length, position, callback);
    else setImmediate(callback, outside);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#pieces(start, end), { objectMode: false });
  }

  override close(callback: (error: Error | null) => void): void {
    close(this.#descriptor, callback);
  }

  async *#pieces(start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    const outside = this.#outside(start, end);
    if (outside !== null) throw outside;
    for (let place = start; place < end; ) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - place));
      const { bytesRead } = await readAt(this.#descriptor, piece, 0, piece.length, place);
      if (bytesRead === 0) throw new Error(`it became shorter than ${this.#size} bytes while it was read`);
      place += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  }

  #outside(start: number, end: number): Error | null {
    if (start >= 0 && end <= this.#size) return null;
    return new Error(`it has ${this.#size} bytes, but says that a part of it lies at ${start}`);
  }
}
