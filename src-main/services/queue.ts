import { AppError, messageOf } from '#core/errors.ts';
import type { RunRecord } from '#core/records.ts';
import type { TrainingPorts } from './run-training.ts';
import { RunTraining } from './run-training.ts';

/**
 * Trains the queued runs that this process was asked to train, one at a time, in the order of the queue.
 * Runs that another process queued and left wait until somebody asks for them again.
 */
export class RunQueue {
  readonly #ports: TrainingPorts;
  readonly #accepted = new Set<string>();
  /** Accepted runs that went into the trash while they waited. */
  readonly #withdrawn = new Set<string>();
  #active: RunTraining | null = null;
  #working: Promise<void> | null = null;
  /** The reason why the store took no more, kept until somebody was told. */
  #failure: unknown = null;
  #isClosing = false;
  /** Whether runs were accepted while the queue was looking for the next one. */
  #hasNews = false;

  constructor(ports: TrainingPorts) {
    this.#ports = ports;
  }

  get isTraining(): boolean {
    return this.#active !== null;
  }

  trains(runId: string): boolean {
    return this.#active?.runId === runId;
  }

  accept(runIds: readonly string[]): void {
    for (const id of runIds) this.#accepted.add(id);
    this.#hasNews = true;
    this.#working ??= this.#work();
  }

  /** Accepts every waiting run, whoever queued it, for a program that keeps running. */
  async acceptAll(): Promise<void> {
    const waiting = await this.#ports.store.runs({ statuses: ['queued'] });
    this.accept(waiting.filter((run) => !run.imported).map((run) => run.id));
  }

  /** Resolves once no accepted run is left or can be trained. Rejects where the store failed. */
  async idle(): Promise<void> {
    await this.#working;
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure;
  }

  /** Ends a run's training with a checkpoint; a run that only waits leaves the queue at once. */
  async end(run: RunRecord, command: 'pause' | 'stop', reason: string): Promise<void> {
    if (this.#active?.runId === run.id) return this.#active.end(command, reason);
    if (run.status !== 'queued')
      throw new AppError('conflict', `Run ${run.id} is ${run.status}: there is nothing to ${command}.`);
    this.#accepted.delete(run.id);
    await this.#ports.store.setStatus(run.id, command === 'pause' ? 'paused' : 'stopped', reason);
  }

  /** Takes a run that goes into the trash out of the queue ... */
  withdraw(runId: string): void {
    if (this.#accepted.delete(runId)) this.#withdrawn.add(runId);
  }

  /** ... and puts it back when it comes out of the trash. */
  readmit(runId: string): void {
    if (this.#withdrawn.delete(runId)) this.accept([runId]);
  }

  /** Pauses the run that trains and starts no other. */
  async close(reason: string): Promise<void> {
    this.#isClosing = true;
    await this.#active?.end('pause', reason);
    await this.#working;
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
      await this.#explain(error);
    } finally {
      this.#working = null;
    }
  }

  /**
   * Trains the run that waits longest; false where none is left. While the store is asked for it, the queue may close, and the run may be
   * paused or deleted: both are looked at afterwards, with nothing in between that waits.
   */
  async #trainNext(): Promise<boolean> {
    if (this.#isClosing || this.#accepted.size === 0) return false;
    const run = await this.#ports.store.nextQueued([...this.#accepted]);
    if (run === null || this.#isClosing) return false;
    if (this.#accepted.delete(run.id)) await this.#train(run);
    return true;
  }

  /** Trains a run. Throws only where no other run could be stored either. */
  async #train(run: RunRecord): Promise<void> {
    const training = new RunTraining(run, this.#ports);
    this.#active = training;
    try {
      await training.finish();
    } catch (error) {
      if (concernsAllRuns(error)) throw error;
      this.#failure = error;
    } finally {
      this.#active = null;
    }
  }

  /** Gives the waiting runs the reason why the store takes no more, as far as it takes even that. */
  async #explain(error: unknown): Promise<void> {
    const reason = `The run waits because the last one could not be stored (${messageOf(error)}): resume it to go on.`;
    for (const id of this.#accepted) {
      const told = await this.#ports.store.setStatus(id, 'queued', reason).then(
        () => true,
        () => false,
      );
      if (!told) return;
      this.#ports.hub.publishChange('runs', [id]);
    }
  }
}

/** A full disk, a damaged file or a dead store affects the next run too; a bad row affects only its own run. */
const STATES_OF_THE_STORE: ReadonlySet<string> = new Set(['no-space', 'corrupt', 'locked', 'unavailable']);

function concernsAllRuns(error: unknown): boolean {
  return error instanceof AppError && STATES_OF_THE_STORE.has(error.code);
}
