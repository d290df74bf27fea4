import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError } from '#core/errors.ts';
import { APPLICATION_ID, checkHeader } from './header.ts';
import { MIGRATIONS, migrate, readMigrations } from './migrate.ts';
import { withAppErrors } from './sqlite-error.ts';

export type Connection = Database.Database;

/** Name of the database file in a home. */
export const DATABASE_NAME = 'lab.sqlite';

/** Older versions can corrupt a WAL database when a checkpoint and a commit meet. */
const OLDEST_SQLITE = [3, 51, 3] as const;

/**
 * Opens the database at `path`, creating it if there is none, and migrates it to the newest schema. Throws 'conflict' for a file
 * of another program or of a newer version of this one, and leaves that file as it was.
 */
export function openDatabase(path: string, migrations: URL = MIGRATIONS): Connection {
  return withAppErrors(path, () => {
    const shipped = readMigrations(migrations);
    if (isMissing(path)) create(path);
    checkHeader(path, shipped.at(-1)?.number ?? 0);
    const database = new Database(path);
    try {
      configure(database);
      migrate(database, shipped);
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

export function sqliteVersion(database: Connection): string {
  return String(database.prepare<[], string>('SELECT sqlite_version()').pluck().get());
}

function isMissing(path: string): boolean {
  if (existsSync(path) && statSync(path).size > 0) return false;
  // SQLite would replay a log that was left behind onto the new file.
  if (!existsSync(`${path}-wal`)) return true;
  const message = `${path} is missing but its log ${path}-wal is there: put the file back, or move the log away too.`;
  throw new AppError('corrupt', message);
}

/** Creates the file under another name first, so that a file at `path` always carries our application id. */
function create(path: string): void {
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
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
