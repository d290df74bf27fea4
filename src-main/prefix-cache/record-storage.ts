import * as nodeFiles from 'node:fs';
import { dirname } from 'node:path';
import { AppError, messageOf } from '#core/errors.ts';
import type { RecordPart } from '#core/training/prefix/kept-values.ts';

/** The file operations that the storage needs. */
export interface RecordFiles extends Pick<typeof nodeFiles, 'closeSync' | 'mkdirSync' | 'openSync' | 'rmSync'> {
  readonly readSync: MoveBytes;
  readonly writeSync: MoveBytes;
}

/** Moves bytes, and gives the number of bytes moved, which may be less than `length`. */
type MoveBytes = (descriptor: number, bytes: Uint8Array, offset: number, length: number, position: number) => number;

export interface RecordStorageOptions {
  readonly path: string;
  /** Distance from one record to the next, in bytes. */
  readonly recordBytes: number;
}

/**
 * Records of one size in a file of its own, each at the place of its number, which is written at once and read in one piece. The
 * file is never synced: what a crash leaves is thrown away. After the first failure every later call fails too, since the data
 * of the failed write is missing.
 */
export class RecordStorage {
  readonly #options: RecordStorageOptions;
  readonly #files: RecordFiles;
  #descriptor: number | null = null;
  #failure: AppError | null = null;

  constructor(options: RecordStorageOptions, files: RecordFiles = nodeFiles) {
    this.#options = options;
    this.#files = files;
  }

  /** Writes the records; `rows` holds one row for each. Throws an AppError 'no-space' or 'internal'. */
  write(records: readonly number[], rows: Float32Array): void {
    const length = rows.length / records.length;
    this.#guarded('written', (descriptor) => {
      for (const [index, record] of records.entries()) {
        this.#transfer(this.#files.writeSync, descriptor, {
          bytes: bytesOf(rows.subarray(index * length, (index + 1) * length)),
          position: record * this.#options.recordBytes,
        });
      }
    });
  }

  /** Fills the target with the parts, one after the other. Throws what `write` throws. */
  read(parts: readonly RecordPart[], target: Float32Array): void {
    this.#guarded('read', (descriptor) => {
      let start = 0;
      for (const { record, length } of parts) {
        const bytes = bytesOf(target.subarray(start, start + length));
        this.#transfer(this.#files.readSync, descriptor, { bytes, position: record * this.#options.recordBytes });
        start += length;
      }
    });
  }

  /** Removes the file. Never throws: a file that stays is removed when the run is resumed. */
  close(): void {
    this.#failure ??= new AppError('internal', 'The records were closed.');
    try {
      if (this.#descriptor !== null) this.#files.closeSync(this.#descriptor);
    } catch {}
    this.#descriptor = null;
    this.#unlink();
  }

  #transfer(move: MoveBytes, descriptor: number, { bytes, position }: Piece): void {
    let done = 0;
    while (done < bytes.length) {
      const moved = move(descriptor, bytes, done, bytes.length - done, position + done);
      if (moved === 0) throw new Error('the file ends too early');
      done += moved;
    }
  }

  #guarded(what: string, body: (descriptor: number) => void): void {
    if (this.#failure !== null) throw this.#failure;
    try {
      body(this.#opened());
    } catch (error) {
      const code = error instanceof Error && 'code' in error && error.code === 'ENOSPC' ? 'no-space' : 'internal';
      this.#failure = new AppError(code, `${this.#options.path} could not be ${what}: ${messageOf(error)}`);
      throw this.#failure;
    }
  }

  #opened(): number {
    if (this.#descriptor === null) {
      this.#files.mkdirSync(dirname(this.#options.path), { recursive: true });
      this.#descriptor = this.#files.openSync(this.#options.path, 'w+');
      this.#unlink();
    }
    return this.#descriptor;
  }

  /** Removes the file's name, so that the file vanishes with the process, however that ends. Not every system allows this. */
  #unlink(): void {
    try {
      this.#files.rmSync(this.#options.path, { force: true });
    } catch {}
  }
}

interface Piece {
  readonly bytes: Uint8Array;
  /** Place in the file. */
  readonly position: number;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
