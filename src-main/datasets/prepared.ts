import { AppError, messageOf } from '#core/errors.ts';
import { cachedFacts, itemFolder, provide } from '../setup/cache.mjs';
import { systemErrorCode } from './data-file.ts';

/** What is made of a data set once and kept in the per-user cache, from where it can be deleted at any time. */
export interface PreparedItem {
  /** Tells what it is made of: what has changed gets another one. */
  readonly name: string;
  /** What a person is told while it is made. */
  readonly what: string;
  /** Fills an empty folder; the files are already synced. */
  readonly make: (
    temporary: string,
  ) => Promise<{ readonly files: readonly string[]; readonly facts: Readonly<Record<string, unknown>> }>;
}

export interface Prepared {
  readonly folder: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

const nameIn = (name: string): string => `datasets/${name}`;

/** Null where it is not there, or not as it was made. */
export function findPrepared(name: string): Prepared | null {
  const facts = cachedFacts(nameIn(name));
  return facts === null ? null : { folder: itemFolder(nameIn(name)), facts };
}

/**
 * Makes the item unless it is there, once for all processes that ask at the same time; one that is killed leaves nothing
 * that passes for whole. Throws 'no-space' where the disk is full.
 */
export async function prepare({ name, what, make }: PreparedItem): Promise<Prepared> {
  try {
    await provide({ name: nameIn(name), what, make: (temporary) => make(temporary) }, sayOnStandardError);
  } catch (error) {
    throw preparationError(error);
  }
  const found = findPrepared(name);
  if (found !== null) return found;
  throw new AppError('unavailable', `The cache lost what was made by ${what}: try again.`);
}

/** Progress is for who waits at the terminal, or for the log of the process. */
export function sayOnStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}

function preparationError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = systemErrorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('no-space', 'The disk is full: the cache of the data sets could not be written.', {
      cause: error,
    });
  }
  return new AppError('unavailable', `The cache of the data sets could not be written: ${messageOf(error)}.`, {
    cause: error,
  });
}
