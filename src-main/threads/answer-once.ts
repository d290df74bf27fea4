import { serveMethodsOf } from './channel.ts';
import { serveThread } from './serve-thread.ts';
import { Thread } from './thread.ts';

/** Says a line of progress to whoever waits. */
export type Say = (line: string) => void;

interface Question {
  /** Names the thread. */
  readonly name: string;
  /** Completes "The thread that ...", for the message of a thread that dies. */
  readonly does: string;
  readonly request: unknown;
  readonly say?: Say;
}

interface AnsweringFunctions<Request, Answer> {
  answer(request: Request): Promise<Answer>;
}

/** Asks a thread of its own, which ends with the answer and gives its memory back. Rejects with the AppError of its work. */
export async function askThread<Answer>(entry: URL, question: Question): Promise<Answer> {
  const { name, does, request, say = () => undefined } = question;
  const thread = new Thread<AnsweringFunctions<unknown, Answer>>(entry, { name, does, serves: { say } });
  try {
    return await thread.remote.answer(request);
  } finally {
    await thread.close();
  }
}

/** The thread's side: the one thing that its entry does. The request is what `askThread` was given. */
export function answerOnce<Request, Answer>(work: (request: Request, say: Say) => Promise<Answer>): void {
  const asker = serveThread<{ say: Say }>(
    serveMethodsOf({ answer: (request: Request) => work(request, (line) => void asker.say(line)) }),
  );
}
