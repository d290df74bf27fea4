import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { AppError } from '#core/errors.ts';
import { backUp } from './backup.ts';
import { ANOTHER_HOME, newerDatabase } from './header.ts';
import { recountSums } from './row-sums.ts';

export const MIGRATIONS = new URL('../../migrations/', import.meta.url);

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
  readonly sql: string;
}

type AppliedMigration = Omit<Migration, 'sql'>;

/** Reads the files `0010_what_it_does.sql` of a folder, in order. */
export function readMigrations(folder: URL): readonly Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name) => {
    const sql = readFileSync(new URL(name, folder), 'utf8');
    return { number: Number.parseInt(name, 10), name, sha256: sha256(sql), sql };
  });
}

/**
 * Applies the missing migrations, each file and its record in one transaction, after a verified backup of a database that holds
 * data. Throws 'conflict' before any change unless the applied migrations are the first of the shipped ones.
 */
export function migrate(database: Database, shipped: readonly Migration[]): void {
  const applied = appliedMigrations(database);
  checkIsPrefix(database.name, applied, shipped);
  const missing = shipped.slice(applied.length);
  if (missing.length === 0) return;
  if (applied.length > 0) backUp(database, `${database.name}.before-${missing[0]?.name.slice(0, 4)}`);
  withoutForeignKeys(database, () => {
    for (const migration of missing) apply(database, migration);
  });
  // This writes the new schema number into the header, where `checkHeader` of an older version looks for it.
  database.pragma('wal_checkpoint(TRUNCATE)');
}

function appliedMigrations(database: Database): readonly AppliedMigration[] {
  const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'").get();
  if (table === undefined) return [];
  return database.prepare<[], AppliedMigration>('SELECT number, name, sha256 FROM migrations ORDER BY number').all();
}

function checkIsPrefix(path: string, applied: readonly AppliedMigration[], shipped: readonly Migration[]): void {
  for (const [index, { number, name, sha256 }] of applied.entries()) {
    const expected = shipped[index];
    if (expected === undefined) throw newerDatabase(path, number, shipped.at(-1)?.number ?? 0);
    if (expected.name === name && expected.sha256 === sha256) continue;
    const state = `${path} was made with another ${name} than this program's ${expected.name}`;
    const remedy = `use the FreezeOut Lab that made it, or ${ANOTHER_HOME}; nothing was changed`;
    throw new AppError('conflict', `${state}: ${remedy}.`);
  }
}

/** A table that others refer to can only be written anew while nobody looks at what they refer to; each migration is looked at as a whole. */
function withoutForeignKeys(database: Database, work: () => void): void {
  const before = database.pragma('foreign_keys', { simple: true });
  database.pragma('foreign_keys = OFF');
  try {
    work();
  } finally {
    database.pragma(`foreign_keys = ${before}`);
  }
}

function apply(database: Database, { number, name, sha256, sql }: Migration): void {
  const step = database.transaction(() => {
    database.exec(`CREATE TABLE IF NOT EXISTS migrations (
      number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at REAL NOT NULL
    ) STRICT`);
    database.exec(sql);
    checkForeignKeys(database);
    database.prepare('INSERT INTO migrations VALUES (?, ?, ?, ?)').run(number, name, sha256, Date.now());
    database.pragma(`user_version = ${number}`);
    recountSums(database);
  });
  step.immediate();
}

function checkForeignKeys(database: Database): void {
  const [broken] = database.prepare<[], { readonly table: string }>('PRAGMA foreign_key_check').all();
  if (broken === undefined) return;
  throw new AppError('corrupt', `${database.name} has rows in ${broken.table} that refer to rows which are not there.`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
