import { Worker } from 'node:worker_threads';
import type { BirpcReturn } from 'birpc';
import { AppError } from '#core/errors.ts';
import type { ReaderFunctions } from './reader-worker.ts';
import { connectThread } from './remote-thread.ts';

const READER_WORKER = new URL('./reader-worker.ts', import.meta.url);

interface OpenedReader {
  readonly worker: Worker;
  readonly remote: BirpcReturn<ReaderFunctions, object>;
}

/** The thread that answers pages; started by the first question, since commands of the terminal ask none. */
export class ReaderThread {
  readonly #path: string;
  #opened: Promise<OpenedReader> | null = null;
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
  }

  async remote(): Promise<BirpcReturn<ReaderFunctions, object>> {
    if (this.#isClosed) throw new AppError('unavailable', 'The store is closed: open the home again.');
    this.#opened ??= this.#open();
    return (await this.#opened).remote;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const opened = await this.#opened?.catch(() => null);
    if (!opened) return;
    try {
      await opened.remote.close();
    } finally {
      await opened.worker.terminate();
    }
  }

  async #open(): Promise<OpenedReader> {
    const worker = new Worker(READER_WORKER, { name: 'reader' });
    const remote = connectThread<ReaderFunctions>(worker);
    // The next question starts another one.
    worker.once('exit', () => {
      this.#opened = null;
    });
    try {
      await remote.open(this.#path);
      return { worker, remote };
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }
}
