import type { PageClient } from '#contract/client.ts';
import type { AtEpoch, ValuesAtEpochs } from '#core/run-columns.ts';
import { atEpochOf, columnField, valuesAtEpochs } from '#core/run-columns.ts';
import type { RunField } from '#core/run-fields.ts';
import { RUN_FIELDS } from '#core/run-fields.ts';
import { GROUPINGS } from '#core/run-groups.ts';
import { Refresh } from '../../lib/refresh.ts';
import type { Column, TableLayout } from '../../lib/runs-table/table-layout.ts';
import { FIRST_LAYOUT, moved, newColumn, readLayout, resized, toggled } from '../../lib/runs-table/table-layout.ts';
import { DraftKeeper } from '../draft-keeper.ts';
import type { Live } from '../live.svelte.ts';

const DRAFT_KEY = 'runs-table';

/** Values at an epoch change while runs train; reading them goes through all runs, so it is done less often. */
const AT_EPOCH_MS = 2000;

/** The layout of the table of runs: it is read when the table opens, and kept after each change. */
export class KeptLayout {
  #layout = $state.raw<TableLayout>(FIRST_LAYOUT);
  #atEpochs = $state.raw<ValuesAtEpochs>(new Map());
  readonly #shown = $derived(
    this.#layout.columns.flatMap(({ key, width }) => {
      const field = columnField(key, this.#atEpochs);
      return field === null ? [] : [{ field, width }];
    }),
  );
  readonly #fields = $derived([
    ...RUN_FIELDS,
    ...this.#shown.flatMap(({ field }) => (atEpochOf(field.key) ? [field] : [])),
  ]);
  readonly #api: PageClient;
  readonly #keeper: DraftKeeper;
  readonly #reading = new Refresh(() => this.#readAtEpochs(), AT_EPOCH_MS);

  constructor(api: PageClient, onError: (error: unknown) => void) {
    this.#api = api;
    this.#keeper = new DraftKeeper(api, DRAFT_KEY, onError);
  }

  get columns(): readonly Column[] {
    return this.#layout.columns;
  }

  get all(): TableLayout {
    return this.#layout;
  }

  /** The field of each column, with the column's width. */
  get shown(): readonly { readonly field: RunField; readonly width: number }[] {
    return this.#shown;
  }

  /** The fields that filters may name. */
  get fields(): readonly RunField[] {
    return this.#fields;
  }

  get sort(): TableLayout['sort'] {
    return this.#layout.sort;
  }

  get sortField(): RunField {
    return columnField(this.sort.key, this.#atEpochs) ?? RUN_FIELDS[0];
  }

  get groupBy(): readonly RunField[] {
    return this.#layout.groupBy.flatMap((key) => GROUPINGS.find((field) => field.key === key) ?? []);
  }

  async load(): Promise<void> {
    this.#layout = readLayout(await this.#keeper.read());
    this.#reading.request();
  }

  follow(live: Live): () => void {
    const end = live.onChange(({ kind }) => {
      if (kind === 'runs') this.#reading.request();
    });
    return () => {
      end();
      this.#reading.end();
      // The table may open again at once, and reads what is kept.
      void this.#keeper.flush();
    };
  }

  /** Sorts by this column; if the table is sorted by it already, reverses the order. */
  sortBy(key: string): void {
    const { sort } = this;
    this.#change({ sort: { key, descending: sort.key === key ? !sort.descending : false } });
  }

  toggleColumn(key: string): void {
    this.#change({ columns: toggled(this.columns, key) });
  }

  moveColumn(key: string, place: number): void {
    this.#change({ columns: moved(this.columns, key, place) });
  }

  resizeColumn(key: string, width: number): void {
    this.#change({ columns: resized(this.columns, key, width) });
  }

  addAtEpoch({ series, epoch }: AtEpoch): void {
    const field = columnField(`${series.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-at-epoch-${epoch}`);
    if (field === null || this.columns.some(({ key }) => key === field.key)) return;
    this.#change({ columns: [...this.columns, newColumn(field.key)] });
    void this.#readAtEpochs().catch(() => this.#reading.request());
  }

  groupByFields(keys: readonly string[]): void {
    this.#change({ groupBy: keys });
  }

  reset(): void {
    this.#change(FIRST_LAYOUT);
  }

  /** Replaces the whole layout, without what this version does not know of it. */
  arrange(layout: TableLayout): void {
    this.#change(readLayout(layout));
    void this.#readAtEpochs().catch(() => this.#reading.request());
  }

  #change(change: Partial<TableLayout>): void {
    this.#layout = { ...this.#layout, ...change };
    this.#keeper.keep(this.#layout);
  }

  async #readAtEpochs(): Promise<void> {
    const keys = this.columns.flatMap(({ key }) => (atEpochOf(key) === null ? [] : [key]));
    if (keys.length === 0) return;
    this.#atEpochs = await valuesAtEpochs(keys, (atEpoch) => this.#api.runs.valuesAt(atEpoch));
  }
}
