import { AppError, type ErrorCode, messageOf } from './errors.ts';

/** The last that work tells which failed, such as an import. */
export interface FailureNews {
  readonly type: 'failed';
  readonly code: ErrorCode;
  readonly message: string;
}

export function failureNews(error: unknown): FailureNews {
  return { type: 'failed', code: error instanceof AppError ? error.code : 'internal', message: messageOf(error) };
}
