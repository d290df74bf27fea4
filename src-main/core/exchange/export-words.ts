import { countedNoun, wholeNumber } from '#core/analysis/quantity.ts';

/** How far an export is, as a line that is shown while it works. */
export function exportProgress({
  runs,
  of,
  lines,
}: {
  readonly runs: number;
  readonly of: number;
  readonly lines: number | null;
}): string {
  const written = lines === null ? '' : `, ${countedNoun(lines, 'line')}`;
  return `Writing ${of === 0 ? 'the file' : `${wholeNumber(runs)} of ${countedNoun(of, 'run')}`}${written}`;
}
