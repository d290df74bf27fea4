import { tsvText } from '#core/csv-text.ts';
import type { RunSummary } from '#core/records.ts';
import type { RunField } from '#core/run-fields.ts';
import { isUnknown } from '#core/run-fields.ts';
import { fieldTitle } from '../field-text.ts';
import { absoluteMoment } from '../format.ts';

/** Runs for a spreadsheet: the columns that are shown, numbers with all their digits, durations in seconds. */
export function runsTsv(runs: readonly RunSummary[], fields: readonly RunField[]): string {
  const heads = fields.map((field) => (field.format === 'duration' ? `${field.title} (s)` : fieldTitle(field)));
  return tsvText([['id', ...heads], ...runs.map((run) => [run.id, ...fields.map((field) => cellOf(field, run))])]);
}

function cellOf(field: RunField, run: RunSummary): string | number | null {
  const value = field.value(run);
  if (isUnknown(value)) return null;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return field.format === 'moment' ? absoluteMoment(value) : value;
  return typeof value === 'string' ? value : value.join(', ');
}
