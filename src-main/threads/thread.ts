import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '#core/errors.ts';
import { Channel, type ChannelMessage, type Remote, serveMethodsOf } from './channel.ts';

// Node strips types in WebAssembly, in every thread anew. The V8 of Node 24 may free a piece of such code twice where several
// threads use it, which ends the process: "Check failed: jit_page.has_value()". So it frees none before its module is gone.
setFlagsFromString('--no-wasm-code-gc');

const PATIENCE_SECONDS = 600;

/**
 * New objects of a thread, after which it looks for garbage. V8's own choice is up to 192, of which the process gives nothing back: an import of
 * 300,000 events took 519 MB, not 339, and was no faster.
 */
const YOUNG_MEGABYTES = 8;

export interface ThreadOptions {
  readonly name: string;
  /** Completes "The thread that ...", for the calls that its end rejects. */
  readonly does: string;
  /** The thread's `workerData`. */
  readonly input?: unknown;
  /** The functions that the thread may call here. */
  readonly serves?: object;
  /** Whether the process lives as long as the thread does. Default: yes. */
  readonly holdsProcess?: boolean;
  /** A call that has waited so long without a word from the thread is rejected. Default: ten minutes, as for a disk that hangs. */
  readonly patienceSeconds?: number;
  /** The error of calls that the thread's end rejects, if not the default one; `cause` is null where nothing failed. */
  readonly endError?: (cause: unknown) => AppError;
}

/**
 * A thread of this process, and the functions that it serves. Once closed it ends by itself: stopping it from outside could
 * interrupt a write or the compilation of its code.
 */
export class Thread<Functions extends object> {
  /** The thread's functions. Calls that wait when the thread ends are rejected, and so is every later call. */
  readonly remote: Remote<Functions>;
  /** Resolves when the thread is gone, however it ended. */
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  #hangs = false;

  constructor(entry: URL, options: ThreadOptions) {
    const { name, does, input, serves = {}, holdsProcess = true, endError = endOf(does) } = options;
    const { patienceSeconds = PATIENCE_SECONDS } = options;
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MEGABYTES };
    const worker = new Worker(entry, { name, workerData: input, resourceLimits });
    const patience = { seconds: patienceSeconds, silent: () => this.#hang(does, patienceSeconds) };
    const channel = new Channel<Functions>(worker, serveMethodsOf(serves), patience);
    let cause: unknown = null;
    worker.on('error', (error) => {
      cause = error;
    });
    this.ended = new Promise((resolve) => {
      worker.once('exit', () => {
        channel.end(endError(cause));
        resolve();
      });
    });
    this.#worker = worker;
    this.remote = channel.remote;
    this.holdProcess(holdsProcess);
  }

  holdProcess(isHeld: boolean): void {
    if (isHeld) this.#worker.ref();
    else this.#worker.unref();
  }

  /** Ends the thread after the calls before, for which neither the caller nor the process waits any more. */
  abandon(): void {
    this.#worker.postMessage({ type: 'end' } satisfies ChannelMessage);
    this.holdProcess(false);
  }

  /** Ends the thread after the calls before; resolves when it is gone. Work that waits for something is dropped, and nobody waits for one that hangs. */
  async close(): Promise<void> {
    if (this.#hangs) return this.abandon();
    this.holdProcess(true);
    this.#worker.postMessage({ type: 'end' } satisfies ChannelMessage);
    await this.ended;
  }

  #hang(does: string, seconds: number): AppError {
    this.#hangs = true;
    const time = seconds < 120 ? `${seconds} s` : `${seconds / 60} minutes`;
    return new AppError(
      'unavailable',
      `The thread that ${does} has said nothing for ${time}: a disk that it reads or writes may hang, so look after that, then start the program again.`,
    );
  }
}

function endOf(does: string): (cause: unknown) => AppError {
  return (cause) => {
    const end = cause === null ? 'has ended' : `failed: ${messageOf(cause)}`;
    return new AppError('internal', `The thread that ${does} ${end}.`, { cause });
  };
}
