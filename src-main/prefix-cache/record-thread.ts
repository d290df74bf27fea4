import type { RecordFile, RecordPart } from '#core/training/prefix/kept-values.ts';
import { moving } from '../threads/channel.ts';
import { Thread } from '../threads/thread.ts';
import type { RecordStorageOptions } from './record-storage.ts';
import type { RecordFunctions } from './record-worker.ts';

/** Number of buffers for readings: one is in use while the next one is filled. */
const BUFFER_COUNT = 2;

/** Records in a file that a separate thread reads and writes. */
class RecordThread implements RecordFile {
  readonly #thread: Thread<RecordFunctions>;
  readonly #buffers: Float32Array[] = Array.from({ length: BUFFER_COUNT }, () => sharedFloats(0));
  #readings = 0;

  constructor(options: RecordStorageOptions) {
    this.#thread = new Thread(new URL('./record-worker.ts', import.meta.url), {
      ...{ name: 'records', does: 'keeps the values', input: options, holdsProcess: false },
    });
  }

  async read(parts: readonly RecordPart[]): Promise<Float32Array> {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const target = this.#buffer(this.#readings++ % BUFFER_COUNT, length);
    await this.#thread.remote.read(parts, target);
    return target;
  }

  write(records: readonly number[], rows: readonly Float32Array[]): void {
    const length = rows[0]?.length ?? 0;
    const joined = new Float32Array(rows.length * length);
    for (const [index, row] of rows.entries()) joined.set(row, index * length);
    // The next reading reports the failure.
    this.#thread.remote.write(records, moving(joined, [joined.buffer])).catch(() => undefined);
  }

  async close(): Promise<void> {
    // A thread that has ended has no open file.
    await this.#thread.remote.close().catch(() => undefined);
    await this.#thread.close();
  }

  #buffer(place: number, length: number): Float32Array {
    if (this.#buffers[place].length < length) this.#buffers[place] = sharedFloats(length);
    return this.#buffers[place].subarray(0, length);
  }
}

function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

/** Starts the thread; the file is made when the first record is written. */
export function openRecords(options: RecordStorageOptions): RecordFile {
  return new RecordThread(options);
}
