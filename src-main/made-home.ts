import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { AppError, messageOf } from '#core/errors.ts';
import { makeFolders } from './setup/make-folders.mjs';
import { ANOTHER_HOME } from './sqlite/header.ts';

/** Makes the folder of a home where it is missing. Throws 'unavailable' where something else is in its place, or none can be made there. */
export function makeHome(home: string): void {
  try {
    makeFolders(home, 0o700);
  } catch (error) {
    throw new AppError('unavailable', `${home} ${obstacleIn(home, error)}: ${ANOTHER_HOME}.`, { cause: error });
  }
}

/** Completes a sentence about the home that cannot be made. */
function obstacleIn(home: string, error: unknown): string {
  const found = foundAt(home, lstatSync);
  if (found === null) return `cannot be made (${messageOf(error)})`;
  if (foundAt(home, statSync)?.isDirectory() === true) return `cannot be looked at (${messageOf(error)})`;
  if (found.isSymbolicLink() && foundAt(home, statSync) === null) {
    return `is a link to ${readlinkSync(home)}, where no folder is`;
  }
  return `is ${found.isFile() ? 'a file' : 'something else'}, not a folder`;
}

/** Null where nothing can be found at the path. */
function foundAt(path: string, look: typeof lstatSync | typeof statSync): import('node:fs').Stats | null {
  try {
    return look(path) ?? null;
  } catch {
    return null;
  }
}
