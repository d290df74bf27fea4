import { join } from 'node:path';
import { AppError } from '#core/errors.ts';
import type { Keeping } from '#core/ports.ts';
import { type Serve, serveMethodsOf } from '../threads/channel.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { DATABASE_NAME, openDatabase } from './database.ts';
import { SqliteKeeping } from './keeping.ts';
import { acquireHome, type HomeLock } from './lock.ts';
import { removeOldStagings } from './staging-thread.ts';
import { SqliteStore, type SyncStore } from './store.ts';
import type { Synchronous } from './synchronous.ts';

// Entry of the thread that writes the database.

/** The functions of the thread: those of the store of the home that was opened. */
export interface StoreFunctions extends SyncStore, Synchronous<Keeping> {
  /**
   * Opens the home, and gives the names of all functions of the thread; null where another process owns the home. In a copy of a
   * home, runs stay as they are: whoever trains them may be alive.
   */
  open(home: string, isCopy: boolean): readonly string[] | null;
}

interface OwnedHome {
  readonly lock: HomeLock;
  readonly store: SqliteStore;
  readonly keeping: SqliteKeeping;
}

let owned: OwnedHome | null = null;

function open(home: string, isCopy: boolean): readonly string[] | null {
  const lock = acquireHome(home);
  if (lock === null) return null;
  try {
    removeOldStagings(home);
    const database = openDatabase(join(home, DATABASE_NAME));
    owned = {
      lock,
      store: isCopy ? new SqliteStore(database) : SqliteStore.over(database),
      keeping: new SqliteKeeping(database),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
  return [SqliteStore, SqliteKeeping].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype));
}

function close(): void {
  const { store, lock } = current();
  store.close();
  owned = null;
  lock.release();
}

function current(): OwnedHome {
  if (owned !== null) return owned;
  throw new AppError('unavailable', 'The store is not open: open a home first.');
}

const serve: Serve = (name) => {
  if (name === 'open' || name === 'close') return serveMethodsOf({ open, close })(name);
  const { store, keeping } = current();
  return serveMethodsOf(name in keeping ? keeping : store)(name);
};

serveThread(serve);
