import { appendFileSync, statSync, truncateSync } from 'node:fs';
import { inspect } from 'node:util';

/** A log that is longer begins anew at the next start. */
const MOST_BYTES = 1024 * 1024;

/**
 * Writes what goes wrong in this process into a file too: who opens the app from a desktop has no terminal. An error that
 * nobody caught ends the app as its user does, so that what trains is paused first.
 */
export function logErrors(file: string, end: () => void): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MOST_BYTES) truncateSync(file);
  const toTerminal = console.error;
  console.error = (...what: unknown[]) => {
    toTerminal(...what);
    append(file, `${new Date().toISOString()} ${what.map(textOf).join(' ')}\n`);
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

/** Errors are few, and the next one may be the process's end: so at once. */
function append(file: string, line: string): void {
  try {
    appendFileSync(file, line, { mode: 0o600 });
  } catch {
    // A full disk: the terminal has heard it.
  }
}
