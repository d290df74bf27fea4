import { AppError } from '#core/errors.ts';
import { windowSentence, withWindowSentences } from '#core/window-words.ts';

/** Makes a client's answers, streams and errors name what the window has where the terminal has a command. */
export async function inWindowWords<Result>({ next }: { next(): Promise<Result> }): Promise<Result> {
  try {
    const answer = await next();
    return isStream(answer) ? (streamed(answer) as Result) : withWindowSentences(answer);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, windowSentence(error.message), {
      ...{ cause: error, lines: error.lines, hinders: error.hinders },
    });
  }
}

type Stream = AsyncIterator<unknown> & AsyncIterable<unknown>;

function isStream(answer: unknown): answer is Stream {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
}

/** Ends when the stream ends, and ends it where nobody listens any more. */
function streamed(stream: Stream): Stream {
  const iterator = stream[Symbol.asyncIterator]();
  const changed = async (result: Promise<IteratorResult<unknown>>) => {
    const { done = false, value } = await result;
    return { done, value: withWindowSentences(value) };
  };
  return {
    next: () => changed(iterator.next()),
    return: async (value) => (iterator.return === undefined ? { done: true, value } : iterator.return(value)),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
