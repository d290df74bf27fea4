import { AppError } from '#core/errors.ts';
import type { RunFolders, Trainer, TrainerCommand, TrainerDeath, TrainerHost, TrainerMessage } from '#core/ports.ts';
import type { RunQueue } from './queue.ts';
import type { Work, Works } from './works.ts';

export interface SideTrainerPorts {
  readonly trainers: TrainerHost;
  readonly folders: RunFolders;
  readonly queue: RunQueue;
  readonly works: Works;
}

export interface SideWork {
  readonly command: (folder: string) => TrainerCommand;
  /** Threads within an operation; null for one per core. */
  readonly threads: number | null;
  readonly onMessage: (message: TrainerMessage, trainer: Trainer) => void;
  /** Aborting kills the trainer. */
  readonly signal: AbortSignal;
}

/** What a side trainer is for. */
export interface SideTask {
  /** For sentences: "measurement". */
  readonly what: string;
  /** On the list of works: "Measuring a few steps". */
  readonly title: string;
  /** The caller's signal. */
  readonly asked: AbortSignal | undefined;
}

/** The folder of the trainer's log and checkpoints while it works. No run has this name. */
const FOLDER_NAME = 'measurement';

/** A trainer outside the queue that leaves no trace, for measurements and checks, one at a time. */
export class SideTrainer {
  readonly #ports: SideTrainerPorts;
  readonly #closing = new AbortController();
  /** What is under way; it never rejects. */
  #work: Promise<void> | null = null;

  constructor(ports: SideTrainerPorts) {
    this.#ports = ports;
  }

  /**
   * Does something with a trainer, whose signal aborts with the caller's and once the home is closed. Throws 'conflict' while a run or another
   * side trainer trains, since each would slow the other down.
   */
  async alone<Result>(
    { what, title, asked }: SideTask,
    work: (signal: AbortSignal, listed: Work) => Promise<Result>,
  ): Promise<Result> {
    this.refuseWhileTraining();
    if (this.#work !== null) {
      throw new AppError(
        'conflict',
        'Another measurement, verification or prediction is under way: wait until it ends.',
      );
    }
    const closing = this.#closing.signal;
    const signal = asked === undefined ? closing : AbortSignal.any([asked, closing]);
    const result = this.#ports.works.duringCancellable({ title, asked: signal }, (either, listed) =>
      this.#leavingNothing(unlessCancelled(work(either, listed), { what, signal: either })),
    );
    this.#work = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async #leavingNothing<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } finally {
      this.#work = null;
      await this.#ports.folders.remove(FOLDER_NAME);
    }
  }

  /** Ends what is under way, and waits until its process is gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#work;
  }

  refuseWhileTraining(): void {
    if (this.#ports.queue.isTraining) {
      throw new AppError('conflict', 'A run trains, whose times this would change: pause it, or wait for its end.');
    }
  }

  /** Runs the trainer. Resolves once the process has ended: to null where it reported the end itself. Throws what the signal says once it has aborted. */
  async run({ command, threads, onMessage, signal }: SideWork): Promise<TrainerDeath | null> {
    signal.throwIfAborted();
    const folder = this.#ports.folders.folder(FOLDER_NAME);
    const trainer = this.#ports.trainers.start(folder, (message) => onMessage(message, trainer), threads);
    trainer.send(command(folder));
    const kill = () => trainer.kill();
    signal.addEventListener('abort', kill, { once: true });
    try {
      const death = await trainer.ended;
      signal.throwIfAborted();
      return death;
    } finally {
      signal.removeEventListener('abort', kill);
    }
  }
}

/** Says in one sentence that the work was cancelled, wherever it was then. */
async function unlessCancelled<Result>(
  work: Promise<Result>,
  { what, signal }: { readonly what: string; readonly signal: AbortSignal },
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!signal.aborted || error instanceof AppError) throw error;
    throw new AppError('unavailable', `The ${what} was cancelled.`, { cause: error });
  }
}
