import { AppError, mayPass, messageOf } from '#core/errors.ts';
import type {
  Clock,
  RunFolders,
  Store,
  Trainer,
  TrainerCommand,
  TrainerHost,
  TrainerMessage,
  WeightsToRead,
} from '#core/ports.ts';
import type { RunRecord } from '#core/records.ts';
import type { RunEvent, RunEventOf } from '#core/run-event.ts';
import { fromSystem } from '#core/system-error.ts';
import type { Datasets } from './datasets.ts';
import type { EventHub } from './event-hub.ts';
import type { Weights } from './weights.ts';

export interface TrainingPorts {
  readonly store: Store;
  readonly trainers: TrainerHost;
  readonly folders: RunFolders;
  readonly datasets: Datasets;
  readonly weights: Weights;
  readonly hub: EventHub;
  readonly clock: Clock;
}

/** The end of a run whose trainer can no longer report it. */
interface Ending {
  readonly type: 'run.failed' | 'run.interrupted' | 'run.paused' | 'run.stopped';
  readonly reason: string;
  /** Whether a new trainer may well be able to go on. */
  readonly isAccident: boolean;
}

/** Restarts of a dead trainer without a new checkpoint: a cause that kills it each time would do so for ever. */
const MOST_RESTARTS = 3;
const ORDINALS = ['', 'first', 'second', 'third'];

type EndCommand = Extract<TrainerCommand, { readonly type: 'pause' | 'stop' }>;

/**
 * The training of one run: every event is stored first, then handed on. If the trainer dies by accident, another one goes on
 * from the last checkpoint.
 */
export class RunTraining {
  readonly runId: string;
  readonly #run: RunRecord;
  readonly #ports: TrainingPorts;
  #trainer: Promise<Trainer>;
  readonly #over: Promise<void>;
  #tellOver: () => void = () => undefined;
  /** The user's command to end the run, which every trainer of the run is told. */
  #endCommand: EndCommand | null = null;
  /** Aborted by that command: nobody waits then for data that are still being read. */
  readonly #told = new AbortController();
  /** Number of restarts since the last new checkpoint. */
  #restarts = 0;
  #checkpointStep = -1;
  #lastSeq: number;
  #arrived: RunEvent[] = [];
  #writing: Promise<void> = Promise.resolve();
  #storeError: unknown = null;

  constructor(run: RunRecord, ports: TrainingPorts) {
    this.runId = run.id;
    this.#run = run;
    this.#ports = ports;
    this.#lastSeq = run.lastSeq;
    this.#over = new Promise((resolve) => {
      this.#tellOver = resolve;
    });
    this.#trainer = this.#start();
    // finish() reports its failure; end() may never be called.
    this.#trainer.catch(() => undefined);
  }

  /** Resolves when the run's end is stored. Throws only where the store can take no more. */
  async finish(): Promise<void> {
    try {
      let ending = await this.#endOfTrainer();
      while (ending !== null && this.#mayRestart(ending)) {
        await this.#restart(ending);
        ending = await this.#endOfTrainer();
      }
      if (ending !== null) await this.#record(this.#lastWord(ending));
    } finally {
      this.#tellOver();
    }
  }

  /**
   * Asks for a checkpoint and the end of the process, and waits until both are done and stored. A run whose data are still being read
   * has no process, and ends at once.
   */
  async end(type: EndCommand['type'], reason: string): Promise<void> {
    const command: EndCommand = { type, reason };
    this.#endCommand = command;
    this.#told.abort();
    // finish() reports why a trainer could not be started.
    const trainer = await this.#trainer.catch(() => null);
    trainer?.send(command);
    await this.#over;
  }

  async #start(): Promise<Trainer> {
    const { id: runId, spec, data, classGaps, studyId, arm } = this.#run;
    const lastSeq = this.#lastSeq;
    const { location: dataset } = await this.#ports.datasets.locateRun(this.#run, this.#told.signal);
    const weights = await this.#weightsToRead();
    const folder = this.#ports.folders.folder(runId);
    const { threads } = await this.#ports.store.settings();
    const resume = lastSeq > 0;
    const reached = resume ? (await this.#ports.store.run(runId)).checkpoints : [];
    this.#told.signal.throwIfAborted();
    const trainer = this.#ports.trainers.start(folder, (message) => this.#receive(message, trainer), threads);
    const progress = { resume, reached, lastSeq, isProfiled: true };
    trainer.send({ type: 'start', runId, spec, dataset, data, weights, classGaps, studyId, arm, folder, ...progress });
    return trainer;
  }

  /** Null where none are named, and for a run that may go on from a checkpoint without them. */
  #weightsToRead(): Promise<WeightsToRead | null> {
    return this.#ports.weights.toRead(this.#run).catch((error: unknown) => {
      if (this.#lastSeq === 0) throw error;
      return null;
    });
  }

  /** The trainer's end, once all its events are stored; null where the trainer reported the end itself. */
  async #endOfTrainer(): Promise<Ending | null> {
    const ending = await this.#deathOfTrainer();
    await this.#writing;
    return this.#storeError === null ? ending : this.#giveUp(this.#storeError);
  }

  async #deathOfTrainer(): Promise<Ending | null> {
    try {
      const death = await (await this.#trainer).ended;
      return death && { type: 'run.interrupted', ...death };
    } catch (thrown) {
      if (this.#endCommand !== null) return endBefore(this.#endCommand);
      const error = fromSystem(thrown);
      return { type: mayPass(error) ? 'run.interrupted' : 'run.failed', reason: messageOf(error), isAccident: false };
    }
  }

  #mayRestart({ isAccident }: Ending): boolean {
    return isAccident && this.#endCommand === null && this.#restarts < MOST_RESTARTS;
  }

  /** Starts a new trainer. Both events are stored at once, so that the run never looks as if it had ended. */
  async #restart(ending: Ending): Promise<void> {
    this.#restarts += 1;
    const reason = `A new trainer goes on by itself, for the ${ORDINALS[this.#restarts]} time without a new checkpoint.`;
    await this.#record(ending, { type: 'run.resumed', reason });
    this.#trainer = this.#start();
    const trainer = await this.#trainer.catch(() => null);
    // A command given meanwhile went to the dead trainer.
    if (this.#endCommand !== null) trainer?.send(this.#endCommand);
  }

  #lastWord(ending: Ending): Ending {
    if (!ending.isAccident || this.#restarts < MOST_RESTARTS) return ending;
    const tried = `${MOST_RESTARTS} new trainers in a row reached no new checkpoint either`;
    const advice = `look into its trainer.log, then \`lab runs resume ${this.runId}\` tries it again`;
    return { ...ending, reason: `${ending.reason} ${tried}: ${advice}.` };
  }

  #receive(message: TrainerMessage, trainer: Trainer): void {
    if (message.type !== 'event') return;
    const { event } = message;
    this.#lastSeq = event.seq;
    this.#noteCheckpoint(event);
    this.#arrived.push(event);
    if (this.#arrived.length > 1) return;
    this.#writing = this.#writing
      .then(() => this.#write())
      .catch((error: unknown) => {
        this.#storeError ??= error;
        trainer.kill();
      });
  }

  /** Writes waiting events: all that arrived during the previous write go into one transaction. */
  async #write(): Promise<void> {
    const events = this.#arrived;
    this.#arrived = [];
    await this.#ports.store.appendEvents(events);
    for (const event of events) this.#ports.hub.publishProgress(event, this.#run.studyId);
  }

  /** Counts a checkpoint as new only at a later step: a resumed trainer repeats events that a dying host did not store. */
  #noteCheckpoint(event: RunEvent): void {
    if (event.type !== 'checkpoint.saved' || event.step <= this.#checkpointStep) return;
    this.#checkpointStep = event.step;
    this.#restarts = 0;
  }

  async #record(
    ...told: readonly Pick<RunEventOf<Ending['type'] | 'run.resumed'>, 'type' | 'reason'>[]
  ): Promise<void> {
    const at = this.#ports.clock.now();
    const events = told.map(({ type, reason }) => {
      this.#lastSeq += 1;
      return { type, reason, step: null, seq: this.#lastSeq, runId: this.runId, at };
    });
    await this.#ports.store.appendEvents(events);
    for (const event of events) this.#ports.hub.publishProgress(event, this.#run.studyId);
  }

  /** Gives up on the store. Committed epochs stay; the status is tried once more, since the trainer's end may have freed space. */
  async #giveUp(error: unknown): Promise<never> {
    const reason = `${messageOf(error)} The run stopped there: \`lab runs resume ${this.runId}\` goes on from its last checkpoint.`;
    const [recorded] = await Promise.allSettled([this.#record({ type: 'run.interrupted', reason })]);
    const cause = recorded.status === 'rejected' ? new AggregateError([error, recorded.reason]) : error;
    throw new AppError(error instanceof AppError ? error.code : 'internal', reason, { cause });
  }
}

/** The end of a run that was told to end before it had a trainer. */
function endBefore({ type, reason }: EndCommand): Ending {
  return { type: type === 'pause' ? 'run.paused' : 'run.stopped', reason, isAccident: false };
}
