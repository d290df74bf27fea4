import { unlessAborted } from '#core/unless-aborted.ts';
import { serveMethodsOf } from './channel.ts';
import { serveThread } from './serve-thread.ts';
import { Thread } from './thread.ts';

/** Sends a line of progress to whoever waits for the answer. */
export type Say = (line: string) => void;

interface Question {
  /** The name of the thread. */
  readonly name: string;
  /** Completes "The thread that ...", for the message of a thread that dies. */
  readonly does: string;
  readonly request: unknown;
  readonly say?: Say;
  /** As for any thread. */
  readonly patienceSeconds?: number;
  /** Ends the wait: the thread then goes on without holding the process. */
  readonly signal?: AbortSignal | undefined;
}

interface AnsweringFunctions<Request, Answer> {
  answer(request: Request): Promise<Answer>;
}

/** Asks a new thread, which ends after its answer and so frees its memory. Rejects with the AppError of its work, or as the signal says. */
export async function askThread<Answer>(entry: URL, question: Question): Promise<Answer> {
  const { name, does, request, say = () => undefined, signal, ...patience } = question;
  signal?.throwIfAborted();
  const options = { name, does, serves: { say }, ...patience };
  const thread = new Thread<AnsweringFunctions<unknown, Answer>>(entry, options);
  try {
    const answer = thread.remote.answer(request);
    return await (signal === undefined ? answer : unlessAborted(answer, signal));
  } finally {
    if (signal?.aborted) thread.abandon();
    else await thread.close();
  }
}

/** The thread's side of `askThread`: its entry does nothing else. The request is the one given to `askThread`. */
export function answerOnce<Request, Answer>(work: (request: Request, say: Say) => Promise<Answer>): void {
  const asker = serveThread<{ say: Say }>(
    serveMethodsOf({ answer: (request: Request) => work(request, (line) => void asker.say(line)) }),
  );
}
