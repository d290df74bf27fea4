import { CommanderError } from 'commander';
import type { ErrorCode } from '#core/errors.ts';
import { AppError, linesToCopy, messageOf } from '#core/errors.ts';
import { printableLine } from '#core/printable.ts';
import { QueueStandsStill } from '#core/queue/hindrance.ts';
import { fromSystem } from '#core/system-error.ts';

/** `unserved` is of `dial-stdio` alone. `waits` is EX_TEMPFAIL of sysexits.h: the same command goes on later, once what keeps all runs from training is gone. */
export const EXIT = { success: 0, failure: 1, badRequest: 2, unserved: 3, waits: 75, interrupted: 130 } as const;

/** Errors that the caller can correct; everything else is a failure. */
const BAD_REQUESTS: readonly ErrorCode[] = ['bad-request', 'not-found', 'conflict'];

/** Ends a command after Ctrl-C. The message says how to continue. */
export class Interrupted extends Error {}

/** Ends a command that could not reach the owner of a home, for whoever reads its exit code. */
export class Unserved extends Error {}

export interface Exit {
  readonly code: number;
  /** For stderr: a sentence, and the lines to which it refers; null where everything has been printed. */
  readonly text: string | null;
}

/** How the program ends after this error. */
export function exitFor(thrown: unknown): Exit {
  const error = fromSystem(thrown);
  if (error instanceof Interrupted) return { code: EXIT.interrupted, text: printableLine(error.message) };
  if (error instanceof Unserved) return { code: EXIT.unserved, text: printableLine(error.message) };
  if (error instanceof CommanderError) return usageExit(error);
  if (error instanceof QueueStandsStill) return { code: EXIT.waits, text: printableLine(error.message) };
  const isBadRequest = error instanceof AppError && BAD_REQUESTS.includes(error.code);
  const text = [messageOf(error), ...linesToCopy(error)].map(printableLine).join('\n');
  return { code: isBadRequest ? EXIT.badRequest : EXIT.failure, text };
}

/** Commander has already printed its help; its other errors become one sentence. */
function usageExit(error: CommanderError): Exit {
  if (error.exitCode === 0) return { code: EXIT.success, text: null };
  if (error.code === 'commander.help') return { code: EXIT.badRequest, text: null };
  const problem = printableLine(error.message.replace(/^error: /, '')).replace(/\.$/, '');
  return { code: EXIT.badRequest, text: `${problem.charAt(0).toUpperCase()}${problem.slice(1)}: see --help.` };
}
