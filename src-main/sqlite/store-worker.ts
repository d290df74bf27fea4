import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { SentBlocks } from '#core/block/sent-block.ts';
import { AppError } from '#core/errors.ts';
import type { Keeping } from '#core/keeping-ports.ts';
import { type Serve, serveMethodsOf } from '../threads/channel.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { SqliteBlocks } from './blocks.ts';
import { DATABASE_NAME, openDatabase, openOwnDatabase } from './database.ts';
import { removeOldExchanges } from './exchange-threads.ts';
import { HomeState, type NeededLook } from './home-state.ts';
import { SqliteKeeping } from './keeping.ts';
import { acquireHome, type HomeLock } from './lock.ts';
import { MIGRATIONS } from './migrate.ts';
import { salvage } from './salvage.ts';
import { withAppErrors } from './sqlite-error.ts';
import { SqliteStore } from './store.ts';
import type { SyncStore } from './sync-store.ts';
import type { Synchronous } from './synchronous.ts';

// Entry of the thread that writes the database.

/** The functions of the thread: those of the store of the home that was opened. */
export interface StoreFunctions extends SyncStore, Synchronous<Keeping>, Synchronous<SentBlocks> {
  /**
   * Opens the home; null where another process owns it. In a copy of a home, runs stay as they are: whoever trains them may be alive. Of
   * the copy of a damaged home, what is undamaged is opened. `mayWait`: whether a look at a large database may come later.
   */
  open(home: string, openedAs: OpenedAs, mayWait: boolean): OpenedHome | null;
  /** Notes the verdict of a look at the open database. */
  noteLook(isSound: boolean): void;
}

export interface OpenedHome {
  /** The names of all functions of the thread. */
  readonly functions: readonly string[];
  readonly look: NeededLook;
  /** A sentence for each thing that is left over in the home and cannot be removed. */
  readonly leftovers: readonly string[];
}

export type OpenedAs = 'owned' | 'copy' | 'damaged copy';

interface OwnedHome {
  readonly lock: HomeLock;
  readonly store: SqliteStore;
  readonly keeping: SqliteKeeping;
  readonly blocks: SqliteBlocks;
  readonly said: Partial<SyncStore>;
  /** Null for a copy, which nobody opens again. */
  readonly state: HomeState | null;
  readonly look: NeededLook;
}

let owned: OwnedHome | null = null;
/** The database of the home that is or was open. */
let place: string = DATABASE_NAME;

function open(home: string, openedAs: OpenedAs, mayWait: boolean): OpenedHome | null {
  place = join(home, DATABASE_NAME);
  return withAppErrors(place, () => openHome(home, openedAs, mayWait));
}

function openHome(home: string, openedAs: OpenedAs, mayWait: boolean): OpenedHome | null {
  const lock = acquireHome(home);
  if (lock === null) return null;
  const leftovers = removeOldExchanges(home);
  try {
    owned = openedAs === 'owned' ? openOwned(place, lock, mayWait) : openCopy(place, lock, openedAs);
  } catch (error) {
    lock.release();
    throw error;
  }
  const functions = [SqliteStore, SqliteKeeping, SqliteBlocks].flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype),
  );
  return { functions, look: owned.look, leftovers };
}

function openOwned(path: string, lock: HomeLock, mayWait: boolean): OwnedHome {
  const state = new HomeState(path);
  const { database, look } = openOwnDatabase(state, path, mayWait);
  const store = SqliteStore.over(database);
  const said = saidMethods(store, state);
  return { lock, state, look, store, said, keeping: new SqliteKeeping(database), blocks: new SqliteBlocks(database) };
}

function noteLook(isSound: boolean): void {
  current().state?.lookedAt(isSound);
}

function openCopy(path: string, lock: HomeLock, openedAs: OpenedAs): OwnedHome {
  if (openedAs === 'damaged copy') keepUndamaged(path);
  const database = openedAs === 'damaged copy' ? openDatabase(path, MIGRATIONS, 'sound') : openDatabase(path);
  return {
    ...{ lock, state: null, look: { when: 'never' }, said: {} },
    store: new SqliteStore(database),
    keeping: new SqliteKeeping(database),
    blocks: new SqliteBlocks(database),
  };
}

function keepUndamaged(path: string): void {
  const from = `${path}.damaged`;
  for (const ending of ['', '-wal']) {
    if (existsSync(`${path}${ending}`)) renameSync(`${path}${ending}`, `${from}${ending}`);
  }
  // What is damaged was said when it was found.
  salvage({ from, to: path, isFinal: false, tooLittle: new AppError('corrupt', `${from} cannot be read.`) });
}

function close(): void {
  const { store, lock, state } = current();
  owned = null;
  try {
    closeStore(store, state);
  } finally {
    lock.release();
  }
}

/** Where it cannot be said how the database was left, it is closed all the same, and looked at when it is opened again. */
function closeStore(store: SqliteStore, state: HomeState | null): void {
  try {
    store.settle();
    state?.closing();
  } finally {
    store.close();
  }
  state?.closed();
}

function current(): OwnedHome {
  if (owned !== null) return owned;
  throw new AppError('unavailable', 'The store is not open: open a home first.');
}

/** Methods of the store after which, or before which, the state of the home says what is stored. */
function saidMethods(store: SqliteStore, state: HomeState): Partial<SyncStore> {
  return {
    appendEvents(events) {
      store.appendEvents(events);
      const last = events.at(-1);
      if (last !== undefined) state.stored({ run: last.runId, seq: last.seq });
    },
    enqueue(runs) {
      store.enqueue(runs);
      const last = runs.at(-1);
      if (last !== undefined) state.stored({ run: last.id, seq: 0 });
    },
    purge(run) {
      state.deleting();
      store.purge(run);
    },
  };
}

function methodOf(name: string) {
  const own = serveMethodsOf({ open, close, noteLook })(name);
  if (own !== undefined) return own;
  const { store, keeping, blocks, said } = current();
  return serveMethodsOf([said, keeping, blocks, store].find((part) => name in part) ?? store)(name);
}

/** What SQLite says outside of the requests' transactions is told in sentences too. */
const serve: Serve = (name) => {
  const method = methodOf(name);
  return method && ((...input) => withAppErrors(place, () => method(...input)));
};

serveThread(serve);
