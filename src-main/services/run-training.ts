import { AppError, messageOf } from '#core/errors.ts';
import type { Clock, RunFolders, Store, Trainer, TrainerHost, TrainerMessage } from '#core/ports.ts';
import type { RunRecord } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { Datasets } from './datasets.ts';
import type { EventHub } from './event-hub.ts';

export interface TrainingPorts {
  readonly store: Store;
  readonly trainers: TrainerHost;
  readonly folders: RunFolders;
  readonly datasets: Datasets;
  readonly hub: EventHub;
  readonly clock: Clock;
}

/** How a run ended of which the trainer itself can no longer tell. */
interface Ending {
  readonly type: 'run.failed' | 'run.interrupted';
  readonly reason: string;
}

/** One trainer at work on one run: every event is stored first, then handed on. */
export class RunTraining {
  readonly runId: string;
  readonly #run: RunRecord;
  readonly #ports: TrainingPorts;
  readonly #trainer: Promise<Trainer>;
  #lastSeq: number;
  #arrived: RunEvent[] = [];
  #writing: Promise<void> = Promise.resolve();
  #storeError: unknown = null;

  constructor(run: RunRecord, ports: TrainingPorts) {
    this.runId = run.id;
    this.#run = run;
    this.#ports = ports;
    this.#lastSeq = run.lastSeq;
    this.#trainer = this.#start();
    // Its failure is reported by finish(); end() may never be called.
    this.#trainer.catch(() => undefined);
  }

  /** Resolves when the run's end is stored. Throws only where the store can take no more. */
  async finish(): Promise<void> {
    const reason = await this.#endOfTrainer();
    await this.#writing;
    if (this.#storeError !== null) return this.#giveUp(this.#storeError);
    if (reason !== null) await this.#record(reason);
  }

  /** Asks for a checkpoint and the end of the process, and waits until both are done and stored. */
  async end(command: 'pause' | 'stop', reason: string): Promise<void> {
    const trainer = await this.#trainer;
    trainer.send({ type: command, reason });
    await trainer.ended;
    await this.#writing;
  }

  async #start(): Promise<Trainer> {
    const { id: runId, spec, studyId, arm, lastSeq } = this.#run;
    const { location: dataset } = await this.#ports.datasets.locate(spec.dataset);
    const folder = this.#ports.folders.folder(runId);
    const { threads } = await this.#ports.store.settings();
    const trainer = this.#ports.trainers.start(folder, (message) => this.#receive(message, trainer), threads);
    const progress = { resume: lastSeq > 0, lastSeq, isProfiled: true };
    trainer.send({ type: 'start', runId, spec, dataset, studyId, arm, folder, ...progress });
    return trainer;
  }

  /** Null where the trainer reported the end itself. */
  async #endOfTrainer(): Promise<Ending | null> {
    try {
      const { reason } = await (await this.#trainer).ended;
      return reason === null ? null : { type: 'run.interrupted', reason };
    } catch (error) {
      return { type: 'run.failed', reason: messageOf(error) };
    }
  }

  #receive(message: TrainerMessage, trainer: Trainer): void {
    if (message.type !== 'event') return;
    const { event } = message;
    this.#lastSeq = event.seq;
    this.#arrived.push(event);
    if (this.#arrived.length > 1) return;
    this.#writing = this.#writing
      .then(() => this.#write())
      .catch((error: unknown) => {
        this.#storeError ??= error;
        trainer.kill();
      });
  }

  /** What arrived while the write before was under way goes into one transaction. */
  async #write(): Promise<void> {
    const events = this.#arrived;
    this.#arrived = [];
    await this.#ports.store.appendEvents(events);
    for (const event of events) this.#ports.hub.publishProgress(event, this.#run.studyId);
  }

  async #record({ type, reason }: Ending): Promise<void> {
    const event = { type, reason, step: null, seq: this.#lastSeq + 1, runId: this.runId, at: this.#ports.clock.now() };
    await this.#ports.store.appendEvents([event]);
    this.#ports.hub.publishProgress(event, this.#run.studyId);
  }

  /** Committed epochs stay; the status is tried once more, since the trainer's end may have freed space. */
  async #giveUp(error: unknown): Promise<never> {
    const reason = `${messageOf(error)} The run stopped there: \`lab runs resume ${this.runId}\` goes on from its last checkpoint.`;
    const [recorded] = await Promise.allSettled([this.#record({ type: 'run.interrupted', reason })]);
    const cause = recorded.status === 'rejected' ? new AggregateError([error, recorded.reason]) : error;
    throw new AppError(error instanceof AppError ? error.code : 'internal', reason, { cause });
  }
}
