import { copyFileSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupRecord, Restored, Salvaged } from '#core/backups.ts';
import { AppError } from '#core/errors.ts';
import { makeFolders } from '../setup/make-folders.mjs';
import { synchronize } from './backup.ts';
import { backupNamed, backupPath, backupsIn } from './backup-files.ts';
import { DATABASE_NAME } from './database.ts';
import { checkSpaceForCopy, verifyBackup } from './home-backup.ts';
import { acquireHome } from './lock.ts';
import { salvage } from './salvage.ts';
import { withAppErrors } from './sqlite-error.ts';

/** The files that together are the database; a log must never lie next to a database that is not its own. */
const DATABASE_FILES = ['', '-wal', '-shm', '.state'].map((ending) => `${DATABASE_NAME}${ending}`);

/**
 * Puts a backup in the place of the database: the named one, or the newest that is sound. What was there is kept. Throws 'locked' where a program
 * has the home open, 'not-found' where there is no backup, and 'corrupt' where it is damaged.
 */
export function restoreBackup(home: string, name: string | null): Restored {
  return alone(home, () => {
    const backup = name === null ? newestSound(home) : soundNamed(home, name);
    const from = backupPath(home, backup);
    checkSpaceForCopy(home, statSync(from).size);
    const fresh = join(home, `${DATABASE_NAME}.restored`);
    rmSync(fresh, { force: true });
    copyFileSync(from, fresh);
    synchronize(fresh);
    return { backup, kept: replaceDatabase(home, fresh) };
  });
}

/** Puts what is undamaged in the place of the database, which is kept. Throws 'corrupt' where too little can be read. */
export function salvageDatabase(home: string): Salvaged {
  return alone(home, () => {
    const from = join(home, DATABASE_NAME);
    if (!existsSync(from)) throw new AppError('not-found', `${from} does not exist: there is nothing to salvage.`);
    const fresh = join(home, `${DATABASE_NAME}.salvaged`);
    for (const ending of ['', '-wal', '-shm']) rmSync(`${fresh}${ending}`, { force: true });
    const lost = salvage({ from, to: fresh, isFinal: true });
    synchronize(fresh);
    return { lost, kept: replaceDatabase(home, fresh) ?? home };
  });
}

function alone<Result>(home: string, work: () => Result): Result {
  const lock = acquireHome(home);
  if (lock === null) {
    throw new AppError('locked', `Another program has ${home} open: close the app and every \`lab\`, then try again.`);
  }
  try {
    return withAppErrors(join(home, DATABASE_NAME), work);
  } finally {
    lock.release();
  }
}

function soundNamed(home: string, name: string): BackupRecord {
  verifyBackup(home, name);
  return backupNamed(home, name);
}

function newestSound(home: string): BackupRecord {
  const backups = backupsIn(home);
  const sound = backups.find(({ name }) => isSound(home, name));
  if (sound !== undefined) return sound;
  const state = backups.length === 0 ? 'has no backup' : 'has no backup that is undamaged';
  throw new AppError('not-found', `${home} ${state}: put a copy of yours in the place of ${DATABASE_NAME}.`);
}

function isSound(home: string, name: string): boolean {
  try {
    verifyBackup(home, name);
    return true;
  } catch {
    return false;
  }
}

/** Between the two renames the database is missing, which is told as such, and restoring again mends it. */
function replaceDatabase(home: string, fresh: string): string | null {
  const present = DATABASE_FILES.filter((name) => existsSync(join(home, name)));
  const kept = join(home, 'replaced', new Date().toISOString().replaceAll(/[:.]/g, '-'));
  if (present.length > 0) makeFolders(kept, 0o700);
  for (const name of present) renameSync(join(home, name), join(kept, name));
  renameSync(fresh, join(home, DATABASE_NAME));
  return present.length > 0 ? kept : null;
}
