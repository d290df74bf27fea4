import { workerData } from 'node:worker_threads';
import type { RecordPart } from '#core/training/prefix/kept-values.ts';
import { serveMethodsOf } from '../threads/channel.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { RecordStorage, type RecordStorageOptions } from './record-storage.ts';

// Entry of the thread that reads and writes kept values while the trainer's thread is busy with a step.

const options: RecordStorageOptions = workerData;
const storage = new RecordStorage(options);

const functions = {
  /** The storage remembers a failure, so the next reading reports it too. */
  write: (records: readonly number[], rows: Float32Array): void => storage.write(records, rows),
  /** `target` lies in shared memory. */
  read: (parts: readonly RecordPart[], target: Float32Array): void => storage.read(parts, target),
  close: (): void => storage.close(),
};

/** The functions of the thread, which answers in the order of the calls. */
export type RecordFunctions = typeof functions;

serveThread(serveMethodsOf(functions));
