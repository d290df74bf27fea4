import { AppError, messageOf } from '#core/errors.ts';
import { Thread } from '../threads/thread.ts';
import { unpackReading } from './packed-readings.ts';
import type { ReaderFunctions } from './reader-worker.ts';

const READER_WORKER = new URL('./reader-worker.ts', import.meta.url);

/** The readings by name, with packed answers. */
type AnyReading = Record<string, (...input: readonly unknown[]) => unknown>;

type StartedReader = Thread<ReaderFunctions & AnyReading>;

/** The thread that answers pages. It starts no later than the first question; terminal commands ask none, so they never start it. */
export class ReaderThread {
  readonly #path: string;
  #thread: StartedReader | null = null;
  #opened: Promise<void> | null = null;
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Starts the thread and loads its code, which takes longer than a question; the database need not exist yet. */
  start(): StartedReader {
    if (this.#isClosed) throw endOfStore(null);
    if (this.#thread !== null) return this.#thread;
    const thread: StartedReader = new Thread(READER_WORKER, {
      ...{ name: 'reader', does: 'reads the database', endError: endOfStore },
    });
    // The next question starts another thread.
    void thread.ended.then(() => {
      this.#thread = null;
      this.#opened = null;
    });
    this.#thread = thread;
    return thread;
  }

  async ask(name: string, input: readonly unknown[]): Promise<unknown> {
    const thread = this.start();
    this.#opened ??= thread.remote.open(this.#path);
    try {
      await this.#opened;
    } catch (error) {
      await thread.close();
      throw error;
    }
    return unpackReading(name, await thread.remote[name](...input));
  }

  /** The rows that its answers left out; it is not started for this. */
  async leftOutRows(): Promise<readonly string[]> {
    return this.#opened === null || this.#thread === null ? [] : this.#thread.remote.leftOutRows();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const thread = this.#thread;
    if (thread === null) return;
    try {
      if (this.#opened !== null) await thread.remote.close();
    } finally {
      await thread.close();
    }
  }
}

/** The error of calls that a thread of the store no longer answers. */
export function endOfStore(cause: unknown): AppError {
  if (cause === null)
    return new AppError('unavailable', 'The store is closed: open the home again.', { hinders: 'database' });
  const sentence = `The store stopped: ${messageOf(cause)}. Start the program again.`;
  return new AppError('unavailable', sentence, { cause, hinders: 'database' });
}
