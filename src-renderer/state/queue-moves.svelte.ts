import type { ShownRun } from '#core/queue/queue.ts';
import { movedTo } from '#core/queue/reordering.ts';
import type { Notices } from './notices.svelte.ts';
import type { LabQueue } from './queue.svelte.ts';

/** Puts the runs that wait into another order, by the pointer or by keys. */
export class QueueMoves {
  #dragged = $state.raw<string | null>(null);
  #over = $state.raw<string | null>(null);
  /** Read out: what the last move did. */
  #told = $state('');
  readonly #queue: LabQueue;
  readonly #notices: Notices;

  constructor(queue: LabQueue, notices: Notices) {
    this.#queue = queue;
    this.#notices = notices;
  }

  /** The runs that wait; while one is dragged, in the order that a drop would make. */
  get waiting(): readonly ShownRun[] {
    const runs = (this.#queue.state?.runs ?? []).filter(({ waits }) => waits !== null);
    const run = runs.find(({ id }) => id === this.#dragged);
    const place = runs.findIndex(({ id }) => id === this.#over) + 1;
    return run === undefined || place === 0 ? runs : movedTo(runs, run, place);
  }

  get dragged(): string | null {
    return this.#dragged;
  }

  get told(): string {
    return this.#told;
  }

  /** Gives the run a place, from 1. */
  async move({ id, name, seed }: ShownRun, place: number): Promise<void> {
    const last = this.waiting.length;
    const to = Math.max(1, Math.min(last, place));
    await this.#notices.attempt(() => this.#queue.move(id, to));
    this.#told = `${name}, seed ${seed}, is now at place ${to} of ${last}.`;
  }

  drag(run: string): void {
    this.#dragged = run;
  }

  dragOver(run: string): void {
    this.#over = run === this.#dragged ? this.#over : run;
  }

  /** Ends a drag; without a place to drop at, everything is as before. */
  async drop(): Promise<void> {
    const run = this.waiting.find(({ id }) => id === this.#dragged);
    const place = this.waiting.findIndex(({ id }) => id === this.#dragged) + 1;
    const isMoved = this.#over !== null;
    this.endDrag();
    if (run !== undefined && isMoved) await this.move(run, place);
  }

  endDrag(): void {
    [this.#dragged, this.#over] = [null, null];
  }
}
