import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { AppError } from '#core/errors.ts';
import type { Keeping } from '#core/ports.ts';
import { DATABASE_NAME, openDatabase } from './database.ts';
import { SqliteKeeping } from './keeping.ts';
import { acquireHome, type HomeLock } from './lock.ts';
import { serveThread } from './served-thread.ts';
import { SqliteStore, type SyncStore } from './store.ts';
import type { Synchronous } from './synchronous.ts';

/** What the thread answers: the store of the home that was opened. */
export interface ThreadFunctions extends SyncStore, Synchronous<Keeping> {
  /** False where another process owns the home. */
  open(home: string): boolean;
}

interface OwnedHome {
  readonly lock: HomeLock;
  readonly store: SqliteStore;
  readonly keeping: SqliteKeeping;
}

let owned: OwnedHome | null = null;

function open(home: string): boolean {
  const lock = acquireHome(home);
  if (lock === null) return false;
  try {
    const database = openDatabase(join(home, DATABASE_NAME));
    owned = { lock, store: SqliteStore.over(database), keeping: new SqliteKeeping(database) };
    return true;
  } catch (error) {
    lock.release();
    throw error;
  }
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

function methodOfStore(name: string): (...input: unknown[]) => unknown {
  return (...input) => {
    const { store, keeping } = current();
    if (name in keeping) return Reflect.apply(keeping[name as keyof Keeping], keeping, input);
    return Reflect.apply(store[name as keyof SyncStore], store, input);
  };
}

if (parentPort !== null) serveThread(parentPort, { open, close }, methodOfStore);
