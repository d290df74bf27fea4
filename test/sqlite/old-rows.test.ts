import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { CURVE_SERIES, EPOCH_SERIES } from '#core/series/series-lists.ts';
import { SqliteBlocks } from '../../src-main/sqlite/blocks.ts';
import { type Connection, openDatabase } from '../../src-main/sqlite/database.ts';
import { SqliteKeeping } from '../../src-main/sqlite/keeping.ts';
import { SqliteReader } from '../../src-main/sqlite/reader.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { Transactions } from '../../src-main/sqlite/transactions.ts';
import { fillDatabase } from '../support/full-home.ts';

// Older versions stored any number: no row that has one takes another away, and one that cannot be read is named.

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: 'INTEGER' | 'REAL' | 'TEXT';
}

/** What the program keeps for itself, and what joins tables. */
const INNER = /^(migrations|checksums)\.|\.(id|.+_id)$/;
const ODD = { INTEGER: [-1, Number.MAX_SAFE_INTEGER], REAL: [-1, 1e308], TEXT: [-1, 0.5, 1e308] } as const;

function columnsOf(path: string): readonly Column[] {
  const database = new Database(path, { readonly: true });
  const tables = database.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  const columns = tables.flatMap((table) => {
    const all = database.pragma(`table_info(${table})`) as { readonly name: string; readonly type: Column['type'] }[];
    return all
      .filter(({ name, type }) => type in ODD && !INNER.test(`${table}.${name}`))
      .map(({ name, type }) => ({ table, column: name, type }));
  });
  database.close();
  return columns;
}

interface Home {
  readonly lists: Readonly<Record<string, () => readonly unknown[]>>;
  /** What is read of one run or study, by its name. */
  readonly singles: Readonly<Record<string, () => unknown>>;
  readonly sentences: () => readonly string[];
}

const RUNS = ['run-0-1', 'run-1-2', 'waiting'];

function homeOf(database: Connection): Home {
  const store = new SqliteStore(database);
  const reader = new SqliteReader(database);
  const keeping = new SqliteKeeping(database);
  const lists = {
    // A number may move a row to the trash, and out of it.
    studies: () => [...store.studies(), ...store.studies(true)],
    overview: () => [...reader.overview(), ...reader.overview(true)],
    runs: () => [...store.runs({}), ...store.runs({ deleted: true })],
    rows: () => reader.runRows({ after: null, limit: 500 }).rows,
    queue: () => store.queue().runs,
    datasets: () => store.datasets(),
    weights: () => store.weights(),
    searches: () => store.searches(),
    blocks: () => new SqliteBlocks(database).blocks(),
    views: () => keeping.views(),
    settings: () => [keeping.settings()],
    curves: () => CURVE_SERIES.flatMap((series) => reader.curves({ runs: RUNS, series, buckets: 9, smoothing: 0 })),
    values: () => EPOCH_SERIES.map((series) => reader.valuesAt(series, 1)),
  };
  const ofRuns = RUNS.flatMap((run): [string, () => unknown][] => [
    [`run ${run}`, () => store.run(run)],
    [`events ${run}`, () => store.events(run)],
    [`history ${run}`, () => reader.history(run)],
    [`predictions ${run}`, () => reader.predictions(run)],
    [`step times ${run}`, () => reader.stepTimes(run, 9)],
  ]);
  const ofStudies: [string, () => unknown][] = [
    ['comparison', () => store.studies().map((study) => reader.compare(study))],
    ['classes', () => store.studies().map((study) => reader.classCosts(study))],
  ];
  return { lists, singles: Object.fromEntries([...ofRuns, ...ofStudies]), sentences: () => store.unreadableRows() };
}

function lengths({ lists }: Home): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list().length]));
}

class Undone extends Error {}

/** What is wrong with how a home with odd numbers in one row is shown, one number after the other. */
function problemsOf(database: Connection, column: Column): readonly string[] {
  const home = homeOf(database);
  const before = lengths(home);
  return changesOf(database, column).flatMap((value) => {
    let problems: readonly string[] = [];
    const tried = database.transaction(() => {
      if (new Transactions(database).write(() => changed(database, column, value))) problems = problemsIn(home, before);
      throw new Undone();
    });
    expect(() => tried()).toThrow(Undone);
    return problems.map((problem) => `${column.table}.${column.column} = ${value}: ${problem}`);
  });
}

/** The values to try: numbers, or the JSON that is there with one number changed. */
function changesOf(database: Connection, column: Column): readonly (number | string)[] {
  if (column.type !== 'TEXT') return ODD[column.type];
  const text = database
    .prepare<[], string | null>(`SELECT ${column.column} FROM ${column.table} LIMIT 1`)
    .pluck()
    .get();
  return /^[{[]/.test(text ?? '') ? withOddNumbers(JSON.parse(text ?? '')).map((json) => JSON.stringify(json)) : [];
}

function withOddNumbers(json: unknown): readonly unknown[] {
  if (typeof json === 'number') return ODD.TEXT;
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, inner]) =>
    withOddNumbers(inner).map((odd) => Object.assign(Array.isArray(json) ? [...json] : { ...json }, { [key]: odd })),
  );
}

/** Puts the value into one row of the table; false where there is none, or another row has to have that value alone. */
function changed(database: Connection, { table, column }: Column, value: number | string): boolean {
  const sql = database.prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(table);
  const place = /WITHOUT ROWID/i.test(sql ?? '') ? column : 'rowid';
  const change = `UPDATE OR IGNORE ${table} SET ${column} = ? WHERE ${place} = (SELECT min(${place}) FROM ${table})`;
  return database.prepare<[number | string]>(change).run(value).changes > 0;
}

function problemsIn({ lists, singles, sentences }: Home, before: ReturnType<typeof lengths>): readonly string[] {
  const shorter: string[] = [];
  const threw: string[] = [];
  for (const [name, list] of Object.entries(lists)) {
    try {
      if (list().length < before[name]) shorter.push(name);
    } catch (error) {
      threw.push(`${name} threw ${error}`);
    }
  }
  for (const [name, read] of Object.entries(singles)) {
    try {
      read();
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'internal') threw.push(`${name} threw ${error}`);
    }
  }
  const isNamed = sentences().some((sentence) => /^[^\n]+ cannot be read and is left out: [^\n]+\.$/.test(sentence));
  return [...threw, ...(shorter.length > 0 && !isNamed ? [`${shorter} lacks a row, and nothing says so`] : [])];
}

const folder = mkdtempSync(join(tmpdir(), 'freezeout-old-rows-'));
const path = join(folder, 'lab.sqlite');
fillDatabase(path);
const columns = columnsOf(path);

afterAll(() => rmSync(folder, { recursive: true }));

it('rows of older versions are tried in many tables', () => {
  expect(columns.length).toBeGreaterThan(100);
});

it.each([...new Set(columns.map(({ table }) => table))])(
  'a number that today is out of range in the table %s takes no other row away',
  (table) => {
    const database = openDatabase(path);
    database.pragma('ignore_check_constraints = ON');
    const own = columns.filter((column) => column.table === table);
    expect(own.flatMap((column) => problemsOf(database, column))).toEqual([]);
    database.close();
  },
);
