import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { type Connection, openDatabase } from '../../src-main/sqlite/database.ts';
import { MIGRATIONS, readMigrations } from '../../src-main/sqlite/migrate.ts';

/** The last migration of version 0.1.0. */
export const RELEASED = 100;

/** Later ones tell rows that the program did not write itself. */
export const LAST_WITHOUT_CHECKSUMS = 180;

type Row = Readonly<Record<string, unknown>>;

/**
 * What a migration makes of rows that are there, undone: by the number of the migration, in the database of before it. A new migration
 * that changes rows needs a line here.
 */
const UNDONE: readonly (readonly [migration: number, sql: string])[] = [
  [140, "UPDATE runs SET spec = json_remove(spec, '$.split'); UPDATE studies SET base = json_remove(base, '$.split')"],
];

/** What today's program shows where a version did not know better. */
const TODAY: readonly (readonly [migration: number, sql: string])[] = [
  [60, "UPDATE arms SET steps_from = 'compute' WHERE role = 'equal-time'"],
  [
    140,
    "UPDATE runs SET spec = json_set(spec, '$.split', 'in-order'); UPDATE studies SET base = json_set(base, '$.split', 'in-order')",
  ],
];

/** The rows of a database as the version of a migration would have stored them, in a new database at `path`. */
export function asOfMigration(source: string, path: string, last: number): void {
  const older = openDatabase(path, migrationsUpTo(last));
  copyRows(source, older, columnsOf(older));
  for (const [migration, sql] of UNDONE) if (migration > last) older.exec(sql);
  older.close();
}

/**
 * The same rows in a database of the last version without checksums, less what the version of that migration did not store: the rows
 * are today's, and get their checksums when it is opened.
 */
export function knownSince(source: string, path: string, last: number): void {
  const older = openDatabase(`${path}.empty`, migrationsUpTo(last));
  const known = columnsOf(older);
  older.close();
  const today = openDatabase(path, migrationsUpTo(LAST_WITHOUT_CHECKSUMS));
  copyRows(source, today, known);
  for (const [migration, sql] of TODAY) if (migration > last) today.exec(sql);
  today.close();
}

export function migrationNumbers(): readonly number[] {
  return readMigrations(MIGRATIONS).map(({ number }) => number);
}

/** A folder with the migrations up to this one. */
function migrationsUpTo(last: number): URL {
  const folder = join(mkdtempSync(join(tmpdir(), 'freezeout-migrations-')), 'migrations');
  mkdirSync(folder);
  const url = pathToFileURL(`${folder}/`);
  for (const { name, number } of readMigrations(MIGRATIONS)) {
    if (number <= last) copyFileSync(new URL(name, MIGRATIONS), new URL(name, url));
  }
  return url;
}

/** The columns of each table. */
function columnsOf(database: Connection): ReadonlyMap<string, readonly string[]> {
  const tables = database
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")
    .pluck();
  return new Map(
    tables
      .all()
      .filter((table) => table !== 'migrations' && !table.startsWith('sqlite_'))
      .map((table) => [
        table,
        database.prepare<[], string>(`SELECT name FROM pragma_table_info('${table}')`).pluck().all(),
      ]),
  );
}

function copyRows(source: string, target: Connection, known: ReadonlyMap<string, readonly string[]>): void {
  const from = new Database(source, { readonly: true });
  const [here, there] = [columnsOf(from), columnsOf(target)];
  target.pragma('foreign_keys = OFF');
  for (const [table, columns] of there) {
    const both = columns.filter((column) => here.get(table)?.includes(column) && known.get(table)?.includes(column));
    if (both.length === 0) continue;
    const insert = target.prepare(
      `INSERT OR REPLACE INTO ${table} (${both.join()}) VALUES (${both.map(() => '?').join()})`,
    );
    for (const row of from.prepare<[], Row>(`SELECT ${both.join()} FROM ${table}`).all())
      insert.run(...Object.values(row));
  }
  target.pragma('foreign_keys = ON');
  from.close();
}
