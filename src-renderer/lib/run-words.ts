import { UNKNOWN } from '#core/analysis/quantity.ts';
import type { RunSummary } from '#core/records.ts';
import { isOver } from '#core/run.ts';
import type { RunField } from '#core/run-fields.ts';
import { SERIES_FIELDS } from '#core/run-fields.ts';
import type { RunsTab } from '#core/runs-view.ts';
import { CHART_SERIES, seriesNamed } from '#core/series/series-lists.ts';
import { bytes, counted } from './format.ts';

/** What an empty tab says. */
export const EMPTY_TABS: Readonly<Record<RunsTab, { readonly title: string; readonly text: string }>> = {
  all: {
    title: 'All runs are put away',
    text: 'They are in the archive or in the trash, from where they can be taken back.',
  },
  archived: { title: 'The archive is empty', text: 'Archive runs that you want to keep, but not to see every day.' },
  trash: { title: 'The trash is empty', text: 'Deleted runs stay here until you delete them for ever.' },
};

/** What is lost with runs that are deleted for ever; `freed` in bytes, null where it was not counted. */
export function purgeText(runs: number, freed: number | null): string {
  const files = freed === null ? 'Their weights and checkpoints go too.' : `This frees ${bytes(freed)} of checkpoints.`;
  return `Numbers, curves and notes of ${counted(runs, 'run')} are lost; no undo brings them back. ${files}`;
}

/** The series that curves of runs can show. */
export const CURVE_OPTIONS = CHART_SERIES.map((value) => ({ value, label: seriesNamed(value).name }));

/** What a cell says on hover: a text in full, the reason of a status, or why a number is not known. */
export function cellTitle(field: RunField, run: RunSummary, text: string): string | null {
  if (field.key === 'status') return run.reason;
  if (text !== UNKNOWN) return field.format === 'text' ? text : null;
  if (field.isSetting) return `This run has no ${field.title}.`;
  if (field.key === 'test-error') return isOver(run.status) ? 'It was not finished.' : 'Known once it has finished.';
  if (SERIES_FIELDS.some(({ key }) => key === field.key))
    return run.epoch === 0 ? 'No epoch is done yet.' : 'Not measured.';
  return field.key.includes('-at-epoch-') ? 'It did not get to that epoch.' : `No ${field.title}.`;
}
