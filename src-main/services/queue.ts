import { AppError, messageOf } from '#core/errors.ts';
import type { RunRecord } from '#core/records.ts';
import type { TrainingPorts } from './run-training.ts';
import { RunTraining } from './run-training.ts';

/**
 * Trains the queued runs that this process was asked for, one at a time, in the order of the queue.
 * Runs that another process queued and left are not touched until somebody asks for them again.
 */
export class RunQueue {
  readonly #ports: TrainingPorts;
  readonly #accepted = new Set<string>();
  /** Runs that went into the trash while they waited here. */
  readonly #withdrawn = new Set<string>();
  #active: RunTraining | null = null;
  #working: Promise<void> | null = null;
  /** Why the store took no more, until somebody was told. */
  #failure: unknown = null;
  #closing = false;

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
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
  }

  /** Whatever waits, whoever queued it: for a program that stays. */
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

  /** A run that goes into the trash waits no more ... */
  withdraw(runId: string): void {
    if (this.#accepted.delete(runId)) this.#withdrawn.add(runId);
  }

  /** ... until it comes back. */
  readmit(runId: string): void {
    if (this.#withdrawn.delete(runId)) this.accept([runId]);
  }

  /** Pauses what trains and starts nothing more. */
  async close(reason: string): Promise<void> {
    this.#closing = true;
    await this.#active?.end('pause', reason);
    await this.#working;
  }

  /** Never rejects: nobody may be there to hear it. */
  async #work(): Promise<void> {
    try {
      for (let run = await this.#next(); run !== null; run = await this.#next()) {
        this.#accepted.delete(run.id);
        await this.#train(run);
      }
    } catch (error) {
      this.#failure = error;
      await this.#explain(error);
    }
  }

  async #next(): Promise<RunRecord | null> {
    if (this.#closing || this.#accepted.size === 0) return null;
    return this.#ports.store.nextQueued([...this.#accepted]);
  }

  /** Throws only where no other run could be stored either. */
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

  /** Runs that wait for a store that takes no more say so, as far as it takes that. */
  async #explain(error: unknown): Promise<void> {
    const reason = `Waits, since the last run could not be stored (${messageOf(error)}): resume it to go on.`;
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

/** A full disk, a damaged file or a dead store meet the next run alike; a bad row is one run's own. */
const STATES_OF_THE_STORE: ReadonlySet<string> = new Set(['no-space', 'corrupt', 'locked', 'unavailable']);

function concernsAllRuns(error: unknown): boolean {
  return error instanceof AppError && STATES_OF_THE_STORE.has(error.code);
}
