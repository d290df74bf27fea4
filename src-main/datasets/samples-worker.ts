import { parentPort, workerData } from 'node:worker_threads';
import { AppError, type ErrorCode, messageOf } from '#core/errors.ts';
import type { DatasetSamples } from '#core/records.ts';
import type { SamplesRequest } from './samples.ts';
import { drawSamples } from './samples.ts';

// Entry of the thread that draws samples: a data set of some hundred megabytes is read for forty of its images.

export type SamplesReply =
  | { readonly type: 'drawn'; readonly samples: DatasetSamples }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };

async function reply(request: SamplesRequest): Promise<SamplesReply> {
  try {
    return { type: 'drawn', samples: await drawSamples(request) };
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'internal';
    return { type: 'failed', code, message: messageOf(error) };
  }
}

if (parentPort !== null) parentPort.postMessage(await reply(workerData as SamplesRequest));
