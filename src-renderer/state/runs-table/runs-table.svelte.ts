import type { PageClient } from '#contract/client.ts';
import type { RunSummary } from '#core/records.ts';
import type { ParsedFilter } from '#core/run-filter.ts';
import { parseRunFilter } from '#core/run-filter.ts';
import type { FilterTerm } from '#core/run-filter-syntax.ts';
import { FilterError, filterParts } from '#core/run-filter-syntax.ts';
import type { RunGroup } from '#core/run-groups.ts';
import type { RunsTab, RunsView } from '#core/runs-view.ts';
import { tabOf } from '#core/runs-view.ts';
import { groupNames } from '../../lib/runs-table/group-names.ts';
import type { TableRow } from '../../lib/runs-table/table-rows.ts';
import { runsIn, tableRows } from '../../lib/runs-table/table-rows.ts';
import type { Selection } from '../../lib/selection.ts';
import { choosing, extending, NOTHING_CHOSEN, reaching, toggling } from '../../lib/selection.ts';
import type { Live } from '../live.svelte.ts';
import { AllRuns } from './all-runs.svelte.ts';
import { KeptLayout } from './kept-layout.svelte.ts';

/** What a click or a key chooses: this row alone, up to this row alone, this row too, up to this row too. */
export type Reach = 'only' | 'range' | 'toggle' | 'extend';

/** A filter that could be read, with its text. */
interface GoodFilter extends ParsedFilter {
  readonly text: string;
}

/** The table of all runs: which rows it shows, in which order, and which runs are chosen. */
export class RunsTable {
  tab = $state<RunsTab>('all');
  readonly runs: AllRuns;
  readonly layout: KeptLayout;
  #filter = $state('');
  #selection = $state.raw<Selection>(NOTHING_CHOSEN);
  #open = $state.raw<ReadonlySet<string>>(new Set());
  #cursorKey = $state<string | null>(null);
  readonly #inTabs = $derived.by(() => byTab(this.runs.all));
  readonly #parsed = $derived.by(() => this.#parse());
  readonly #found = $derived(this.#inTabs[this.tab].filter(this.#parsed.good.test));
  readonly #rows = $derived.by(() => this.#arrange());
  readonly #chosen = $derived(this.#found.filter(({ id }) => this.#selection.ids.has(id)));
  /** What tells the groups apart that are shown, by their keys. */
  readonly groupNames = $derived.by(() => groupNames(groupsIn(this.#rows), this.layout.groupBy));
  readonly #cursor = $derived(
    Math.max(
      0,
      this.#rows.findIndex(({ key }) => key === this.#cursorKey),
    ),
  );
  #lastGood: GoodFilter = { text: '', term: null, test: () => true };

  constructor(api: PageClient, onError: (error: unknown) => void) {
    this.runs = new AllRuns(api);
    this.layout = new KeptLayout(api, onError);
  }

  /** The row that the keyboard has reached; it moves with its run. */
  get cursor(): number {
    return this.#cursor;
  }

  set cursor(row: number) {
    this.#cursorKey = this.#rows[row]?.key ?? null;
  }

  get filter(): string {
    return this.#filter;
  }

  set filter(text: string) {
    this.#filter = text;
    this.#cursorKey = null;
  }

  /** What is wrong with the filter, also while it is typed; meanwhile the rows are those of `shownFilter`. */
  get filterError(): FilterError | null {
    return this.#parsed.error;
  }

  /** The last filter that could be read, by which the rows are chosen. */
  get shownFilter(): string {
    return this.#parsed.good.text;
  }

  /** The parts of the filter that must all hold; none while it cannot be read. */
  get filterParts(): readonly FilterTerm[] {
    return this.#parsed.error === null ? filterParts(this.#parsed.good.term) : [];
  }

  get rows(): readonly TableRow[] {
    return this.#rows;
  }

  /** Runs of this tab that the filter lets through. */
  get found(): readonly RunSummary[] {
    return this.#found;
  }

  /** The chosen runs among those that are found: nothing happens to a run that the table does not show. */
  get chosen(): readonly RunSummary[] {
    return this.#chosen;
  }

  get chosenIds(): ReadonlySet<string> {
    return this.#selection.ids;
  }

  /** The run that the keyboard has reached; null on a group. */
  get current(): RunSummary | null {
    const item = this.#rows[this.cursor];
    return item?.kind === 'run' ? item.run : null;
  }

  /** The group that the keyboard has reached; null on a run. */
  get currentGroup(): RunGroup | null {
    const item = this.#rows[this.cursor];
    return item?.kind === 'group' ? item.group : null;
  }

  countOf(tab: RunsTab): number {
    return this.#inTabs[tab].length;
  }

  follow(live: Live): () => void {
    const ends = [this.runs.follow(live), this.layout.follow(live)];
    return () => {
      for (const end of ends) end();
    };
  }

  showTab(tab: RunsTab): void {
    this.tab = tab;
    this.#cursorKey = null;
    this.chooseNone();
  }

  /** How the table is arranged now. */
  get view(): RunsView {
    const { columns, sort, groupBy } = this.layout.all;
    return { tab: this.tab, filter: this.filter, columns: [...columns], sort, groupBy: [...groupBy] };
  }

  arrange({ tab, filter, ...layout }: RunsView): void {
    this.showTab(tab);
    this.filter = filter;
    this.layout.arrange(layout);
    this.#open = new Set();
  }

  choose(row: number, reach: Reach): void {
    const item = this.#rows[row];
    if (item === undefined) return;
    this.cursor = row;
    const selectable = selectableOf(item);
    if (reach === 'only') this.#selection = choosing(selectable);
    else if (reach === 'toggle') this.#selection = toggling(this.#selection, selectable);
    else if (reach === 'extend') this.#selection = extending(this.#selection, this.#rows.map(selectableOf), row);
    else this.#selection = reaching(this.#selection, this.#rows.map(selectableOf), row);
  }

  chooseAll(): void {
    this.#selection = { ids: new Set(this.#found.map(({ id }) => id)), anchor: this.#selection.anchor };
  }

  chooseNone(): void {
    this.#selection = NOTHING_CHOSEN;
  }

  /** Opens or closes a group; with `isOpen`, only if the group is not so already. */
  openGroup(row: number, isOpen?: boolean): void {
    const item = this.#rows[row];
    if (item?.kind !== 'group' || item.isOpen === isOpen) return;
    const { key } = item.group;
    this.#open = item.isOpen ? new Set([...this.#open].filter((one) => one !== key)) : new Set([...this.#open, key]);
  }

  /** Opens or closes all groups. */
  openAll(isOpen: boolean): void {
    this.#open = new Set(isOpen ? this.#rows.flatMap((item) => (item.kind === 'group' ? [item.group.key] : [])) : []);
    this.cursor = 0;
  }

  #parse(): { readonly good: GoodFilter; readonly error: FilterError | null } {
    const text = this.#filter;
    try {
      this.#lastGood = { text, ...parseRunFilter(text, { fields: this.layout.fields, now: Date.now() }) };
      return { good: this.#lastGood, error: null };
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      return { good: this.#lastGood, error };
    }
  }

  #arrange(): readonly TableRow[] {
    const { sort, sortField, groupBy } = this.layout;
    return tableRows(this.#found, { sort: sortField, descending: sort.descending, groupBy, open: this.#open });
  }
}

function byTab(runs: readonly RunSummary[]): Readonly<Record<RunsTab, readonly RunSummary[]>> {
  const tabs: Record<RunsTab, RunSummary[]> = { all: [], archived: [], trash: [] };
  for (const run of runs) tabs[tabOf(run)].push(run);
  return tabs;
}

function groupsIn(rows: readonly TableRow[]): readonly RunGroup[] {
  return rows.flatMap((item) => (item.kind === 'group' ? [item.group] : []));
}

function selectableOf(item: TableRow) {
  return { key: item.key, ids: runsIn(item).map(({ id }) => id) };
}
