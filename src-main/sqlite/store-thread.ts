import { Worker } from 'node:worker_threads';
import { type BirpcReturn, createBirpc } from 'birpc';
import { AppError, messageOf } from '#core/errors.ts';
import type { Store } from '#core/ports.ts';
import { reviveError } from './remote-error.ts';
import type { ThreadFunctions } from './store-worker.ts';

const STORE_WORKER = new URL('./store-worker.ts', import.meta.url);

/**
 * Opens the store of a home in a thread of its own, so that no query blocks the caller. Null where another process
 * owns the home; throws what `openDatabase` throws. The thread keeps the process alive until `close`.
 */
export async function openStore(home: string, script: URL = STORE_WORKER): Promise<Store | null> {
  const worker = new Worker(script, { name: 'store' });
  const remote = connect(worker);
  try {
    if (await remote.open(home)) return storeOf(remote, worker);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  await worker.terminate();
  return null;
}

type RemoteStore = BirpcReturn<ThreadFunctions, object>;

/** Calls that wait when the thread ends, and calls after that, are rejected as unavailable. */
function connect(worker: Worker): RemoteStore {
  let ended: AppError | null = null;
  const remote = createBirpc<ThreadFunctions, object>(
    {},
    {
      post: (message) => worker.postMessage(message),
      on: (listener) => worker.on('message', listener),
      deserialize: reviveError,
      // A purge may take its time.
      timeout: -1,
      onRequest: async (_request, send) => {
        if (ended !== null) throw ended;
        await send();
      },
    },
  );
  worker.on('error', (cause) => {
    ended = new AppError('unavailable', `The store stopped: ${messageOf(cause)}. Start the program again.`, { cause });
  });
  worker.once('exit', () => {
    const reason = ended ?? new AppError('unavailable', 'The store is closed: open the home again.');
    ended = reason;
    remote.$rejectPendingCalls(({ reject }) => reject(reason));
  });
  return remote;
}

function storeOf(remote: RemoteStore, worker: Worker): Store {
  return {
    createStudy: remote.createStudy,
    extendStudy: remote.extendStudy,
    study: remote.study,
    studies: remote.studies,
    enqueue: remote.enqueue,
    run: remote.run,
    runs: remote.runs,
    nextQueued: remote.nextQueued,
    setStatus: remote.setStatus,
    appendEvents: remote.appendEvents,
    events: remote.events,
    setDeleted: remote.setDeleted,
    purge: remote.purge,
    saveDataset: remote.saveDataset,
    datasets: remote.datasets,
    close: async () => {
      try {
        await remote.close();
      } finally {
        await worker.terminate();
      }
    },
  };
}
