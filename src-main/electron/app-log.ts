import { appendFileSync, statSync, truncateSync } from 'node:fs';
import { inspect } from 'node:util';

/** A longer log is emptied at the next start. */
const MOST_BYTES = 1024 * 1024;

/**
 * Writes the errors of this process to a file as well: an app that is opened from the desktop has no terminal. An uncaught
 * error quits the app as its user would, so that the training is paused first.
 */
export function logErrors(file: string, end: () => void): void {
  const found = statSync(file, { throwIfNoEntry: false });
  // Writing into a pipe would wait for its reader.
  const isWritable = found === undefined || found.isFile();
  if (isWritable && found !== undefined && found.size > MOST_BYTES) truncateSync(file);
  const toTerminal = console.error;
  console.error = (...what: unknown[]) => {
    toTerminal(...what);
    if (isWritable) append(file, `${new Date().toISOString()} ${what.map(textOf).join(' ')}\n`);
  };
  process.on('unhandledRejection', (error) => console.error(error));
  process.on('uncaughtException', (error) => {
    console.error(error);
    end();
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value);
}

/** Writes at once: errors are rare, and the process may be about to end. */
function append(file: string, line: string): void {
  try {
    appendFileSync(file, line, { mode: 0o600 });
  } catch {
    // The disk is full; the terminal has shown the error.
  }
}
