import stringWidth from 'string-width';
import { printableLine } from '#core/printable.ts';

export interface TextColumn<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly cell: (row: Row) => string | number;
}

const GAP = '  ';

/** Rows under titles; each column is as wide as its widest cell, in columns of the terminal: a Chinese letter takes two. */
export function textTable<Row>(columns: readonly TextColumn<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map((column) => column.title),
    ...rows.map((row) => columns.map((column) => text(column, row))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => stringWidth(line[index]))));
  const aligned = lines.map((line) => line.map((cell, index) => pad(cell, widths[index], columns[index].align)));
  return aligned.map((line) => line.join(GAP).trimEnd()).join('\n');
}

/** Names with their values, one per line. */
export function textFacts(facts: readonly (readonly [name: string, value: string | number])[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(width)}${GAP}${printableLine(String(value))}`).join('\n');
}

function text<Row>(column: TextColumn<Row>, row: Row): string {
  return printableLine(String(column.cell(row)));
}

function pad(cell: string, width: number, align: TextColumn<unknown>['align']): string {
  const space = ' '.repeat(width - stringWidth(cell));
  return align === 'right' ? `${space}${cell}` : `${cell}${space}`;
}
