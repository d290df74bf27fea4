import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '#core/errors.ts';
import type { ImageReply, ImageRequest } from './image-messages.ts';

type ReplyTo<Request extends ImageRequest> = Extract<
  ImageReply,
  { type: { list: 'listed'; examine: 'examined'; decode: 'decoded' }[Request['type']] }
>;

/** Threads that list and decode images, each one request at a time. */
export class ImageThreads {
  readonly #workers: readonly Worker[];

  constructor(count: number) {
    const entry = new URL('./image-worker.ts', import.meta.url);
    this.#workers = Array.from({ length: count }, () => new Worker(entry, { name: 'images' }));
  }

  /** Asks the first thread. Rejects with the AppError of the file that cannot be read. */
  ask<Request extends ImageRequest>(request: Request): Promise<ReplyTo<Request>> {
    return askWorker(this.#workers[0], request);
  }

  /** Each thread takes the next request when it is done with one; ends early where `onReply` returns false. */
  async askAll<Request extends ImageRequest>(
    requests: Iterator<Request, unknown, unknown>,
    onReply: (reply: ReplyTo<Request>, request: Request) => boolean,
  ): Promise<void> {
    let goesOn = true;
    const work = async (worker: Worker): Promise<void> => {
      for (let next = requests.next(); goesOn && !next.done; next = requests.next()) {
        goesOn &&= onReply(await askWorker(worker, next.value), next.value);
      }
    };
    await Promise.all(this.#workers.map(work));
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

async function askWorker<Request extends ImageRequest>(worker: Worker, request: Request): Promise<ReplyTo<Request>> {
  const answered = once(worker, 'message') as Promise<[ImageReply]>;
  worker.postMessage(request);
  const [reply] = await answered.catch((error: unknown) => {
    throw new AppError('internal', `The thread that reads the images failed: ${messageOf(error)}.`, { cause: error });
  });
  if (reply.type === 'failed') throw new AppError(reply.code, reply.message);
  // A thread answers in the kind of what it was asked.
  return reply as ReplyTo<Request>;
}
