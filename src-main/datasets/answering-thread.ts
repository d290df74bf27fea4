import { parentPort, Worker, workerData } from 'node:worker_threads';
import { AppError, type ErrorCode, messageOf } from '#core/errors.ts';

type Reply<T> =
  | { readonly type: 'answered'; readonly answer: T }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };

type Saying = { readonly type: 'said'; readonly line: string };

/** Says a line of progress to whoever waits. */
export type Say = (line: string) => void;

interface Question {
  /** What the thread is called, and what it does, for the message of a thread that dies. */
  readonly name: string;
  readonly does: string;
  readonly request: unknown;
  readonly say?: Say;
}

/** Asks a thread of its own, which ends with the answer and gives its memory back. Rejects with the AppError of its work. */
export async function askThread<T>(entry: URL, { name, does, request, say }: Question): Promise<T> {
  const worker = new Worker(entry, { name, workerData: request });
  const reply = await replyFrom<T>(worker, say)
    .catch((error: unknown) => {
      throw new AppError('internal', `The thread that ${does} failed: ${messageOf(error)}.`, { cause: error });
    })
    .finally(() => worker.terminate());
  if (reply.type === 'failed') throw new AppError(reply.code, reply.message);
  return reply.answer;
}

function replyFrom<T>(worker: Worker, say: Say | undefined): Promise<Reply<T>> {
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (message: Reply<T> | Saying) => {
      if (message.type === 'said') say?.(message.line);
      else resolve(message);
    });
  });
}

type Work<Request, T> = (request: Request, say: Say) => Promise<T>;

/** The other side: the one thing that a thread's entry does. The request is what `askThread` was given. */
export async function answerOnce<Request, T>(work: Work<Request, T>): Promise<void> {
  parentPort?.postMessage(await replyOf(work, workerData as Request));
}

async function replyOf<Request, T>(work: Work<Request, T>, request: Request): Promise<Reply<T>> {
  const say: Say = (line) => parentPort?.postMessage({ type: 'said', line } satisfies Saying);
  try {
    return { type: 'answered', answer: await work(request, say) };
  } catch (error) {
    return { type: 'failed', code: error instanceof AppError ? error.code : 'internal', message: messageOf(error) };
  }
}
