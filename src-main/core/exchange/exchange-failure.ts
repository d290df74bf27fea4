import type { ErrorCode } from '#core/errors.ts';

/** The last that an import or an export tells, where it failed. */
export interface ExchangeFailure {
  readonly type: 'failed';
  readonly code: ErrorCode;
  readonly message: string;
}
