import * as nodeFiles from 'node:fs';
import { dirname } from 'node:path';
import { AppError, messageOf } from '#core/errors.ts';
import type { RecordPart } from '#core/training/prefix/kept-values.ts';

/** What the storage needs of the file system. */
export interface RecordFiles extends Pick<typeof nodeFiles, 'closeSync' | 'mkdirSync' | 'openSync' | 'rmSync'> {
  readonly readSync: MoveBytes;
  readonly writeSync: MoveBytes;
}

/** Gives the number of bytes that were moved, which may be less than `length`. */
type MoveBytes = (descriptor: number, bytes: Uint8Array, offset: number, length: number, position: number) => number;

export interface RecordStorageOptions {
  readonly path: string;
  /** Bytes from one record to the next. */
  readonly recordBytes: number;
}

/**
 * Records of one size in a file of its own, each at its number's place, which is written at once and read in one piece. It is
 * never synced: what a crash leaves is thrown away. After the first failure every later call fails too, since what was to be
 * written then is not there.
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

  /** Throws an AppError 'no-space' or 'internal'; `rows` holds one row for each record. */
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

  /** Fills the target with one part behind the other. Throws as `write` does. */
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

  /** Removes the file. Throws nothing: what is left after all is removed when the run goes on. */
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

  /** A file without a name is gone with the process that has it open, however that ends. Not every system allows it. */
  #unlink(): void {
    try {
      this.#files.rmSync(this.#options.path, { force: true });
    } catch {}
  }
}

interface Piece {
  readonly bytes: Uint8Array;
  /** In the file. */
  readonly position: number;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
