import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '#core/errors.ts';
import type { DatasetSamples } from '#core/records.ts';
import type { SamplesRequest } from './samples.ts';
import type { SamplesReply } from './samples-worker.ts';

/** Draws samples in a thread of its own, which ends with the answer and gives its memory back. */
export async function samplesInThread(request: SamplesRequest): Promise<DatasetSamples> {
  const worker = new Worker(new URL('./samples-worker.ts', import.meta.url), { name: 'samples', workerData: request });
  const reply = await firstReply(worker).finally(() => worker.terminate());
  if (reply.type === 'failed') throw new AppError(reply.code, reply.message);
  return reply.samples;
}

async function firstReply(worker: Worker): Promise<SamplesReply> {
  try {
    const [reply] = (await once(worker, 'message')) as [SamplesReply];
    return reply;
  } catch (error) {
    throw new AppError('internal', `The thread that draws samples failed: ${messageOf(error)}.`, { cause: error });
  }
}
