import { AppError } from '#core/errors.ts';
import type { Store } from '#core/ports.ts';
import { HINDRANCES, hindranceOrThrow, QueueStandsStill, standstillSentence } from '#core/queue/hindrance.ts';
import type { QueueState, StoredQueue } from '#core/queue/queue.ts';
import { obstacleOf, shownQueue } from '#core/queue/queue.ts';
import type { RunRecord } from '#core/records.ts';
import type { EventHub } from './event-hub.ts';
import type { Hindered, TrainingPorts } from './run-training.ts';
import { MOST_RESTARTS, RunTraining } from './run-training.ts';
import { StandstillWatch } from './standstill.ts';

export interface QueuePorts extends TrainingPorts {
  readonly store: Store;
  readonly hub: EventHub;
  /** Whether the program ends rather than waits where no run can train: a script may have started it. */
  readonly endsAtStandstill: boolean;
}

/** How often a run met a hindrance that may be its own fault, since its checkpoint at this step. */
interface Tries {
  readonly count: number;
  readonly checkpointStep: number;
}

const NO_TRIES: Tries = { count: 0, checkpointStep: -1 };

/**
 * Trains the queued runs that this process was asked to train, one at a time, in the order of the queue.
 * Runs that another process queued and left wait until somebody asks for them again.
 *
 * What keeps all runs from training ends none: the queue stands still, looks again from time to time whether the cause is gone, and
 * goes on by itself.
 */
export class RunQueue {
  readonly #ports: QueuePorts;
  readonly #accepted = new Set<string>();
  /** Accepted runs that went into the trash while they waited. */
  readonly #withdrawn = new Set<string>();
  #active: RunTraining | null = null;
  #working: Promise<void> | null = null;
  /** The reason why the store took no more, kept until somebody was told. */
  #failure: unknown = null;
  #isClosing = false;
  /** Whether something has changed while the queue was looking for the next run. */
  #hasNews = false;
  readonly #standstill: StandstillWatch;
  readonly #triesOf = new Map<string, Tries>();
  #tellNews: () => void = () => undefined;

  constructor(ports: QueuePorts) {
    this.#ports = ports;
    this.#standstill = new StandstillWatch({ ...ports, onChange: () => this.#changed() });
  }

  get isTraining(): boolean {
    return this.#active !== null;
  }

  trains(runId: string): boolean {
    return this.#active?.runId === runId;
  }

  accept(runIds: readonly string[]): void {
    for (const id of runIds) this.#accepted.add(id);
    this.#wake();
  }

  /** Accepts every waiting run, whoever queued it, for a program that keeps running. */
  async acceptAll(): Promise<void> {
    const waiting = await this.#ports.store.runs({ statuses: ['queued'] });
    this.accept(waiting.filter((run) => !run.imported).map((run) => run.id));
  }

  /** The queue as it is now. */
  async show(): Promise<QueueState> {
    return (await this.look()).state;
  }

  /** The same, with what is stored of its runs. */
  async look(): Promise<{ readonly state: QueueState; readonly stored: StoredQueue }> {
    const stored = await this.#ports.store.queue();
    const active = this.#active;
    const now = active === null ? null : { runId: active.runId, stage: active.stage };
    const standstill = this.#standstill.state;
    const runs = shownQueue(stored, { standstill, now, isAsked: (runId) => this.#accepted.has(runId) });
    return { state: { paused: stored.paused, standstill, now, runs }, stored };
  }

  /** Says that the queue is another, and gives it. */
  changed(): Promise<QueueState> {
    this.#changed();
    return this.show();
  }

  /** Trains nothing until it is told to go on; the run that trains goes back to the front of the queue, with a checkpoint. */
  async pause(paused: boolean): Promise<QueueState> {
    await this.#ports.store.pauseQueue(paused);
    const active = this.#active;
    if (!paused) this.#wake();
    else if (active !== null) {
      this.#accepted.add(active.runId);
      await active.end('pause', 'The queue was paused.', true);
    }
    return this.changed();
  }

  /** Looks at once whether what keeps all runs from training is gone. */
  retry(): void {
    this.#wake();
  }

  /**
   * Resolves once no accepted run is left or can be trained. Rejects where the store failed and, in a program that does not wait for
   * that, with a QueueStandsStill where no run can train.
   */
  async idle(): Promise<void> {
    for (;;) {
      await this.#working;
      const failure = this.#failure;
      this.#failure = null;
      if (failure !== null) throw failure;
      const obstacle = await this.#obstacle();
      if (obstacle === null) return;
      if (this.#ports.endsAtStandstill) throw new QueueStandsStill(obstacle);
      await new Promise<void>((resolve) => {
        this.#tellNews = resolve;
      });
    }
  }

  /** Ends a run's training with a checkpoint; a run that only waits leaves the queue at once. */
  async end(run: RunRecord, command: 'pause' | 'stop', reason: string): Promise<void> {
    if (this.#active?.runId === run.id) return this.#active.end(command, reason);
    if (run.status !== 'queued')
      throw new AppError('conflict', `Run ${run.id} is ${run.status}: there is nothing to ${command}.`);
    this.#accepted.delete(run.id);
    await this.#ports.store.setStatus(run.id, command === 'pause' ? 'paused' : 'stopped', reason);
    this.#changed();
  }

  /** Takes a run that goes into the trash out of the queue ... */
  withdraw(runId: string): void {
    if (this.#accepted.delete(runId)) this.#withdrawn.add(runId);
    this.#changed();
  }

  /** ... and puts it back when it comes out of the trash. */
  readmit(runId: string): void {
    if (this.#withdrawn.delete(runId)) this.accept([runId]);
  }

  /** Pauses the run that trains, or puts it back to the front of the queue, and starts no other. */
  async close(reason: string, { putsBack = false } = {}): Promise<void> {
    this.#isClosing = true;
    this.#standstill.stop();
    this.#tellNews();
    await this.#active?.end('pause', reason, putsBack);
    await this.#working;
  }

  #wake(): void {
    this.#hasNews = true;
    this.#standstill.retry();
    this.#tellNews();
    this.#working ??= this.#work();
    this.#changed();
  }

  #changed(): void {
    this.#ports.hub.publishChange('queue', []);
  }

  /** Why accepted runs that wait are not trained; null where none is left. */
  async #obstacle(): Promise<string | null> {
    if (this.#isClosing || this.#accepted.size === 0) return null;
    const obstacle = obstacleOf(await this.show(), [...this.#accepted]);
    return this.#working === null ? (obstacle?.sentence ?? null) : null;
  }

  /** Trains until no run is left. Never rejects, since nobody may be waiting. */
  async #work(): Promise<void> {
    try {
      let goesOn = true;
      while (goesOn || this.#hasNews) {
        this.#hasNews = false;
        goesOn = await this.#trainNext();
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#working = null;
      this.#standstill.clear();
      this.#changed();
    }
  }

  /**
   * Trains the run that is next; false where none is left. While the store is asked for it, the queue may close, and the run may be
   * paused or deleted: both are looked at afterwards, with nothing in between that waits.
   */
  async #trainNext(): Promise<boolean> {
    if (this.#isClosing || this.#accepted.size === 0) return false;
    let run: RunRecord | null;
    try {
      run = await this.#ports.store.nextQueued([...this.#accepted]);
    } catch (error) {
      await this.#outlast({ hindrance: hindranceOrThrow(error), settle: async () => undefined });
      return true;
    }
    if (run === null || this.#isClosing) return false;
    if (this.#accepted.delete(run.id)) await this.#train(run);
    return true;
  }

  /** Trains a run. Throws only in a program that does not wait, where no other run could train either. */
  async #train(run: RunRecord): Promise<void> {
    const tries = this.#triesOf.get(run.id) ?? NO_TRIES;
    const onStage = () => (training.stage === 'training' ? this.#standstill.clear() : this.#changed());
    const training = new RunTraining(run, this.#ports, {
      ...{ isLastTry: tries.count >= MOST_RESTARTS, onStage },
      whenHindered: standstillSentence,
    });
    this.#active = training;
    this.#changed();
    let hindered: Hindered | null = null;
    try {
      hindered = await training.finish();
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#active = null;
      this.#changed();
    }
    if (hindered === null) return this.#settled(run.id);
    if (HINDRANCES[hindered.hindrance.kind].mayBeOfTheRun) this.#countTry(training, tries);
    this.#accepted.add(run.id);
    await this.#outlast(hindered);
  }

  #settled(runId: string): void {
    this.#triesOf.delete(runId);
    this.#standstill.clear();
  }

  #countTry({ runId, checkpointStep }: RunTraining, before: Tries): void {
    const count = checkpointStep > before.checkpointStep ? 1 : before.count + 1;
    this.#triesOf.set(runId, { count, checkpointStep: Math.max(checkpointStep, before.checkpointStep) });
  }

  async #outlast(hindered: Hindered): Promise<void> {
    if (!this.#ports.endsAtStandstill) return this.#standstill.outlast(hindered);
    // What cannot be stored now is put right by whoever opens the home next.
    await hindered.settle().catch(() => undefined);
    throw new QueueStandsStill(hindered.hindrance);
  }
}
