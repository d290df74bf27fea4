import type { RunSummary } from '#core/records.ts';
import { bytes, counted } from '../lib/format.ts';
import { isPossible } from '../lib/possible-actions.ts';
import type { AppState } from './app-state.ts';
import type { Command } from './commands.svelte.ts';
import type { RunsImport } from './runs-import.svelte.ts';
import { ChosenActions } from './runs-table/chosen-actions.ts';
import { FilterInput } from './runs-table/filter-input.svelte.ts';
import { RunsTable } from './runs-table/runs-table.svelte.ts';
import { TableInput } from './runs-table/table-input.svelte.ts';

export type RunsPanel = 'details' | 'tags' | 'columns' | 'help';

/** What the page asks before it deletes runs for ever. */
interface Purge {
  readonly runs: readonly RunSummary[];
  readonly text: string;
}

/** The view of all runs: the table, the side panel, and the commands. */
export class RunsPage {
  panel = $state<RunsPanel | null>(null);
  purge = $state.raw<Purge | null>(null);
  readonly table: RunsTable;
  readonly tableInput: TableInput;
  readonly filterInput: FilterInput;
  readonly actions: ChosenActions;
  readonly importing: RunsImport;
  readonly #app: AppState;

  constructor(app: AppState) {
    this.#app = app;
    this.table = new RunsTable(app.api);
    this.tableInput = new TableInput(this.table, { open: (id) => app.location.go({ view: 'run', id }) });
    this.filterInput = new FilterInput(this.table);
    this.importing = app.importing;
    this.actions = new ChosenActions(app.api, app.notices);
  }

  follow(): () => void {
    void this.attempt(() => this.table.layout.load());
    return this.table.follow(this.#app.live);
  }

  get commands(): Command[] {
    const command = (id: string, title: string, keys: string | null, run: () => unknown): Command => ({
      id: `runs-${id}`,
      title,
      group: 'Runs',
      keys,
      run,
    });
    return [
      command('filter', 'Filter runs', '/', () => this.filterInput.focus()),
      command('compare', 'Compare the chosen runs', 'c', () => this.compare()),
      command('tags', 'Tags of the chosen runs', 't', () => this.toggle('tags')),
      command('details', 'Details of the run', 'i', () => this.toggle('details')),
      command('archive', 'Archive the chosen runs', 'e', () => this.actions.archive(this.#chosen, true)),
      command('delete', 'Delete the chosen runs', 'Delete', () => this.delete()),
      command('columns', 'Columns of the table of runs', null, () => this.toggle('columns')),
      command('import', 'Import runs from a file', null, () => this.importing.choose()),
    ];
  }

  /** The chosen runs; if none is chosen, the run that the keyboard has reached. */
  get #chosen(): readonly RunSummary[] {
    const { chosen, current } = this.table;
    return chosen.length > 0 || current === null ? chosen : [current];
  }

  toggle(panel: RunsPanel): void {
    this.panel = this.panel === panel ? null : panel;
  }

  compare(): void {
    const ids = this.#chosen.map(({ id }) => id);
    if (ids.length > 0) this.#app.location.go({ view: 'compare-runs', ids });
  }

  duplicate(): void {
    const [run] = this.#chosen;
    if (run !== undefined) this.#app.location.go({ view: 'new-study', from: { kind: 'run', id: run.id } });
  }

  delete(): Promise<unknown> {
    return this.table.tab === 'trash'
      ? this.askPurge()
      : this.attempt(() => this.actions.steer('delete', this.#chosen));
  }

  async askPurge(): Promise<void> {
    const runs = this.#chosen.filter((run) => isPossible('purge', run));
    if (runs.length === 0) return;
    const freed = (await this.attempt(() => this.actions.checkpointBytes(runs))) ?? null;
    const files =
      freed === null ? 'Their weights and checkpoints go too.' : `This frees ${bytes(freed)} of checkpoints.`;
    this.purge = {
      runs,
      text: `Numbers, curves and notes of ${counted(runs.length, 'run')} are lost; no undo brings them back. ${files}`,
    };
  }

  async confirmPurge(): Promise<void> {
    const runs = this.purge?.runs ?? [];
    this.purge = null;
    await this.attempt(() => this.actions.steer('purge', runs));
  }

  tag(
    runs: readonly RunSummary[],
    change: { addTags?: string[]; removeTags?: string[]; note?: string },
  ): Promise<unknown> {
    return this.attempt(() => this.actions.update(runs, change));
  }

  attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    return this.#app.notices.attempt(work);
  }
}
