import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '#core/errors.ts';
import { ANOTHER_HOME } from './header.ts';
import { isBusy, isDamaged, withAppErrors } from './sqlite-error.ts';

export interface HomeLock {
  release(): void;
}

/**
 * Makes this process the owner of a home, null where another one is. The owner holds an exclusive transaction on a
 * small SQLite file; the kernel frees it when the process ends, however it ends. POSIX locks fall when the owner closes
 * the file through any other descriptor, so nothing else may open `lab.lock`.
 */
export function acquireHome(home: string): HomeLock | null {
  const path = join(home, 'lab.lock');
  return withAppErrors(path, () => {
    mkdirSync(home, { recursive: true });
    refuseOther(path);
    const file = new Database(path, { timeout: 0 });
    try {
      file.exec('BEGIN EXCLUSIVE');
      return { release: () => void file.close() };
    } catch (error) {
      file.close();
      if (isBusy(error)) return null;
      if (isDamaged(error)) {
        throw new AppError(
          'corrupt',
          `${path} is not the lock of a home: remove it, since it holds nothing of yours.`,
          {
            cause: error,
          },
        );
      }
      throw error;
    }
  });
}

/** SQLite would wait for the writer of a pipe, and a link would lock another home. */
function refuseOther(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return;
  throw new AppError(
    'conflict',
    `${path} is not an ordinary file, as the lock of a home has to be: move it away, or ${ANOTHER_HOME}.`,
  );
}
