import type { LabClient } from '#contract/client.ts';
import type { RunRecord } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import { isOver } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { endsRun, STATUS_AT_END } from '#core/run-event.ts';
import type { TrainingView } from './training-view.ts';

/**
 * Follows runs to their ends and shows each event once and in order, even where another program takes over the training or
 * the stream of events loses some: the home stores them all.
 */
export class RunWatch {
  readonly #view: TrainingView;
  /** The number of the last event of each run that was shown, or that was old before this watch began. */
  readonly #shown = new Map<string, number>();
  readonly #started = new Set<string>();
  readonly #begun = new Set<string>();
  readonly #open = new Set<string>();
  readonly #ended = new Map<string, RunStatus>();
  #hasStarted = false;
  #showing: Promise<void> = Promise.resolve();

  constructor(view: TrainingView) {
    this.#view = view;
  }

  /** Whether all started runs have ended; false before `start`. */
  get isOver(): boolean {
    return this.#hasStarted && this.#open.size === 0;
  }

  /** Whether runs ended with the program that trained them. */
  get hasInterrupted(): boolean {
    return [...this.#ended.values()].includes('interrupted');
  }

  get openRunIds(): readonly string[] {
    return [...this.#open];
  }

  /** How the runs ended, by id. */
  get ended(): ReadonlyMap<string, RunStatus> {
    return this.#ended;
  }

  /** Events from before the first call are old and not shown; a later call shows what happened since the last one. */
  async remember(runs: readonly RunRecord[], client: LabClient): Promise<void> {
    for (const { id, lastSeq } of runs) {
      if (this.#shown.has(id)) await this.#catchUp(id, client);
      else this.#shown.set(id, lastSeq);
    }
  }

  /** Follows these runs, which are queued now. */
  start(runIds: readonly string[]): void {
    this.#hasStarted = true;
    for (const id of runIds) {
      if (!this.#shown.has(id)) this.#shown.set(id, 0);
      this.#started.add(id);
      this.#reopen(id);
    }
  }

  /** Returns when all runs or the stream of events have ended. */
  async follow(events: AsyncIterable<RunEvent>, client: LabClient): Promise<void> {
    for await (const event of events) {
      if (this.#started.has(event.runId)) await this.#take(event, client);
      // A run that is stopped while it waits reports no event, so look for such runs whenever another run ends.
      if (endsRun(event) && !this.isOver) await this.settle(client);
      if (this.isOver) return;
    }
  }

  /** Finds out which runs no longer wait or train. */
  async settle(client: LabClient): Promise<void> {
    const all = await client.runs.list({ statuses: ['queued', 'running', 'interrupted'] });
    const activeIds = new Set(
      all.filter((run) => run.status !== 'interrupted' || goesOnElsewhere(run)).map(({ id }) => id),
    );
    for (const id of [...this.#open].filter((open) => !activeIds.has(open))) {
      await this.#catchUp(id, client);
      const { status } = await client.runs.show({ run: id });
      if (isOver(status)) this.#end(id, status);
    }
  }

  async #take(event: RunEvent, client: LabClient): Promise<void> {
    if (event.seq > this.#lastShown(event.runId) + 1) await this.#catchUp(event.runId, client);
    await this.#show(event, client);
  }

  async #catchUp(runId: string, client: LabClient): Promise<void> {
    for (const event of await client.runs.events({ run: runId })) await this.#show(event, client);
  }

  /** Shows events one after another: `follow` and `settle` may meet the same event at once. */
  #show(event: RunEvent, client: LabClient): Promise<void> {
    const shown = this.#showing.then(() => this.#showInTurn(event, client));
    this.#showing = shown.catch(() => undefined);
    return shown;
  }

  async #showInTurn(event: RunEvent, client: LabClient): Promise<void> {
    const { runId, seq, type } = event;
    if (seq <= this.#lastShown(runId)) return;
    if (type === 'run.resumed') this.#reopen(runId);
    if (type === 'run.resumed' || !this.#begun.has(runId)) {
      this.#begun.add(runId);
      this.#view.begin(await client.runs.show({ run: runId }));
    }
    this.#shown.set(runId, seq);
    this.#view.event(event);
    if (endsRun(event) && !(await this.#goesOn(event, client))) this.#end(runId, STATUS_AT_END[event.type]);
  }

  /**
   * Whether a new trainer continues the run at once after an accident, or it was put back into the queue: that is stored together with
   * the interruption or the pause. On another machine, its next attempt goes on.
   */
  async #goesOn({ type, runId }: RunEvent, client: LabClient): Promise<boolean> {
    const mayGoOn = type === 'run.interrupted' || type === 'run.paused';
    if (!mayGoOn) return false;
    const run = await client.runs.show({ run: runId });
    return !isOver(run.status) || (type === 'run.interrupted' && goesOnElsewhere(run));
  }

  #lastShown(runId: string): number {
    return this.#shown.get(runId) ?? 0;
  }

  /** The run continues, whoever asked for that. */
  #reopen(runId: string): void {
    this.#open.add(runId);
    this.#ended.delete(runId);
  }

  #end(runId: string, status: RunStatus): void {
    if (this.#open.delete(runId)) this.#ended.set(runId, status);
  }
}

function goesOnElsewhere({ elsewhere }: RunRecord): boolean {
  return elsewhere?.isThere ?? false;
}
