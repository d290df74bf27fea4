import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type BackupReason, type BackupRecord, backupsToRemove } from '#core/backups.ts';
import { AppError } from '#core/errors.ts';
import { checkSpaceSync, SPARE_BYTES } from '../files/free-space.ts';
import { removeLeftover } from '../files/leftovers.ts';
import { makeFolders } from '../setup/make-folders.mjs';
import { backUp } from './backup.ts';
import { BACKUP_FOLDER, backupName, backupNamed, backupPath, backupsIn } from './backup-files.ts';
import { findDamage } from './damage.ts';
import { DATABASE_NAME, openReadOnly, withReadOnly } from './database.ts';
import { wrongSummaries } from './derived-rows.ts';
import { checkHeader } from './header.ts';
import { isOfSqlite, readHeader } from './header-bytes.ts';
import { MIGRATIONS, readMigrations } from './migrate.ts';
import { withAppErrors } from './sqlite-error.ts';

/** Makes a backup of a home's database, looks at all of it, and removes old ones. The owner may write meanwhile. */
export function makeBackup(home: string, reason: BackupReason, now: number): BackupRecord {
  const database = join(home, DATABASE_NAME);
  return withAppErrors(database, () => {
    const folder = join(home, BACKUP_FOLDER);
    makeFolders(folder, 0o700);
    checkSpaceForCopy(folder, bytesOf(database) + bytesOf(`${database}-wal`));
    const name = backupName(now, reason);
    const source = openReadOnly(database);
    try {
      backUp(source, join(folder, name), checkWhole);
    } finally {
      source.close();
    }
    for (const old of backupsToRemove(backupsIn(home))) {
      const leftover = removeLeftover(backupPath(home, old));
      if (leftover !== null) console.error(leftover);
    }
    return { name, madeAt: now, reason, bytes: bytesOf(join(folder, name)) };
  });
}

/**
 * Looks at all of a backup, and gives one sentence for each run that it shows wrongly. Throws 'corrupt' where it is damaged, and 'conflict'
 * where a newer version of the program made it.
 */
export function verifyBackup(home: string, name: string): readonly string[] {
  const path = checkUsable(home, backupNamed(home, name));
  return withReadOnly(path, (database) => wrongSummaries(database, readMigrations(MIGRATIONS)));
}

/** Gives the path of a backup that is undamaged and that this version can open. Throws as `verifyBackup` does. */
export function checkUsable(home: string, backup: BackupRecord): string {
  const path = backupPath(home, backup);
  checkWhole(path);
  checkHeader(path, readMigrations(MIGRATIONS).at(-1)?.number ?? 0);
  return path;
}

/** The newest backup that is undamaged and that this version can open; null where there is none. */
export function newestSoundBackup(home: string): BackupRecord | null {
  return backupsIn(home).find((backup) => isSound(home, backup)) ?? null;
}

function isSound(home: string, backup: BackupRecord): boolean {
  try {
    checkUsable(home, backup);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** Throws 'no-space', with both numbers, where a copy of so many bytes would fill the disk. */
export function checkSpaceForCopy(folder: string, bytes: number): void {
  checkSpaceSync(folder, { bytes: bytes + SPARE_BYTES, needs: 'a copy of the database needs' });
}

function bytesOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

function checkWhole(path: string): void {
  if (findDamage(path, readMigrations(MIGRATIONS)) === null && isOfSqlite(readHeader(path))) return;
  const state = `The backup ${path} is damaged, or what it was made from is`;
  throw new AppError('corrupt', `${state}: use another one of \`lab backups list\`.`);
}
