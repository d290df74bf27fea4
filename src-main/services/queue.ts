import { AppError } from '#core/errors.ts';
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
  #active: RunTraining | null = null;
  #working: Promise<void> | null = null;
  #closing = false;

  constructor(ports: TrainingPorts) {
    this.#ports = ports;
  }

  get isTraining(): boolean {
    return this.#active !== null;
  }

  accept(runIds: readonly string[]): void {
    for (const id of runIds) this.#accepted.add(id);
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
  }

  /** Resolves once no accepted run is left. Rejects where the store failed. */
  async idle(): Promise<void> {
    await this.#working;
  }

  /** Ends a run's training with a checkpoint; a run that only waits leaves the queue at once. */
  async end(run: RunRecord, command: 'pause' | 'stop', reason: string): Promise<void> {
    if (this.#active?.runId === run.id) return this.#active.end(command, reason);
    if (run.status !== 'queued')
      throw new AppError('conflict', `Run ${run.id} is ${run.status}: there is nothing to ${command}.`);
    this.#accepted.delete(run.id);
    await this.#ports.store.setStatus(run.id, command === 'pause' ? 'paused' : 'stopped', reason);
  }

  /** Pauses what trains and starts nothing more. */
  async close(reason: string): Promise<void> {
    this.#closing = true;
    await this.#active?.end('pause', reason);
    await this.#working;
  }

  async #work(): Promise<void> {
    for (let run = await this.#next(); run !== null; run = await this.#next()) {
      this.#accepted.delete(run.id);
      await this.#train(run);
    }
  }

  async #next(): Promise<RunRecord | null> {
    if (this.#closing || this.#accepted.size === 0) return null;
    return this.#ports.store.nextQueued([...this.#accepted]);
  }

  async #train(run: RunRecord): Promise<void> {
    const training = new RunTraining(run, this.#ports);
    this.#active = training;
    try {
      await training.finish();
    } finally {
      this.#active = null;
    }
  }
}
