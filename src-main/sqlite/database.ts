import { existsSync, lstatSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '#core/errors.ts';
import { makeRoom } from '../files/leftovers.ts';
import { backupPath, backupsIn, restoreAdvice } from './backup-files.ts';
import { findDamage } from './damage.ts';
import { damagedDatabase } from './damage-words.ts';
import { APPLICATION_ID, checkHeader, schemaNumber } from './header.ts';
import type { HomeState, NeededLook } from './home-state.ts';
import { lostLog } from './lost-log.ts';
import { MIGRATIONS, type Migration, migrate, readMigrations } from './migrate.ts';
import { RowSums } from './row-sums.ts';
import { isFull, withAppErrors } from './sqlite-error.ts';

export type Connection = Database.Database;

/** Name of the database file in a home. */
export const DATABASE_NAME = 'lab.sqlite';

/** Older versions can corrupt a WAL database when a checkpoint and a commit meet. */
const OLDEST_SQLITE = [3, 51, 3] as const;

/**
 * Opens the database at `path`, creating it if there is none, and migrates it to the newest schema. Throws 'conflict' for a file
 * of another program or of a newer version of this one, and 'corrupt' for a damaged one, and leaves that file as it was. Unless
 * the caller says that it is sound, the whole file is looked at.
 */
export function openDatabase(path: string, migrations: URL = MIGRATIONS, sound?: 'sound'): Connection {
  return opened(path, migrations, (shipped) => {
    if (sound === undefined) refuseDamage(path, shipped);
  });
}

/** The database of a home, and the look at it that is still due. */
export interface OwnedDatabase {
  readonly database: Connection;
  readonly look: NeededLook;
}

/**
 * `openDatabase` for the owner of a home. What its last owner left in `state` says whether the file has to be looked at; where the
 * caller can wait, so may the look at one that is probably sound.
 */
export function openOwnDatabase(
  state: HomeState,
  path: string,
  mayWait: boolean,
  migrations: URL = MIGRATIONS,
): OwnedDatabase {
  let look: NeededLook = { when: 'never' };
  const database = opened(path, migrations, (shipped) => {
    look = begin(path, shipped, { state, mayWait });
  });
  return { database, look };
}

function opened(path: string, migrations: URL, begin: (shipped: readonly Migration[]) => void): Connection {
  return withAppErrors(path, () => {
    const shipped = readMigrations(migrations);
    if (isMissing(path)) createDatabase(path);
    checkHeader(path, shipped.at(-1)?.number ?? 0);
    begin(shipped);
    const database = new Database(path);
    try {
      configure(database);
      migrate(database, shipped);
      RowSums.watch(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Opens a second connection next to the owner's, which sees what is committed and changes nothing. */
export function openReadOnly(path: string): Connection {
  return withAppErrors(path, () => {
    const database = new Database(path, { readonly: true });
    database.pragma('busy_timeout = 5000');
    return database;
  });
}

/** Asks a second connection, within one transaction: what it answers is from one moment. */
export function withReadOnly<Answer>(path: string, ask: (database: Connection) => Answer): Answer {
  const database = openReadOnly(path);
  try {
    return withAppErrors(path, () => database.transaction(ask).deferred(database));
  } finally {
    database.close();
  }
}

export function sqliteVersion(database: Connection): string {
  return String(database.prepare<[], string>('SELECT sqlite_version()').pluck().get());
}

interface Beginning {
  readonly state: HomeState;
  readonly mayWait: boolean;
}

/**
 * Refuses a wrong or lost log and damage; else says that the database is open, before anything in it can change. Gives the look that
 * is due.
 */
function begin(path: string, shipped: readonly Migration[], { state, mayWait }: Beginning): NeededLook {
  refuseForeignLog(path, state);
  // A damaged database is not brought up to date.
  const isNew = schemaNumber(path) === (shipped.at(-1)?.number ?? 0);
  const look = state.neededLook(mayWait && isNew);
  if (look.when === 'first') refuseDamage(path, shipped);
  const lost = lostLog(path, state);
  if (lost !== null) throw lost;
  state.opening(look);
  return look;
}

function refuseForeignLog(path: string, state: HomeState): void {
  if (!state.hasForeignLog()) return;
  const problem = `${path} was closed, so the log ${path}-wal next to it belongs to another database`;
  throw new AppError('corrupt', `${problem}: move that log away; nothing was changed.`);
}

function refuseDamage(path: string, shipped: readonly Migration[]): void {
  const damage = findDamage(path, shipped);
  if (damage !== null) throw damagedDatabase(path, damage);
}

/** Whether opening the home would begin a new database. Throws 'corrupt' as the opening would. */
export function isNewHome(home: string): boolean {
  return isMissing(join(home, DATABASE_NAME));
}

/** Whether a home is new. Throws 'corrupt' where the file is gone, and what lies around it shows that there was one. */
function isMissing(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file?.isFile() === true) return false;
  if (file !== undefined || lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    throw new AppError('corrupt', `${path} is no ordinary file: move it away; ${restoreAdvice(path)}.`);
  }
  const trace = traceOfEarlierWork(path);
  if (trace === undefined) return true;
  const home = dirname(path);
  const state = `${path} is missing, but ${trace} shows that there was one`;
  throw new AppError(
    'corrupt',
    `${state}: put it back, or ${restoreAdvice(path)}; for a new start, choose a folder other than ${home}.`,
  );
}

/** SQLite would also replay a log that was left behind onto a new file. */
function traceOfEarlierWork(path: string): string | undefined {
  const home = dirname(path);
  const [log, runs] = [`${path}-wal`, join(home, 'runs')];
  if (existsSync(log)) return log;
  if (hasEntries(runs)) return runs;
  const [newest] = backupsIn(home);
  return newest && backupPath(home, newest);
}

function hasEntries(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}

/** Creates the file under another name first, so that a file at `path` always carries our application id. */
export function createDatabase(path: string): void {
  const fresh = `${path}.new`;
  makeRoom(fresh);
  const database = new Database(fresh);
  // This lets a purge give pages back without rewriting the file. It only works before the first table.
  database.pragma('auto_vacuum = INCREMENTAL');
  database.pragma(`application_id = ${APPLICATION_ID}`);
  database.close();
  renameSync(fresh, path);
}

function configure(database: Connection): void {
  assertSqliteVersion(sqliteVersion(database));
  database.pragma('busy_timeout = 5000');
  database.pragma('foreign_keys = ON');
  if (database.pragma('journal_mode = WAL', { simple: true }) !== 'wal') {
    throw new AppError(
      'unavailable',
      `${database.name} is on a disk without shared memory: choose a folder on a local disk with --home.`,
    );
  }
  // NORMAL, the default under WAL, may lose the last commits when the power fails.
  database.pragma('synchronous = FULL');
}

function assertSqliteVersion(version: string): void {
  const parts = version.split('.').map(Number);
  const difference = OLDEST_SQLITE.map((oldest, index) => (parts[index] ?? 0) - oldest).find((step) => step !== 0) ?? 0;
  if (difference >= 0) return;
  throw new AppError(
    'unavailable',
    `SQLite ${version} is too old: install the better-sqlite3 that package-lock.json names.`,
  );
}

/** Makes later queries faster, and nothing else: a full disk may prevent it. */
export function optimize(database: Connection): void {
  try {
    database.pragma('optimize');
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}
