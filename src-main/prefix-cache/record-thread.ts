import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AppError } from '#core/errors.ts';
import type { RecordFile, RecordPart } from '#core/training/prefix/kept-values.ts';
import type { RecordReply, RecordRequest } from './record-messages.ts';
import type { RecordStorageOptions } from './record-storage.ts';

interface Reading {
  readonly target: Float32Array;
  readonly resolve: (values: Float32Array) => void;
  readonly reject: (error: AppError) => void;
}

/** Of readings that are in use at the same time: one is read from while the next one is made. */
const BUFFER_COUNT = 2;

/** Records in a file, read and written by a thread of their own. */
class RecordThread implements RecordFile {
  readonly #worker: Worker;
  readonly #readings = new Map<number, Reading>();
  readonly #buffers: Float32Array[] = Array.from({ length: BUFFER_COUNT }, () => sharedFloats(0));
  #count = 0;
  #failure: AppError | null = null;

  constructor(options: RecordStorageOptions) {
    this.#worker = new Worker(new URL('./record-worker.ts', import.meta.url), { workerData: options });
    this.#worker.unref();
    this.#worker.on('message', (reply: RecordReply) => this.#receive(reply));
    this.#worker.on('error', (error) => this.#fail(`The thread of the kept values failed: ${error.message}.`));
    this.#worker.on('exit', () => this.#fail('The thread of the kept values has ended.'));
  }

  read(parts: readonly RecordPart[]): Promise<Float32Array> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const reading = this.#count++;
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const target = this.#buffer(reading % BUFFER_COUNT, length);
    return new Promise((resolve, reject) => {
      this.#readings.set(reading, { target, resolve, reject });
      this.#post({ type: 'read', reading, parts, target });
    });
  }

  write(records: readonly number[], rows: readonly Float32Array[]): void {
    const length = rows[0]?.length ?? 0;
    const joined = new Float32Array(rows.length * length);
    for (const [index, row] of rows.entries()) joined.set(row, index * length);
    this.#worker.postMessage({ type: 'write', records, rows: joined } satisfies RecordRequest, [joined.buffer]);
  }

  async close(): Promise<void> {
    if (this.#failure === null) {
      const isEnded = once(this.#worker, 'exit');
      this.#post({ type: 'close' });
      await isEnded;
    }
    await this.#worker.terminate();
  }

  #post(request: RecordRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(reply: RecordReply): void {
    if (reply.type === 'closed') {
      void this.#worker.terminate();
      return;
    }
    const reading = this.#readings.get(reply.reading);
    this.#readings.delete(reply.reading);
    if (reply.type === 'read') reading?.resolve(reading.target);
    else reading?.reject(new AppError(reply.code, reply.message));
  }

  #buffer(place: number, length: number): Float32Array {
    if (this.#buffers[place].length < length) this.#buffers[place] = sharedFloats(length);
    return this.#buffers[place].subarray(0, length);
  }

  #fail(message: string): void {
    this.#failure ??= new AppError('internal', message);
    for (const reading of this.#readings.values()) reading.reject(this.#failure);
    this.#readings.clear();
  }
}

function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

/** Starts the thread; the file is made when the first record is written. */
export function openRecords(options: RecordStorageOptions): RecordFile {
  return new RecordThread(options);
}
