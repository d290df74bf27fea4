import { AppError, type ErrorCode, messageOf } from '#core/errors.ts';

/** An error on its way between threads: structured clones lose the code. */
interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  /** Where an error that nobody expected came from; for the log. */
  readonly stack: string | null;
}

/** Where birpc keeps the error of a reply. */
interface FailedReply {
  readonly e: unknown;
}

/** For the `serialize` of birpc. */
export function flattenError(message: unknown): unknown {
  return isFailedReply(message) ? { ...message, e: toPlain(message.e) } : message;
}

/** For the `deserialize` of birpc: failed replies get their AppError back. */
export function reviveError(message: unknown): unknown {
  return isFailedReply(message) ? { ...message, e: fromPlain(message.e as PlainError) } : message;
}

function isFailedReply(message: unknown): message is FailedReply {
  return typeof message === 'object' && message !== null && 'e' in message && message.e !== undefined;
}

function toPlain(error: unknown): PlainError {
  if (error instanceof AppError) return { code: error.code, message: error.message, stack: null };
  return { code: 'internal', message: messageOf(error), stack: error instanceof Error ? (error.stack ?? null) : null };
}

function fromPlain({ code, message, stack }: PlainError): AppError {
  return new AppError(code, message, stack === null ? undefined : { cause: stack });
}
