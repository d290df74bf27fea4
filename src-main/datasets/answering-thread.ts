import { once } from 'node:events';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { AppError, type ErrorCode, messageOf } from '#core/errors.ts';

type Reply<T> =
  | { readonly type: 'answered'; readonly answer: T }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };

interface Question {
  /** What the thread is called, and what it does, for the message of a thread that dies. */
  readonly name: string;
  readonly does: string;
  readonly request: unknown;
}

/** Asks a thread of its own, which ends with the answer and gives its memory back. Rejects with the AppError of its work. */
export async function askThread<T>(entry: URL, { name, does, request }: Question): Promise<T> {
  const worker = new Worker(entry, { name, workerData: request });
  const replied = once(worker, 'message') as Promise<[Reply<T>]>;
  const [reply] = await replied
    .catch((error: unknown) => {
      throw new AppError('internal', `The thread that ${does} failed: ${messageOf(error)}.`, { cause: error });
    })
    .finally(() => worker.terminate());
  if (reply.type === 'failed') throw new AppError(reply.code, reply.message);
  return reply.answer;
}

/** The other side: the one thing that a thread's entry does. The request is what `askThread` was given. */
export async function answerOnce<Request, T>(work: (request: Request) => Promise<T>): Promise<void> {
  parentPort?.postMessage(await replyOf(work, workerData as Request));
}

async function replyOf<Request, T>(work: (request: Request) => Promise<T>, request: Request): Promise<Reply<T>> {
  try {
    return { type: 'answered', answer: await work(request) };
  } catch (error) {
    return { type: 'failed', code: error instanceof AppError ? error.code : 'internal', message: messageOf(error) };
  }
}
