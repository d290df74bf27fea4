import { join } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import { FINAL_WEIGHTS_FILE, RUNS_FOLDER } from '#core/block/attempt-files.ts';
import { AppError } from '#core/errors.ts';
import { labCommand } from '#core/lab-command.ts';
import type { RunRecord } from '#core/records.ts';
import type { RunSpec, RunStatus } from '#core/run.ts';
import { isOver, isResumable } from '#core/run.ts';
import type { Context } from './context.ts';
import type { destinationFrom } from './destination-options.ts';
import type { TrainingJob } from './training-job.ts';

type Destination = ReturnType<typeof destinationFrom>;

type Wanted =
  | { readonly spec: RunSpec; readonly on: Destination | undefined }
  | { readonly run: string; readonly anew: boolean; readonly at: 'front' | 'back' };

/** Trains one run: a new run, or an existing one that is resumed. */
export class RunJob implements TrainingJob {
  readonly #context: Context;
  readonly #wanted: Wanted;
  #runId: string | null = null;
  #isAsked = false;

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

  async finish(client: LabClient, ended: ReadonlyMap<string, RunStatus>): Promise<void> {
    const { terminal } = this.#context;
    const id = this.#runId;
    if (id === null || ended.get(id) !== 'finished') return;
    terminal.line(`The weights are ${this.#placeOfWeights(await client.runs.show({ run: id }))}.`);
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

  #placeOfWeights({ id, elsewhere }: RunRecord): string {
    const path = join(RUNS_FOLDER, id, FINAL_WEIGHTS_FILE);
    if (elsewhere !== null) return `on ${elsewhere.machine}, in ${elsewhere.folder}/${path}`;
    const { home } = this.#context;
    return `in ${this.#context.elsewhere === null ? join(home, path) : `${path} of ${home}`}`;
  }

  async #queue(client: LabClient): Promise<{ readonly runId: string | null }> {
    if (this.#runId !== null) return this.#queueAgain(client, this.#runId);
    if (!('spec' in this.#wanted)) return client.runs.resume(this.#wanted);
    if (this.#isAsked) throw unnamedRun(this.#context.homeOption);
    this.#isAsked = true;
    return client.runs.start(this.#wanted);
  }

  /** The program that trained this run has ended, perhaps only after the run had finished. */
  async #queueAgain(client: LabClient, runId: string): Promise<{ readonly runId: string | null }> {
    const { status } = await client.runs.show({ run: runId });
    if (isOver(status) && !isResumable(status)) return { runId: null };
    // Somebody else has resumed it already.
    if (status === 'running') return { runId };
    return client.runs.resume({ run: runId });
  }
}

/** To ask again might train the same run twice. */
function unnamedRun(home: string | undefined): AppError {
  const list = labCommand({ words: ['runs', 'list'], home });
  return new AppError(
    'unavailable',
    `The program that was asked for the run ended before it named one: look with \`${list}\` whether it is there, and start it again if not.`,
  );
}
