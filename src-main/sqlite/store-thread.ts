import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ExchangeFiles } from '#core/exchange/exchange-files.ts';
import type { Store } from '#core/ports.ts';
import { Thread } from '../threads/thread.ts';
import { DATABASE_NAME } from './database.ts';
import { DatabaseLook } from './database-look.ts';
import { arrivingFile, discardFile, filePieces, stageFile, writeLines } from './exchange-threads.ts';
import type { NeededLook } from './home-state.ts';
import { endOfStore, ReaderThread } from './reader-thread.ts';
import type { OpenedAs, StoreFunctions } from './store-worker.ts';

const STORE_WORKER = new URL('./store-worker.ts', import.meta.url);

export interface StoreOptions {
  /** Whether pages ask as soon as the store is open: then the thread that answers them starts at the same time. Default: no. */
  readonly readsAtOnce?: boolean;
  /** Whether the home is a copy of another, whose runs are not ours, or of a damaged one, of which the rest is opened. Default: 'owned'. */
  readonly openedAs?: OpenedAs;
  /** Whether the home may be used while a large database is still looked at: a program that runs for long tells the verdict. Default: no. */
  readonly mayWait?: boolean;
  /** Entry of the store's thread; tests use others. */
  readonly script?: URL;
}

/**
 * Opens the store of a home in a thread of its own, so that no query blocks the caller, with a second thread for long readings,
 * so that they do not delay a run that trains. Null where another process owns the home; throws what `openDatabase` throws.
 * The threads keep the process alive until `close`.
 */
export async function openStore(
  home: string,
  { readsAtOnce = false, openedAs = 'owned', mayWait = false, script = STORE_WORKER }: StoreOptions = {},
): Promise<Store | null> {
  const writer = new Thread<StoreFunctions>(script, {
    ...{ name: 'store', does: 'writes the database', endError: endOfStore },
  });
  const reader = new ReaderThread(join(home, DATABASE_NAME));
  if (readsAtOnce) reader.start();
  holdAddon();
  const end = () => Promise.all([writer.close(), reader.close()]);
  try {
    const opened = await writer.remote.open(home, openedAs, mayWait);
    if (opened !== null) return storeOver({ home, writer, reader, ...opened });
  } catch (error) {
    await end();
    throw error;
  }
  await end();
  return null;
}

let isAddonHeld = false;

/**
 * Loads SQLite in this thread too, while the others load it. Node unloads an addon with the last thread that uses it, and V8 may
 * then still call into it for objects that the thread left behind: an occasional crash (better-sqlite3 issue 1476).
 */
function holdAddon(): void {
  if (isAddonHeld) return;
  new Database(':memory:').close();
  isAddonHeld = true;
}

type Writer = Thread<StoreFunctions>;

interface StoreParts {
  readonly home: string;
  readonly writer: Writer;
  readonly reader: ReaderThread;
  /** The names of the functions of the writer. */
  readonly functions: readonly string[];
  /** The look at the database that is due. */
  readonly look: NeededLook;
  readonly leftovers: readonly string[];
}

/** Passes each call of the port on: to a thread of its own for files of event lines, to the writer if that has the method, else to the reader. */
function storeOver({ home, writer, reader, functions, look, leftovers }: StoreParts): Store {
  const writes = new Set(functions);
  const path = join(home, DATABASE_NAME);
  const looking =
    look.when === 'meanwhile' ? new DatabaseLook(path, look, (isSound) => writer.remote.noteLook(isSound)) : null;
  const files: ExchangeFiles = {
    stageFile: (file, meter) => stageFile(home, file, meter),
    writeLines: (reference, meter) => writeLines(home, reference, meter),
    filePieces,
    arrivingFile: () => arrivingFile(home),
    discardFile,
  };
  const methodOf = (name: string | symbol) => {
    // A promise that resolves to the store asks for its `then`.
    if (typeof name === 'symbol' || name === 'then') return undefined;
    if (name === 'close') return () => closeAll(writer, reader, looking);
    if (name === 'unreadableRows') {
      return async () => [...leftovers, ...(await unreadableRows(writer, reader, looking))];
    }
    if (name === 'damage') return () => damageIn(looking);
    if (name in files) return Reflect.get(files, name);
    if (writes.has(name)) return Reflect.get(writer.remote, name);
    return (...input: readonly unknown[]) => reader.ask(name, input);
  };
  return new Proxy({} as Store, { get: (_, name) => methodOf(name) });
}

/** Those that either connection has met, after what a look at the whole database has found. */
async function unreadableRows(
  writer: Writer,
  reader: ReaderThread,
  looking: DatabaseLook | null,
): Promise<readonly string[]> {
  const { damage = null, wrong = [] } = looking ?? {};
  const sentences = [...wrong, ...(await writer.remote.unreadableRows()), ...(await reader.leftOutRows())];
  return [...new Set([...(damage === null ? [] : [damage]), ...sentences])];
}

async function damageIn(looking: DatabaseLook | null): Promise<string | null> {
  await looking?.done;
  return looking?.damage ?? null;
}

/** Closes the reader first: the last connection to close folds the log into the file. */
async function closeAll(writer: Writer, reader: ReaderThread, looking: DatabaseLook | null): Promise<void> {
  try {
    await looking?.done;
    await reader.close();
    await writer.remote.close();
  } finally {
    await writer.close();
  }
}
