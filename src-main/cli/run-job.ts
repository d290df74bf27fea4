import type { LabClient } from '#contract/client.ts';
import { labCommand } from '#core/lab-command.ts';
import type { RunRecord } from '#core/records.ts';
import type { RunSpec, RunStatus } from '#core/run.ts';
import { isOver, isResumable } from '#core/run.ts';
import type { Context } from './context.ts';
import { finalWeightsPath } from './final-weights.ts';
import type { TrainingJob } from './training-job.ts';

type Wanted =
  | { readonly spec: RunSpec }
  | { readonly run: string; readonly anew: boolean; readonly at: 'front' | 'back' };

/** Trains one run: a new run, or an existing one that is resumed. */
export class RunJob implements TrainingJob {
  readonly #context: Context;
  readonly #wanted: Wanted;
  #runId: string | null = null;

  constructor(context: Context, wanted: Wanted) {
    this.#context = context;
    this.#wanted = wanted;
  }

  async records(client: LabClient): Promise<readonly RunRecord[]> {
    const run = this.#runId ?? ('run' in this.#wanted ? this.#wanted.run : null);
    return run === null ? [] : [await client.runs.show({ run })];
  }

  async start(client: LabClient): Promise<readonly string[]> {
    const { runId } = await this.#queue(client);
    this.#runId = runId;
    return runId === null ? [] : [runId];
  }

  async finish(_client: LabClient, ended: ReadonlyMap<string, RunStatus>): Promise<void> {
    const { terminal, home } = this.#context;
    const id = this.#runId;
    if (id === null || ended.get(id) !== 'finished') return;
    terminal.line(`The weights are in ${finalWeightsPath(home, id)}.`);
    terminal.line(
      `Details: ${labCommand({ words: ['runs', 'show'], operands: [id], home: this.#context.homeOption })}`,
    );
  }

  continuation(): string {
    const home = this.#context.homeOption;
    if (this.#runId === null) return labCommand({ words: ['runs', 'list'], home });
    return labCommand({ words: ['runs', 'resume'], operands: [this.#runId], home });
  }

  goesOnFrom(status: RunStatus): boolean {
    return isResumable(status);
  }

  async #queue(client: LabClient): Promise<{ readonly runId: string | null }> {
    if (this.#runId !== null) return this.#queueAgain(client, this.#runId);
    if ('spec' in this.#wanted) return client.runs.start({ spec: this.#wanted.spec });
    return client.runs.resume(this.#wanted);
  }

  /** The program that trained this run has ended, perhaps only after the run had finished. */
  async #queueAgain(client: LabClient, runId: string): Promise<{ readonly runId: string | null }> {
    const { status } = await client.runs.show({ run: runId });
    if (isOver(status) && !isResumable(status)) return { runId: null };
    return client.runs.resume({ run: runId });
  }
}
