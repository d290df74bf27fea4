import type { ErrorCode } from '#core/errors.ts';
import { AppError, messageOf } from '#core/errors.ts';

/** What a call between threads came to: structured clones lose the code of an error. */
export type Answer<Value> =
  | { readonly value: Value }
  | { readonly code: ErrorCode; readonly message: string; readonly stack: string | null };

export async function answerTo<Value>(work: () => Promise<Value> | Value): Promise<Answer<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, message: error.message, stack: null };
    const stack = error instanceof Error ? (error.stack ?? null) : null;
    return { code: 'internal', message: messageOf(error), stack };
  }
}

/** Throws the error of the other side. */
export function openAnswer<Value>(answer: Answer<Value>): Value {
  if ('value' in answer) return answer.value;
  const { code, message, stack } = answer;
  throw new AppError(code, message, stack === null ? undefined : { cause: stack });
}
