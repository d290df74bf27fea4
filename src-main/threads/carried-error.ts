import { AppError, type ErrorCode, messageOf } from '#core/errors.ts';
import { fromSystem } from '#core/system-error.ts';

/** An error on its way between threads: a structured clone would lose its code. */
export interface CarriedError {
  readonly code: ErrorCode;
  readonly message: string;
  /** Where an unexpected error came from, for the log. */
  readonly stack: string | null;
}

export function carriedError(thrown: unknown): CarriedError {
  const error = fromSystem(thrown);
  if (error instanceof AppError) return { code: error.code, message: error.message, stack: null };
  return { code: 'internal', message: messageOf(error), stack: error instanceof Error ? (error.stack ?? null) : null };
}

/** The error that the other thread throws. */
export function receivedError({ code, message, stack }: CarriedError): AppError {
  return new AppError(code, message, stack === null ? undefined : { cause: stack });
}
