import { UNKNOWN } from '#core/analysis/quantity.ts';
import { tsvText } from '#core/csv-text.ts';
import type { ArmColumn } from './arm-columns.ts';
import { ARM_COLUMNS } from './arm-columns.ts';
import type { ArmRow } from './arm-rows.ts';

type Cell = string | number | null;

/**
 * The table of arms for a spreadsheet: all of its columns, whatever has room in the window, numbers as numbers with their unit in
 * the head, the ends of intervals in columns of their own, and no sign that only the eye needs.
 */
export function armTableText(rows: readonly ArmRow[], withStudies: boolean): string {
  const columns = ARM_COLUMNS.map((column) => ({ column, isPercent: isPercent(column, rows) }));
  const heads = columns.flatMap(({ column, isPercent: percent }) => headsOf(column, percent));
  return tsvText([
    [...(withStudies ? ['study'] : []), 'arm', 'role', ...heads, 'front', 'share of resamples on the front'],
    ...rows.map((row) => [
      ...(withStudies ? [row.study.name] : []),
      ...[row.arm.name, row.arm.role],
      ...columns.flatMap(({ column }) => cellsOf(column, row)),
      ...[row.front === 'unknown' ? null : row.front, row.frontShare],
    ]),
  ]);
}

function isPercent(column: ArmColumn, rows: readonly ArmRow[]): boolean {
  return rows.some((row) => column.cell(row).text.endsWith(' %'));
}

function headsOf({ group, title, below }: ArmColumn, percent: boolean): string[] {
  const name = `${group.toLowerCase()} ${title}`;
  const head = percent ? `${name} (%)` : name;
  if (below === null) return [head];
  return below === 'interval' ? [head, `${head} low`, `${head} high`] : [head, `${name} shown`];
}

function cellsOf(column: ArmColumn, row: ArmRow): Cell[] {
  const { text, below } = column.cell(row);
  const value = numberOr(text);
  if (column.below === null) return [value];
  if (column.below === 'words') return [value, below];
  const [low = '', high = ''] = below?.split(' to ') ?? [];
  return [value, numberOr(low), numberOr(high)];
}

/** "−1.2 %" as -1.2; what is no number, such as "< 0.001", as it is; what is not known as nothing. */
function numberOr(text: string): Cell {
  if (text === UNKNOWN || text === '') return null;
  const number = Number(text.replace('−', '-').replace(/ ?[%×]$/, ''));
  return Number.isNaN(number) ? text : number;
}
