import type { LabClient } from '#contract/client.ts';
import type { RunPage } from '#contract/runs.ts';
import { MOST_ROWS } from '#contract/runs.ts';
import { decimal, UNKNOWN } from '#core/analysis/quantity.ts';
import { AppError } from '#core/errors.ts';
import { nearWords } from '#core/near-words.ts';
import type { RunSummary } from '#core/records.ts';
import { atEpochOf, columnField, valuesAtEpochs } from '#core/run-columns.ts';
import type { FieldFormat, RunField } from '#core/run-fields.ts';
import { isNumeric, isUnknown, RUN_FIELDS, sortedBy } from '#core/run-fields.ts';
import { parseRunFilter } from '#core/run-filter.ts';
import type { RunsTab, RunsView, SavedRunsView } from '#core/runs-view.ts';
import { tabOf } from '#core/runs-view.ts';
import { countText, durationText, moment } from './quantity-text.ts';
import type { TextColumn } from './text-table.ts';
import { textTable } from './text-table.ts';

/** What a saved view of the app shows now. */
export interface ShownView {
  readonly tab: RunsTab;
  readonly fields: readonly RunField[];
  /** In the view's order. */
  readonly runs: readonly RunSummary[];
}

/** Throws 'not-found' where no view has the name or the id. */
export async function readView(client: LabClient, name: string, now: number): Promise<ShownView> {
  const { tab, filter, columns, sort } = viewNamed(name, await client.runsViews.list({}));
  const values = await valuesAtEpochs(
    columns.map(({ key }) => key),
    (atEpoch) => client.runs.valuesAt(atEpoch),
  );
  const fields = columns.flatMap(({ key }) => columnField(key, values) ?? []);
  const atEpochs = fields.filter(({ key }) => atEpochOf(key) !== null);
  const { test } = parseRunFilter(filter, { fields: [...RUN_FIELDS, ...atEpochs], now });
  const found = (await allSummaries(client)).filter((run) => tabOf(run) === tab && test(run));
  const order = columnField(sort.key, values);
  const runs = order === null ? found : sortedBy(found, (run) => order.value(run), sort.descending);
  return { tab, fields, runs };
}

function viewNamed(name: string, views: readonly SavedRunsView[]): RunsView {
  const found = views.find((view) => view.name === name) ?? views.find(({ id }) => id === name);
  if (found !== undefined) return found.view;
  const [near] = nearWords(
    name,
    views.map((view) => view.name),
  );
  const meant = near === undefined ? '`views list` lists them.' : `you may mean "${near}".`;
  throw new AppError('not-found', `No view of the runs is called "${name}": ${meant}`);
}

export async function allSummaries(client: LabClient): Promise<readonly RunSummary[]> {
  const all: RunSummary[] = [];
  let after: number | null = null;
  do {
    const page: RunPage = await client.runs.rows({ after, limit: MOST_ROWS });
    all.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return all;
}

/** The columns of a view; the id leads, since commands ask for it. */
export function viewTable(fields: readonly RunField[], runs: readonly RunSummary[]): string {
  if (runs.length === 0) return 'There are no such runs.';
  const columns = fields.filter(({ key }) => key !== 'id').map(fieldColumn);
  return textTable([{ title: 'id', cell: ({ id }) => id }, ...columns], runs);
}

function fieldColumn(field: RunField): TextColumn<RunSummary> {
  const title = field.format === 'percent' ? `${field.title} (%)` : field.title;
  const align = isNumeric(field) ? 'right' : 'left';
  return { title, align, cell: (run) => valueText(field, run) };
}

function valueText({ format, value }: RunField, run: RunSummary): string {
  const known = value(run);
  if (isUnknown(known)) return UNKNOWN;
  if (typeof known === 'boolean') return known ? 'yes' : 'no';
  if (typeof known !== 'number') return typeof known === 'string' ? known : known.join(', ');
  return numberText(format, known);
}

function numberText(format: FieldFormat, value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (format === 'count') return countText(value);
  if (format === 'loss') return decimal(value, 4);
  if (format === 'percent') return decimal(value, 2);
  if (format === 'duration') return durationText(value);
  return format === 'moment' ? moment(value) : String(value);
}
