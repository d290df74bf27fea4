import type { TrainedAttempt } from '#core/block/trained-attempt.ts';
import type { DatasetLocation } from '#core/data/dataset-location.ts';
import { AppError, mayPass, messageOf } from '#core/errors.ts';
import { networkName } from '#core/figure/labels.ts';
import type { Clock, RunFolders, Store, Trainer, TrainerCommand, TrainerHost, TrainerMessage } from '#core/ports.ts';
import { HINDRANCES, hindranceOf, hindranceOrThrow, type MetHindrance } from '#core/queue/hindrance.ts';
import type { Stage } from '#core/queue/queue.ts';
import type { RunRecord } from '#core/records.ts';
import { ENDING_AT, type EndRequest, type RunEvent, type RunEventOf } from '#core/run-event.ts';
import type { Settings } from '#core/settings.ts';
import { fromSystem } from '#core/system-error.ts';
import type { ReachedCheckpoint } from '#core/training/checkpoint.ts';
import type { WeightsToRead } from '#core/weights/weights-to-read.ts';
import { STAGE_WORDS, type TrainingStage } from '#core/work.ts';
import type { EventHub } from './event-hub.ts';
import type { Weights } from './weights.ts';
import type { Work, Works } from './works.ts';

/** What a training has to know of its run. */
export type TrainedRun = Pick<
  RunRecord,
  'id' | 'spec' | 'data' | 'weights' | 'classGaps' | 'studyId' | 'arm' | 'seed' | 'lastSeq'
>;

/** Where a training stores what its trainer reports: a home, or the folder of a block. */
export interface TrainingStore extends Pick<Store, 'lastEvents' | 'appendEvents' | 'putBack'> {
  /** Where the run stands. */
  run(runId: string): Promise<{ readonly lastSeq: number; readonly checkpoints: readonly ReachedCheckpoint[] }>;
  settings(): Promise<Pick<Settings, 'threads'>>;
}

export interface TrainingPorts {
  readonly store: TrainingStore;
  readonly trainers: TrainerHost;
  readonly folders: Pick<RunFolders, 'folder'>;
  readonly datasets: {
    locateRun(run: TrainedRun, signal: AbortSignal): Promise<{ readonly location: DatasetLocation }>;
  };
  readonly weights: Pick<Weights, 'toRead'>;
  readonly hub: Pick<EventHub, 'publishProgress'>;
  readonly clock: Clock;
  readonly works: Pick<Works, 'begin'>;
}

/** The end of a run whose trainer can no longer report it. */
interface Ending {
  readonly type: 'run.failed' | 'run.interrupted' | 'run.paused' | 'run.stopped';
  readonly reason: string;
  /** Whether a new trainer may well be able to go on. */
  readonly isAccident: boolean;
  /** What all other runs would meet too; null where it concerns this run. */
  readonly hindrance: MetHindrance | null;
}

/** A training that a hindrance has ended. It is settled once the store has taken where its run stands now. */
export interface Hindered {
  readonly hindrance: MetHindrance;
  /** Puts the run back to the front of the queue; fails for as long as the store takes nothing. */
  settle(): Promise<void>;
}

export interface TrainingOptions {
  /** Whether a hindrance that may be the run's own fault ends it: it has met one several times without a new checkpoint. */
  readonly isLastTry: boolean;
  /** Says why the run waits that met this, and how it goes on. */
  readonly whenHindered: (met: MetHindrance) => string;
  /** Whether its step times are all that is wanted of it; absent for a run that trains. */
  readonly profile?: 'only' | undefined;
  /** The attempt at a block of which the training is a part; absent in a home. */
  readonly attempt?: TrainedAttempt | undefined;
  /** Called whenever `stage` is another. */
  readonly onStage: () => void;
}

/** Restarts of a dead trainer without a new checkpoint: a cause that kills it each time would do so for ever. */
export const MOST_RESTARTS = 3;
const ORDINALS = ['', 'first', 'second', 'third'];

type EndCommand = Extract<TrainerCommand, { readonly type: EndRequest }> & {
  /** Whether the run stays in the queue, before all others. */
  readonly isPutBack: boolean;
};

/**
 * The training of one run: every event is stored first, then handed on. If the trainer dies by accident, another one goes on
 * from the last checkpoint.
 */
export class RunTraining {
  readonly runId: string;
  readonly #run: TrainedRun;
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
  /** What the trainer met, by its own words. */
  #met: MetHindrance | null = null;
  #stage: Stage = 'data';
  readonly #options: TrainingOptions;
  /** The start of the trainer, until its first step. */
  #starting: Work | null = null;
  /** Why its trainer cannot be believed. */
  #foreign: string | null = null;

  constructor(run: TrainedRun, ports: TrainingPorts, options: TrainingOptions) {
    this.runId = run.id;
    this.#run = run;
    this.#ports = ports;
    this.#options = options;
    this.#lastSeq = run.lastSeq;
    this.#over = new Promise((resolve) => {
      this.#tellOver = resolve;
    });
    this.#trainer = this.#start();
    // finish() reports its failure; end() may never be called.
    this.#trainer.catch(() => undefined);
  }

  /** Whether the run was told to end. */
  get isTold(): boolean {
    return this.#endCommand !== null;
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** Step of the newest checkpoint of this training; -1 before the first. */
  get checkpointStep(): number {
    return this.#checkpointStep;
  }

  /**
   * Resolves once the run's end is stored, or to what keeps all runs from training: then the run is to be put back. Throws only
   * where the store refuses what this run reports.
   */
  async finish(): Promise<Hindered | null> {
    try {
      let ending = await this.#endOfTrainer();
      while (ending !== null && this.#mayRestart(ending)) {
        const failure = await this.#restart(ending);
        ending = failure ?? (await this.#endOfTrainer());
      }
      return ending === null ? null : await this.#settleOrHinder(ending);
    } finally {
      this.#tellOver();
    }
  }

  async #settleOrHinder(ending: Ending): Promise<Hindered | null> {
    const settle = () => this.#settle(ending);
    const { hindrance } = ending;
    if (hindrance !== null && this.#endCommand === null && !this.#isOwnFault(hindrance)) return { hindrance, settle };
    try {
      await settle();
      return null;
    } catch (error) {
      return { hindrance: hindranceOrThrow(error), settle };
    }
  }

  #isOwnFault({ kind }: MetHindrance): boolean {
    return this.#options.isLastTry && HINDRANCES[kind].mayBeOfTheRun;
  }

  /** Stores where the run stands: at the front of the queue again, or ended. Asks the store where it stood, which may have lost events. */
  async #settle(ending: Ending): Promise<void> {
    this.#lastSeq = (await this.#ports.store.run(this.runId)).lastSeq;
    if (!this.#isPutBack(ending)) return this.#record(this.#lastWord(ending));
    // One that has reported nothing still waits where it did.
    if (this.#lastSeq === this.#run.lastSeq) return;
    const { hindrance } = ending;
    const reason = hindrance === null ? ending.reason : this.#options.whenHindered(hindrance);
    const events = this.#numbered([{ ...ending, reason }]);
    await this.#ports.store.putBack(this.runId, events, reason);
    this.#publish(events);
  }

  #isPutBack({ hindrance }: Ending): boolean {
    if (this.#endCommand !== null) return this.#endCommand.isPutBack;
    return hindrance !== null && !this.#isOwnFault(hindrance);
  }

  /**
   * Asks for a checkpoint and the end of the process, and waits until both are done and stored. A run whose data are still being read
   * has no process, and ends at once.
   */
  async end(type: EndCommand['type'], reason: string, isPutBack = false): Promise<void> {
    const command: EndCommand = { type, reason, isPutBack };
    this.#endCommand = command;
    this.#told.abort();
    // finish() reports why a trainer could not be started.
    const trainer = await this.#trainer.catch(() => null);
    trainer?.send({ type, reason });
    await this.#over;
  }

  async #start(): Promise<Trainer> {
    const { id: runId, spec, data, classGaps, studyId, arm } = this.#run;
    this.#listStart();
    const lastSeq = this.#lastSeq;
    const { location: dataset } = await this.#ports.datasets.locateRun(this.#run, this.#told.signal);
    const weights = await this.#weightsToRead();
    const folder = this.#ports.folders.folder(runId);
    const { threads } = await this.#ports.store.settings();
    const reached = lastSeq > 0 ? (await this.#ports.store.run(runId)).checkpoints : [];
    const stored = lastSeq > 0 ? await this.#ports.store.lastEvents(runId) : [];
    this.#told.signal.throwIfAborted();
    this.#starting?.tell({ detail: 'starting a process' });
    const trainer = this.#ports.trainers.start(folder, (message) => this.#receive(message, trainer), threads);
    const { profile = 'first' as const, attempt } = this.#options;
    const progress = { reached, lastSeq, stored, profile, attempt };
    this.#toStage('tensorflow');
    trainer.send({ type: 'start', runId, spec, dataset, data, weights, classGaps, studyId, arm, folder, ...progress });
    return trainer;
  }

  /** Lists the start among the works, of which every run has one. */
  #listStart(): void {
    this.#starting?.end();
    const pause = () => void this.end('pause', 'Paused by the user.');
    const { id: runId, spec, arm, seed } = this.#run;
    const title = `Starting ${arm ?? networkName(spec.model)}, seed ${seed}`;
    this.#starting = this.#ports.works.begin({ title, runId, cancel: pause });
    this.#starting.tell({ detail: 'finding its data' });
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
    this.#starting?.end();
    await this.#writing;
    if (this.#storeError === null) return ending;
    const hindrance = hindranceOf(this.#storeError);
    if (hindrance === null) return this.#giveUp(this.#storeError);
    return { ...interruption(hindrance.reason), hindrance };
  }

  async #deathOfTrainer(): Promise<Ending | null> {
    try {
      const death = await (await this.#trainer).ended;
      if (this.#foreign !== null) return failure(this.#foreign);
      if (this.#met !== null) return { ...interruption(this.#met.reason), hindrance: this.#met };
      if (death === null) return null;
      const { reason, isAccident, isNonsense = false, hinders = null } = death;
      if (isNonsense) return failure(reason);
      return { ...interruption(reason), isAccident, hindrance: hinders && { kind: hinders, reason } };
    } catch (thrown) {
      if (this.#endCommand !== null) return endBefore(this.#endCommand);
      const error = fromSystem(thrown);
      const ending = { reason: messageOf(error), isAccident: false, hindrance: hindranceOf(thrown) };
      return { type: mayPass(error) ? 'run.interrupted' : 'run.failed', ...ending };
    }
  }

  #mayRestart({ isAccident, hindrance }: Ending): boolean {
    return isAccident && hindrance === null && this.#endCommand === null && this.#restarts < MOST_RESTARTS;
  }

  /**
   * Starts a new trainer. Both events are stored at once, so that the run never looks as if it had ended. Gives the end where they
   * cannot be stored.
   */
  async #restart(ending: Ending): Promise<Ending | null> {
    this.#restarts += 1;
    const reason = `A new trainer goes on by itself, for the ${ORDINALS[this.#restarts]} time without a new checkpoint.`;
    try {
      await this.#record(ending, { type: 'run.resumed', reason });
    } catch (error) {
      return { ...ending, isAccident: false, hindrance: hindranceOrThrow(error) };
    }
    this.#trainer = this.#start();
    const trainer = await this.#trainer.catch(() => null);
    // A command given meanwhile went to the dead trainer.
    if (this.#endCommand !== null) trainer?.send({ type: this.#endCommand.type, reason: this.#endCommand.reason });
    return null;
  }

  #lastWord(ending: Ending): Ending {
    if (!ending.isAccident || this.#restarts < MOST_RESTARTS) return ending;
    const tried = `${MOST_RESTARTS} new trainers in a row reached no new checkpoint either`;
    const advice = `look into its trainer.log, then \`lab runs resume ${this.runId}\` tries it again`;
    return { ...ending, reason: `${ending.reason} ${tried}: ${advice}.` };
  }

  #receive(message: TrainerMessage, trainer: Trainer): void {
    if (message.type === 'failed' && message.hinders !== null)
      this.#met = { kind: message.hinders, reason: message.message };
    if (message.type === 'stage') this.#tellStage(message.stage);
    if (message.type !== 'event') return;
    const { event } = message;
    if (event.runId !== this.runId) {
      this.#foreign ??= `Its trainer reported an event of another run (${event.runId}).`;
      trainer.kill();
      return;
    }
    if (event.type === 'run.started' || event.type === 'run.resumed') this.#toStage('training');
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

  #tellStage(stage: TrainingStage): void {
    if (stage === 'training') this.#starting?.end();
    else this.#starting?.tell({ detail: STAGE_WORDS[stage] });
  }

  /** Writes waiting events: all that arrived during the previous write go into one transaction. */
  async #write(): Promise<void> {
    const events = this.#arrived;
    this.#arrived = [];
    const pause = this.#endCommand?.isPutBack ? events.find(({ type }) => type === 'run.paused') : undefined;
    if (pause === undefined) await this.#ports.store.appendEvents(events);
    else await this.#ports.store.putBack(this.runId, events, this.#endCommand?.reason ?? '');
    this.#publish(events);
  }

  #publish(events: readonly RunEvent[]): void {
    for (const event of events) this.#ports.hub.publishProgress(event, this.#run.studyId);
  }

  #toStage(stage: Stage): void {
    if (this.#stage === stage) return;
    this.#stage = stage;
    this.#options.onStage();
  }

  /** Counts a checkpoint as new only at a later step: a resumed trainer repeats events that a dying host did not store. */
  #noteCheckpoint(event: RunEvent): void {
    if (event.type !== 'checkpoint.saved' || event.step <= this.#checkpointStep) return;
    this.#checkpointStep = event.step;
    this.#restarts = 0;
  }

  async #record(...told: readonly ToldEnd[]): Promise<void> {
    const events = this.#numbered(told);
    await this.#ports.store.appendEvents(events);
    this.#publish(events);
  }

  #numbered(told: readonly ToldEnd[]): RunEvent[] {
    const at = this.#ports.clock.now();
    return told.map(({ type, reason }) => {
      this.#lastSeq += 1;
      return { type, reason, step: null, seq: this.#lastSeq, runId: this.runId, at };
    });
  }

  /** Gives up on the store. Committed epochs stay; the status is tried once more, since the trainer's end may have freed space. */
  async #giveUp(error: unknown): Promise<never> {
    const reason = `${messageOf(error)} The run stopped there: \`lab runs resume ${this.runId}\` goes on from its last checkpoint.`;
    const [recorded] = await Promise.allSettled([this.#record({ type: 'run.interrupted', reason })]);
    const cause = recorded.status === 'rejected' ? new AggregateError([error, recorded.reason]) : error;
    throw new AppError(error instanceof AppError ? error.code : 'internal', reason, { cause });
  }
}

type ToldEnd = Pick<RunEventOf<Ending['type'] | 'run.resumed'>, 'type' | 'reason'>;

function interruption(reason: string): Ending {
  return { type: 'run.interrupted', reason, isAccident: false, hindrance: null };
}

function failure(reason: string): Ending {
  return { type: 'run.failed', reason, isAccident: false, hindrance: null };
}

/** The end of a run that was told to end before it had a trainer. */
function endBefore({ type, reason }: EndCommand): Ending {
  return { type: ENDING_AT[type], reason, isAccident: false, hindrance: null };
}
