import { AppError, type ErrorCode, type Hindrance, messageOf } from '#core/errors.ts';
import { fromSystem } from '#core/system-error.ts';

/** An error on its way between threads: a structured clone would lose its code. */
export interface CarriedError {
  readonly code: ErrorCode;
  readonly message: string;
  /** Where an unexpected error came from, for the log. */
  readonly stack: string | null;
  readonly hinders: Hindrance | null;
}

export function carriedError(thrown: unknown): CarriedError {
  const error = fromSystem(thrown);
  if (error instanceof AppError) {
    const { code, message, hinders } = error;
    return { code, message, stack: null, hinders };
  }
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  return { code: 'internal', message: messageOf(error), stack, hinders: null };
}

/** The error that the other thread throws. */
export function receivedError({ code, message, stack, hinders }: CarriedError): AppError {
  return new AppError(code, message, stack === null ? { hinders } : { hinders, cause: stack });
}
