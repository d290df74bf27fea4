import type { Worker } from 'node:worker_threads';
import { type BirpcReturn, createBirpc } from 'birpc';
import { AppError, messageOf } from '#core/errors.ts';
import { reviveError } from './remote-error.ts';

/** The functions of a thread of the store. Calls that wait when it ends, and calls after that, are rejected as unavailable. */
export function connectThread<Functions extends object>(worker: Worker): BirpcReturn<Functions, object> {
  let ended: AppError | null = null;
  const remote = createBirpc<Functions, object>(
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
