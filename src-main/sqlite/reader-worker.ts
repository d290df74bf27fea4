import { parentPort } from 'node:worker_threads';
import { AppError } from '#core/errors.ts';
import type { Readings, RowsQuery, ValuesAt } from '#core/ports.ts';
import type { EpochSeries, RunSummary, StudySummary } from '#core/records.ts';
import { type Connection, openReadOnly } from './database.ts';
import { SqliteReader } from './reader.ts';
import { serveThread } from './served-thread.ts';
import type { Synchronous } from './synchronous.ts';
import { type Textual, textual } from './textual.ts';

/** What the thread answers: the readings of the database that was opened. */
export interface ReaderFunctions extends Omit<Synchronous<Readings>, 'runRows' | 'overview' | 'valuesAt'> {
  rowTexts(query: RowsQuery): { readonly rows: readonly Textual<RunSummary>[]; readonly next: number | null };
  overviewTexts(): readonly Textual<StudySummary>[];
  valuesText(series: EpochSeries, epoch: number): Textual<ValuesAt>;
  open(path: string): void;
  close(): void;
}

let database: Connection | null = null;
let reader: SqliteReader | null = null;

function open(path: string): void {
  database = openReadOnly(path);
  reader = new SqliteReader(database);
}

function close(): void {
  database?.close();
  reader = null;
}

function rowTexts(query: RowsQuery): ReturnType<ReaderFunctions['rowTexts']> {
  const { rows, next } = current().runRows(query);
  return { rows: rows.map(textual), next };
}

function overviewTexts(): readonly Textual<StudySummary>[] {
  return current().overview().map(textual);
}

function valuesText(series: EpochSeries, epoch: number): Textual<ValuesAt> {
  return textual(current().valuesAt(series, epoch));
}

function current(): SqliteReader {
  if (reader !== null) return reader;
  throw new AppError('unavailable', 'The reader is not open: open a database first.');
}

function methodOfReader(name: string): (...input: unknown[]) => unknown {
  return (...input) => Reflect.apply(current()[name as keyof Readings], current(), input);
}

if (parentPort !== null) serveThread(parentPort, { open, close, rowTexts, overviewTexts, valuesText }, methodOfReader);
