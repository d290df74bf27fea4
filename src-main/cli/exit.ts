import { CommanderError } from 'commander';
import type { ErrorCode } from '#core/errors.ts';
import { AppError, messageOf } from '#core/errors.ts';
import { printableLine } from './printable.ts';

export const EXIT = { success: 0, failure: 1, badRequest: 2, interrupted: 130 } as const;

/** Errors that the caller can correct; everything else is a failure. */
const BAD_REQUESTS: readonly ErrorCode[] = ['bad-request', 'not-found', 'conflict'];

/** Ends a command after Ctrl-C. The message says how to continue. */
export class Interrupted extends Error {}

export interface Exit {
  readonly code: number;
  /** For stderr; null where everything has been printed. */
  readonly sentence: string | null;
}

/** How the program ends after this error. */
export function exitFor(error: unknown): Exit {
  if (error instanceof Interrupted) return { code: EXIT.interrupted, sentence: printableLine(error.message) };
  if (error instanceof CommanderError) return usageExit(error);
  const isBadRequest = error instanceof AppError && BAD_REQUESTS.includes(error.code);
  return { code: isBadRequest ? EXIT.badRequest : EXIT.failure, sentence: printableLine(messageOf(error)) };
}

/** Commander has already printed its help; its other errors become one sentence. */
function usageExit(error: CommanderError): Exit {
  if (error.exitCode === 0) return { code: EXIT.success, sentence: null };
  if (error.code === 'commander.help') return { code: EXIT.badRequest, sentence: null };
  const text = printableLine(error.message.replace(/^error: /, '')).replace(/\.$/, '');
  return { code: EXIT.badRequest, sentence: `${text.charAt(0).toUpperCase()}${text.slice(1)}: see --help.` };
}
