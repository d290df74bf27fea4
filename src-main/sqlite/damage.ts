import Database from 'better-sqlite3';
import { messageOf } from '#core/errors.ts';
import type { Migration } from './migrate.ts';
import { OwnerSums } from './owner-sums.ts';
import { NOT_OF_SQLITE, ownerKey, quoted, SUMS_TABLE, type SumOwner, summedTables } from './row-owner.ts';
import { countedSums, hasSums, SCHEMA, type SumRow, type Sums, schemaSums } from './row-sums.ts';
import { isPassing } from './sqlite-error.ts';
import { withoutTrace } from './without-trace.ts';

/** What is not as it was stored. */
export interface Damage {
  /** What SQLite says of pages, indexes and constraints, or why it cannot read them; null where all is well. */
  readonly structure: string | null;
  /** Tables and indexes that are gone. */
  readonly missing: readonly string[];
  /** Whose rows are others than those that were stored. */
  readonly owners: readonly SumOwner[];
}

/**
 * Looks at the whole database: its pages, its schema and, where it has sums, every row. Null where nothing is damaged. Changes nothing,
 * so that a log that belongs to another file is not folded into this one.
 */
export function findDamage(path: string, shipped: readonly Migration[]): Damage | null {
  return withoutTrace(path, () => damageIn(path, shipped));
}

function damageIn(path: string, shipped: readonly Migration[]): Damage | null {
  let database: Database.Database | null = null;
  try {
    database = new Database(path, { readonly: true });
    database.pragma('busy_timeout = 5000');
    const look = database.transaction(damageOf);
    // As it is at one moment: its owner may write meanwhile.
    return look.deferred(database, shipped);
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || isPassing(error)) throw error;
    return { structure: messageOf(error), missing: [], owners: [] };
  } finally {
    database?.close();
  }
}

function damageOf(database: Database.Database, shipped: readonly Migration[]): Damage | null {
  const missing = missingObjects(database, shipped);
  const structure = structureProblem(database);
  const owners = missing.length === 0 && hasSums(database) ? changedOrUnreadable(database) : [];
  return structure === null && missing.length === 0 && owners.length === 0 ? null : { structure, missing, owners };
}

function structureProblem(database: Database.Database): string | null {
  try {
    database.pragma('cell_size_check = ON');
    const verdict = String(database.pragma('integrity_check(1)', { simple: true }));
    return verdict === 'ok' ? null : verdict.replaceAll('\n', ' ');
  } catch (error) {
    if (isPassing(error)) throw error;
    return messageOf(error);
  }
}

/** What the migrations up to the database's own schema make, and the database does not have. */
function missingObjects(database: Database.Database, shipped: readonly Migration[]): readonly string[] {
  const version = Number(database.pragma('user_version', { simple: true }));
  const here = new Set(schemaNames(database));
  const expected = namesAfter(shipped.filter(({ number }) => number <= version));
  return expected.filter((name) => !here.has(name));
}

function namesAfter(migrations: readonly Migration[]): readonly string[] {
  const empty = new Database(':memory:');
  try {
    for (const { sql } of migrations) empty.exec(sql);
    return migrations.length === 0 ? [] : ['migrations', ...schemaNames(empty)];
  } finally {
    empty.close();
  }
}

function schemaNames(database: Database.Database): readonly string[] {
  return database.prepare<[], string>(`SELECT name FROM main.sqlite_schema WHERE ${NOT_OF_SQLITE}`).pluck().all();
}

/** Where a pass over all rows meets a page that cannot be read, owners are looked at one by one. */
function changedOrUnreadable(database: Database.Database): readonly SumOwner[] {
  try {
    return changedOwners(database);
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || isPassing(error)) throw error;
    const sums = new OwnerSums(database);
    return sums.owners().filter((owner) => !sums.isIntact(owner));
  }
}

/** Throws what SQLite throws where a page cannot be read. */
function changedOwners(database: Database.Database): readonly SumOwner[] {
  const stored = database.prepare<[], SumRow>(`SELECT kind, id, sum FROM ${SUMS_TABLE}`).all();
  const known = new Set(summedTables(database).map(({ name }) => name));
  const counted: readonly Sums[] = [countedSums(database), schemaSums(database)];
  const countedOf = (owner: SumOwner) => counted.reduce((sum, sums) => sum + sums.of(owner), 0);
  const changed = stored.filter((row) => row.sum !== countedOf(row));
  const named = new Set(stored.map(ownerKey));
  // Objects that somebody added, and their rows, are nothing that we stored.
  const own = new Set(
    stored.filter(({ kind }) => kind.startsWith(SCHEMA)).map(({ kind }) => kind.slice(SCHEMA.length)),
  );
  const isForeign = (kind: string) => kind.startsWith(SCHEMA) || (known.has(kind) && !own.has(kind));
  const added = counted
    .flatMap((sums) => sums.rows())
    .filter((row) => !named.has(ownerKey(row)) && !isForeign(row.kind));
  return [...changed, ...added].map(({ kind, id }) => ({ kind, id }));
}

/** The id by which people know an owner; null where its row cannot be read any more. */
export function nameOfOwner(database: Database.Database, { kind, id }: SumOwner): string | null {
  const [table, column] = kind === 'run' ? ['runs', 'public_id'] : ['studies', 'name'];
  try {
    const row = database.prepare<[number], string>(`SELECT ${quoted(column)} FROM ${quoted(table)} WHERE id = ?`);
    return row.pluck().get(id) ?? null;
  } catch {
    return null;
  }
}
