import { parentPort, workerData } from 'node:worker_threads';
import { AppError, messageOf } from '#core/errors.ts';
import type { RecordReply, RecordRequest } from './record-messages.ts';
import type { RecordStorageOptions } from './record-storage.ts';
import { RecordStorage } from './record-storage.ts';

// Entry of the worker thread that reads and writes kept values while the trainer's thread is busy with a step.

const options: RecordStorageOptions = workerData;
const storage = new RecordStorage(options);

function answer(request: RecordRequest): RecordReply | null {
  switch (request.type) {
    case 'write':
      write(request);
      return null;
    case 'read':
      return read(request);
    case 'close':
      storage.close();
      return { type: 'closed' };
  }
}

/** A failure shows at the next reading: the storage remembers it. */
function write({ records, rows }: Extract<RecordRequest, { type: 'write' }>): void {
  try {
    storage.write(records, rows);
  } catch {}
}

function read({ reading, parts, target }: Extract<RecordRequest, { type: 'read' }>): RecordReply {
  try {
    storage.read(parts, target);
    return { type: 'read', reading };
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'internal';
    return { type: 'failed', reading, code, message: messageOf(error) };
  }
}

parentPort?.on('message', (request: RecordRequest) => {
  const reply = answer(request);
  if (reply !== null) parentPort?.postMessage(reply);
});
