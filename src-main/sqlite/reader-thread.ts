import { Worker } from 'node:worker_threads';
import type { BirpcReturn } from 'birpc';
import { AppError } from '#core/errors.ts';
import type { ReaderFunctions } from './reader-worker.ts';
import { connectThread } from './remote-thread.ts';

const READER_WORKER = new URL('./reader-worker.ts', import.meta.url);

interface StartedReader {
  readonly worker: Worker;
  readonly remote: BirpcReturn<ReaderFunctions, object>;
}

/** The thread that answers pages; started by the first question at the latest, since commands of the terminal ask none. */
export class ReaderThread {
  readonly #path: string;
  #started: StartedReader | null = null;
  #opened: Promise<void> | null = null;
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Loads its code, which takes longer than a question; the database need not be there yet. */
  start(): StartedReader {
    if (this.#isClosed) throw new AppError('unavailable', 'The store is closed: open the home again.');
    if (this.#started !== null) return this.#started;
    const worker = new Worker(READER_WORKER, { name: 'reader' });
    const started = { worker, remote: connectThread<ReaderFunctions>(worker) };
    // The next question starts another one.
    worker.once('exit', () => {
      this.#started = null;
      this.#opened = null;
    });
    this.#started = started;
    return started;
  }

  async remote(): Promise<BirpcReturn<ReaderFunctions, object>> {
    const { worker, remote } = this.start();
    this.#opened ??= remote.open(this.#path);
    try {
      await this.#opened;
      return remote;
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const started = this.#started;
    if (started === null) return;
    try {
      if (this.#opened !== null) await started.remote.close();
    } finally {
      await started.worker.terminate();
    }
  }
}
