import type { PageClient } from '#contract/client.ts';
import { AppError } from '#core/errors.ts';
import type { SavedRunsView } from '#core/runs-view.ts';
import { Refresh } from '../../lib/refresh.ts';
import { readLayout } from '../../lib/runs-table/table-layout.ts';
import type { Live } from '../live.svelte.ts';
import type { RunsTable } from './runs-table.svelte.ts';

/** The arrangements of the table of runs that are kept under a name, and the one that the table was last arranged by. */
export class RunsViews {
  #all = $state.raw<readonly SavedRunsView[]>([]);
  #chosenId = $state<string | null>(null);
  readonly chosen: SavedRunsView | null = $derived(this.#all.find(({ id }) => id === this.#chosenId) ?? null);
  /** Whether the table is arranged otherwise than the chosen view says. */
  readonly isChanged = $derived.by(() => this.chosen !== null && !isSame(this.chosen, this.#table));
  readonly #api: PageClient;
  readonly #table: RunsTable;

  constructor(api: PageClient, table: RunsTable) {
    this.#api = api;
    this.#table = table;
  }

  /** By name. */
  get all(): readonly SavedRunsView[] {
    return this.#all;
  }

  follow(live: Live, onError: (error: unknown) => void): () => void {
    const reading = new Refresh(() => this.load().catch(onError));
    const end = live.onChange(({ kind }) => {
      if (kind === 'views') reading.request();
    });
    return () => {
      end();
      reading.end();
    };
  }

  async load(): Promise<void> {
    this.#all = await this.#api.runsViews.list({});
  }

  /** Arranges the table as the view says; null leaves it as it is, and no view is chosen. Throws 'not-found' where the view is gone. */
  choose(id: string | null): void {
    this.#chosenId = id;
    if (id === null) return;
    if (this.chosen === null) throw new AppError('not-found', 'This view of the runs is not there any more.');
    this.#table.arrange(this.chosen.view);
  }

  /** Keeps the table as it is under a name; a view of that name is replaced. */
  async save(name: string): Promise<SavedRunsView> {
    const saved = await this.#api.runsViews.save({ name, view: this.#table.view });
    await this.load();
    this.#chosenId = saved.id;
    return saved;
  }

  async rename({ id }: SavedRunsView, name: string): Promise<void> {
    await this.#api.runsViews.rename({ id, name });
    await this.load();
  }

  /** Returns what takes it back. */
  async remove({ id, name, view }: SavedRunsView): Promise<() => Promise<void>> {
    await this.#api.runsViews.remove({ id });
    await this.load();
    return async () => {
      await this.#api.runsViews.save({ name, view });
      await this.load();
    };
  }
}

/** Columns and groups that this version does not know make no difference. */
function isSame({ view }: SavedRunsView, table: RunsTable): boolean {
  const { tab, filter, ...layout } = table.view;
  const isRead = JSON.stringify(readLayout(view)) === JSON.stringify(readLayout(layout));
  return isRead && tab === view.tab && filter === view.filter;
}
