import type { PageClient } from '#contract/client.ts';
import { MOST_ROWS } from '#contract/runs.ts';
import type { RunSummary } from '#core/records.ts';
import { Refresh } from '../../lib/refresh.ts';
import type { Live } from '../live.svelte.ts';

/** How many runs one answer holds: the first runs are on the page before the last are read. */
const PAGE_ROWS = 250;

/** All runs, newest first. They are read page by page once; afterwards only runs that changed are read again. */
export class AllRuns {
  #all = $state.raw<readonly RunSummary[]>([]);
  #isComplete = $state(false);
  #error = $state.raw<unknown>(null);
  #byId = new Map<string, RunSummary>();
  readonly #changed = new Set<string>();
  #isStale = true;
  readonly #refresh = new Refresh(() => this.#update());
  readonly #api: PageClient;

  constructor(api: PageClient) {
    this.#api = api;
  }

  get all(): readonly RunSummary[] {
    return this.#all;
  }

  /** Whether every page has come. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  get error(): unknown {
    return this.#error;
  }

  follow(live: Live): () => void {
    this.#refresh.request();
    const end = live.onChange(({ kind, ids }) => {
      if (kind !== 'runs') return;
      if (ids.length === 0) this.#isStale = true;
      for (const id of ids) this.#changed.add(id);
      this.#refresh.request();
    });
    return () => {
      end();
      this.#refresh.end();
    };
  }

  /** Reads all runs again. */
  retry(): void {
    this.#isStale = true;
    this.#refresh.request();
  }

  /** Reads one answer after the other, so that an older answer never replaces a newer one. */
  async #update(): Promise<void> {
    try {
      if (this.#isStale) await this.#readAll();
      while (this.#changed.size > 0) await this.#readChanged();
      this.#error = null;
    } catch (error) {
      this.#error = error;
    }
  }

  async #readAll(): Promise<void> {
    const byId = new Map<string, RunSummary>();
    for (let after: number | null = null, isLast = false; !isLast; ) {
      const page: { rows: readonly RunSummary[]; next: number | null } = await this.#api.runs.rows({
        after,
        limit: PAGE_ROWS,
      });
      for (const run of page.rows) byId.set(run.id, run);
      // Runs that are shown already stay until all of their successors have come.
      if (!this.#isComplete) this.#show(byId);
      [after, isLast] = [page.next, page.next === null];
    }
    this.#isStale = false;
    this.#isComplete = true;
    this.#show(byId);
  }

  async #readChanged(): Promise<void> {
    const ids = [...this.#changed].slice(0, MOST_ROWS);
    for (const id of ids) this.#changed.delete(id);
    const { rows } = await this.#api.runs.rows({ ids });
    const read = new Map(rows.map((run) => [run.id, run]));
    const added = rows.filter(({ id }) => !this.#byId.has(id)).map((run) => [run.id, run] as const);
    const kept = [...this.#byId]
      .filter(([id]) => read.has(id) || !ids.includes(id))
      .map(([id, run]) => [id, read.get(id) ?? run] as const);
    this.#show(new Map([...added, ...kept]));
  }

  #show(byId: Map<string, RunSummary>): void {
    this.#byId = byId;
    this.#all = [...byId.values()];
  }
}
