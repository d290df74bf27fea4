import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from '#core/errors.ts';
import { isFullDisk } from '#core/system-error.ts';
import { cachedFacts, itemFolder, provide } from '../setup/cache.mjs';
import type { Say } from '../threads/answer-once.ts';

/**
 * Something that is made from a data set once and kept in the per-user cache; it may be deleted from there at any time.
 */
export interface PreparedItem {
  readonly say: Say;
  /** The source, such as a file or folder, and the options. */
  readonly place: string;
  /** Changes with the source: then the item is made again, and the former one is removed. */
  readonly version: string;
  /** What the user is told while it is made. */
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

const CACHE = 'images';

/**
 * Makes the item unless it is there, once for all processes that ask at the same time. A process that is killed leaves
 * nothing that could be taken for a whole item. Throws 'no-space' where the disk is full.
 */
export async function prepare({ place, version, what, say, make }: PreparedItem): Promise<Prepared> {
  const name = `${digest(place)}-${digest(version)}`;
  const item = `${CACHE}/${name}`;
  try {
    if (cachedFacts(item) === null) {
      await provide({ name: item, what, make: (temporary) => make(temporary) }, say);
      await removeFormer(name);
    }
  } catch (error) {
    throw cacheError(error);
  }
  const facts = cachedFacts(item);
  if (facts === null) throw new AppError('unavailable', `The cache lost what was made by ${what}: try again.`);
  return { folder: itemFolder(item), facts };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}

/**
 * Removes what was made from the same source before it changed. A trainer that still reads it keeps its open file;
 * Windows then keeps the folder too.
 */
async function removeFormer(name: string): Promise<void> {
  const folder = itemFolder(CACHE);
  const place = name.slice(0, name.indexOf('-') + 1);
  const former = (await readdir(folder)).filter(
    (one) => /^\w+-\w+$/.test(one) && one.startsWith(place) && one !== name,
  );
  for (const one of former) await rm(join(folder, one), { recursive: true, force: true }).catch(() => undefined);
}

/** Shows progress to a user at the terminal, or in the log of the process. */
export const sayOnStandardError: Say = (line) => {
  process.stderr.write(`${line}\n`);
};

/** The AppError for a cache that cannot be written; returns an AppError unchanged. */
export function cacheError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isFullDisk(error)) {
    return new AppError('no-space', 'The disk is full: the cache of the data sets could not be written.', {
      cause: error,
    });
  }
  return new AppError('unavailable', `The cache of the data sets could not be written: ${messageOf(error)}.`, {
    cause: error,
  });
}
