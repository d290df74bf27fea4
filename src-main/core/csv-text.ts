import { printableLine } from './printable.ts';

export type Cell = string | number | boolean | null;

/**
 * CSV as in RFC 4180; an unknown value is an empty cell, numbers have all their digits. A text is one line without control
 * characters: programs that read CSV take some of them for the end of a row, a cell or the file.
 */
export function csvText(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map(csvLine).join('');
}

/** One line of it, with its end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(field).join(',')}\r\n`;
}

/** The same with tabs and without quotes, as spreadsheets paste it. */
export function tsvText(rows: readonly (readonly Cell[])[]): string {
  return rows.map((cells) => cells.map(plainField).join('\t')).join('\n');
}

/** A spreadsheet would run a text that begins with one of these as a formula; some also the wide ones of East Asian keyboards. */
const FORMULA_START = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/;

function field(cell: Cell): string {
  const text = plainField(cell);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function plainField(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = printableLine(cell);
  return FORMULA_START.test(text) ? `'${text}` : text;
}
