import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import { AppError } from '#core/errors.ts';
import { acquireHome, type HomeLock } from './lock.ts';
import { flattenError } from './remote-error.ts';
import { SqliteStore, type SyncStore } from './store.ts';

/** What the thread answers: the store of the home that was opened. */
export interface ThreadFunctions extends SyncStore {
  /** False where another process owns the home. */
  open(home: string): boolean;
}

interface OwnedHome {
  readonly lock: HomeLock;
  readonly store: SqliteStore;
}

let owned: OwnedHome | null = null;

function open(home: string): boolean {
  const lock = acquireHome(home);
  if (lock === null) return false;
  try {
    owned = { lock, store: SqliteStore.open(join(home, 'lab.sqlite')) };
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

function serve(port: NonNullable<typeof parentPort>): void {
  createBirpc<object, Pick<ThreadFunctions, 'open' | 'close'>>(
    { open, close },
    {
      post: (message) => port.postMessage(message),
      on: (listener) => port.on('message', listener),
      serialize: flattenError,
      resolver: (name, own) => own ?? methodOfStore(name as keyof SyncStore),
    },
  );
}

function methodOfStore(name: keyof SyncStore): (...input: unknown[]) => unknown {
  return (...input) => Reflect.apply(current().store[name], current().store, input);
}

if (parentPort !== null) serve(parentPort);
