import { accessSync, constants, existsSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, messageOf } from '#core/errors.ts';
import { errorCodeOf } from '#core/system-error.ts';
import { isNothingThere } from '../files/file-errors.ts';
import { DATABASE_NAME, isNewHome } from './database.ts';
import { ANOTHER_HOME } from './header.ts';

/** What an owner writes in a home; the first is the home itself. */
const WRITTEN = ['', 'lab.lock', DATABASE_NAME, `${DATABASE_NAME}-wal`, `${DATABASE_NAME}-shm`];
/** The files that together are the database. */
const DATABASE_FILES = [DATABASE_NAME, `${DATABASE_NAME}-wal`];
/** Another user's program may write meanwhile: a copy that was overtaken is made again. */
const MOST_TRIES = 10;

/** Why a home that is there cannot be written, in the words of the system; null where it can be. */
export function obstacleToWriting(home: string): string | null {
  for (const path of WRITTEN.map((name) => join(home, name)).filter((one) => existsSync(one))) {
    try {
      // Nothing in a folder can be reached without the right to enter it.
      accessSync(path, path === join(home) ? constants.W_OK | constants.X_OK : constants.W_OK);
    } catch (error) {
      return errorCodeOf(error) === 'EROFS'
        ? 'the disk is read-only'
        : 'it does not belong to you or is write-protected';
    }
  }
  return null;
}

export interface HomeCopy {
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * Copies the database of a home that cannot be written into a temporary folder: SQLite reads no log without files of its own next to
 * it, and an old schema has to be brought up to date. `obstacle` says why the home cannot be written. Throws 'not-found' where the home has
 * no database.
 */
export async function copyHome(home: string, obstacle: string): Promise<HomeCopy> {
  if (!existsSync(join(home, DATABASE_NAME))) {
    throw new AppError(
      'not-found',
      `${home} holds no studies that can be seen, and none can be made in it, since ${obstacle}: ${ANOTHER_HOME}.`,
    );
  }
  // Throws for a pipe, which would be copied for ever, and for whatever else is no file.
  isNewHome(home);
  const folder = await temporaryFolder(home);
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await copyAtRest(home, folder);
    return { folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function temporaryFolder(home: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'freezeout-lab-'));
  } catch (error) {
    throw notCopied(home, error);
  }
}

async function copyAtRest(home: string, folder: string): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const before = await stateOf(home);
    try {
      for (const name of DATABASE_FILES) await copy(join(home, name), join(folder, name));
    } catch (error) {
      throw notCopied(home, error);
    }
    if ((await stateOf(home)) === before) return;
  }
  throw new AppError('locked', `Another program writes ${home} all the time: wait until its training has ended.`);
}

/** Sizes and times of the files, which change with every commit. */
async function stateOf(home: string): Promise<string> {
  const states = DATABASE_FILES.map(async (name) => {
    const file = await stat(join(home, name), { bigint: true }).catch(() => null);
    return file === null ? 'none' : `${file.size} ${file.mtimeNs} ${file.ino}`;
  });
  return (await Promise.all(states)).join(', ');
}

async function copy(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    // Without a log there is none to copy. One that cannot be read is another matter: older numbers would be shown.
    if (isNothingThere(error)) return;
    throw error;
  }
  // The copy has the mode of a file that cannot be written.
  await chmod(to, 0o600);
}

function notCopied(home: string, cause: unknown): AppError {
  const what = `${home} cannot be written, and its copy in ${tmpdir()} cannot be made (${messageOf(cause)})`;
  return new AppError('unavailable', `${what}: make room there, or set TMPDIR to another folder.`, { cause });
}
