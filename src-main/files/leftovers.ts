import { rmSync } from 'node:fs';
import { messageOf } from '#core/errors.ts';
import { errorCodeOf } from '#core/system-error.ts';

/**
 * Removes what nobody needs any more, such as what a killed process left. Gives a sentence where that is not possible: no work fails for it,
 * and whoever sees the entry knows what it is.
 */
export function removeLeftover(path: string): string | null {
  try {
    rmSync(path, { recursive: true, force: true });
    return null;
  } catch (error) {
    return leftoverSentence(path, error);
  }
}

/** Removes whatever lies where a temporary file is about to be written. Throws what the system says. */
export function makeRoom(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** What lies at the path, and why it still does. */
export function leftoverSentence(path: string, error: unknown): string {
  const reason = errorCodeOf(error) ?? messageOf(error);
  return `${path} is left over from earlier work and cannot be removed (${reason}): nothing needs it, so remove it by hand.`;
}
