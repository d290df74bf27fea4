import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { BirpcReturn } from 'birpc';
import type { Keeping, Readings, Store } from '#core/ports.ts';
import { DATABASE_NAME } from './database.ts';
import { ReaderThread } from './reader-thread.ts';
import { connectThread } from './remote-thread.ts';
import type { ThreadFunctions } from './store-worker.ts';
import { untextual } from './textual.ts';

const STORE_WORKER = new URL('./store-worker.ts', import.meta.url);

export interface StoreOptions {
  /** Whether pages ask as soon as it is open: the thread that answers them then starts meanwhile. Default: no. */
  readonly readsAtOnce?: boolean;
  /** Of the store's thread; tests have others. */
  readonly script?: URL;
}

/**
 * Opens the store of a home in a thread of its own, so that no query blocks the caller, and what takes long in a second
 * one, so that it does not delay what trains. Null where another process owns the home; throws what `openDatabase` throws.
 * The threads keep the process alive until `close`.
 */
export async function openStore(
  home: string,
  { readsAtOnce = false, script = STORE_WORKER }: StoreOptions = {},
): Promise<Store | null> {
  const worker = new Worker(script, { name: 'store' });
  const reader = new ReaderThread(join(home, DATABASE_NAME));
  if (readsAtOnce) reader.start();
  const remote = connectThread<ThreadFunctions>(worker);
  holdAddon();
  const end = () => Promise.all([worker.terminate(), reader.close()]);
  try {
    if (await remote.open(home)) {
      const close = () => closeAll(remote, worker, reader);
      return { ...writesOf(remote), ...keepingOf(remote), ...readingsOf(reader), close };
    }
  } catch (error) {
    await end();
    throw error;
  }
  await end();
  return null;
}

let isAddonHeld = false;

/**
 * Loads SQLite here too, while the threads load. Node unloads an addon with the last thread that has it, and V8 may then
 * still call into it for what that thread left behind: a crash now and then (better-sqlite3 issue 1476).
 */
function holdAddon(): void {
  if (isAddonHeld) return;
  new Database(':memory:').close();
  isAddonHeld = true;
}

type RemoteStore = BirpcReturn<ThreadFunctions, object>;

/** The reader first: the last connection to close folds the log into the file. */
async function closeAll(remote: RemoteStore, worker: Worker, reader: ReaderThread): Promise<void> {
  try {
    await reader.close();
    await remote.close();
  } finally {
    await worker.terminate();
  }
}

function writesOf(remote: RemoteStore): Omit<Store, keyof Readings | keyof Keeping | 'close'> {
  return {
    createStudy: remote.createStudy,
    extendStudy: remote.extendStudy,
    study: remote.study,
    studies: remote.studies,
    renameStudy: remote.renameStudy,
    searches: remote.searches,
    saveSearch: remote.saveSearch,
    enqueue: remote.enqueue,
    run: remote.run,
    runs: remote.runs,
    nextQueued: remote.nextQueued,
    setStatus: remote.setStatus,
    appendEvents: remote.appendEvents,
    events: remote.events,
    updateRuns: remote.updateRuns,
    setDeleted: remote.setDeleted,
    purge: remote.purge,
    saveDataset: remote.saveDataset,
    datasets: remote.datasets,
    removeDataset: remote.removeDataset,
  };
}

function keepingOf(remote: RemoteStore): Keeping {
  return {
    views: remote.views,
    saveView: remote.saveView,
    removeView: remote.removeView,
    settings: remote.settings,
    changeSettings: remote.changeSettings,
    draft: remote.draft,
    saveDraft: remote.saveDraft,
  };
}

function readingsOf(reader: ReaderThread): Readings {
  return {
    runRows: async (query) => {
      const { rows, next } = await (await reader.remote()).rowTexts(query);
      return { rows: rows.map(untextual), next };
    },
    valuesAt: async (series, epoch) => untextual(await (await reader.remote()).valuesText(series, epoch)),
    curves: async (query) => (await reader.remote()).curves(query),
    stepTimes: async (run, buckets) => (await reader.remote()).stepTimes(run, buckets),
    history: async (run) => (await reader.remote()).history(run),
    overview: async () => (await (await reader.remote()).overviewTexts()).map(untextual),
    compare: async (study) => (await reader.remote()).compare(study),
  };
}
