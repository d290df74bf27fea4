import { AppError } from './errors.ts';

/** What Node throws where the operating system refused a call. */
interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
}

/** Codes for a full disk and for a used-up quota. */
const NO_SPACE: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** The code that Node, the system or a library gives an error; undefined where it has none. */
export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function isFullDisk(error: unknown): boolean {
  return NO_SPACE.has(errorCodeOf(error) ?? '');
}

/**
 * The AppError for a refusal of the operating system that nobody expected where it happened, such as a disk that fails at that moment; every
 * other error stays as it is. Whoever passes errors on to people, another thread or another program asks this last.
 */
export function fromSystem(error: unknown): unknown {
  if (!isSystemError(error)) return error;
  const { syscall, path } = error;
  const what = path === undefined ? `"${syscall}"` : `"${syscall}" on ${path}`;
  const refusal = `The system refused ${what} (${error.message.split(', ')[0]})`;
  if (isFullDisk(error)) {
    return new AppError('no-space', `${refusal}: free some space and try again; what was stored is kept.`, {
      cause: error,
    });
  }
  const advice = 'check the disk and your permissions, and try again; what was stored is kept';
  return new AppError('unavailable', `${refusal}: ${advice}.`, { cause: error });
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && /^E[A-Z0-9]+$/.test(errorCodeOf(error) ?? '');
}
