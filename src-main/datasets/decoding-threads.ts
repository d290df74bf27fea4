import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '#core/errors.ts';
import type { DecodeRequest, DecodingReply, DecodingRequest, ImageShape } from './decoding-messages.ts';

type Decoded = Extract<DecodingReply, { type: 'decoded' }>;

/** Threads that decode images, each one request at a time. All calls reject with the AppError of the file at fault. */
export class DecodingThreads {
  readonly #workers: readonly Worker[];

  constructor(count: number) {
    const entry = new URL('./decoding-worker.ts', import.meta.url);
    this.#workers = Array.from({ length: count }, () => new Worker(entry, { name: 'decoding' }));
  }

  /** What the image of a file is, or will be with that size. */
  async examine(file: string, size: number | null): Promise<ImageShape> {
    const reply = await ask(this.#workers[0], { type: 'examine', file, size });
    if (reply.type !== 'examined') throw unexpected(reply);
    return reply.shape;
  }

  /** Each thread takes the next request when it is done with one; ends early where `onReply` returns false. */
  async decode(
    requests: Iterator<DecodeRequest, void, undefined>,
    onReply: (reply: Decoded, request: DecodeRequest) => boolean,
  ): Promise<void> {
    let goesOn = true;
    const work = async (worker: Worker): Promise<void> => {
      for (let next = requests.next(); goesOn && !next.done; next = requests.next()) {
        const reply = await ask(worker, next.value);
        if (reply.type !== 'decoded') throw unexpected(reply);
        goesOn &&= onReply(reply, next.value);
      }
    };
    await Promise.all(this.#workers.map(work));
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

async function ask(worker: Worker, request: DecodingRequest): Promise<Exclude<DecodingReply, { type: 'failed' }>> {
  const replied = once(worker, 'message') as Promise<[DecodingReply]>;
  worker.postMessage(request);
  const [reply] = await replied.catch((error: unknown) => {
    throw new AppError('internal', `The thread that decodes the images failed: ${messageOf(error)}.`, { cause: error });
  });
  if (reply.type === 'failed') throw new AppError(reply.code, reply.message);
  return reply;
}

function unexpected({ type }: DecodingReply): AppError {
  return new AppError('internal', `The thread that decodes the images gave the answer "${type}" to another question.`);
}
