import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BACKUP_REASONS, type BackupReason, type BackupRecord, momentText, RESTORE_COMMAND } from '#core/backups.ts';
import { AppError } from '#core/errors.ts';
import { isNothingThere, unreadableFile } from '../files/file-errors.ts';
import { isOfSqlite, readHeader } from './header-bytes.ts';

/** The folder of a home with the backups of its database. */
export const BACKUP_FOLDER = 'backups';

const PATTERN = /^lab-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})-(\d{3})Z-([a-z]+)\.sqlite$/;
/** Next to the database, from before it was brought up to date. */
const BEFORE_MIGRATION = /^lab\.sqlite\.before-\d{4}$/;

/** A name that no other backup of the home has, since one owner makes them one after the other. */
export function backupName(at: number, reason: BackupReason): string {
  return `lab-${new Date(at).toISOString().replaceAll(/[:.]/g, '-')}-${reason}.sqlite`;
}

/** The backups of a home, newest first. Files with other names are nobody's backup; a folder that cannot be read offers none. */
export function backupsIn(home: string): readonly BackupRecord[] {
  return recordsIn(home, readableNames);
}

/** The same for somebody who is told that there are none. Throws 'bad-request' or 'unavailable' where a folder with backups cannot be read. */
export function allBackupsIn(home: string): readonly BackupRecord[] {
  return recordsIn(home, namesIn);
}

function recordsIn(home: string, namesOf: (folder: string) => readonly string[]): readonly BackupRecord[] {
  const before = namesOf(home).filter((name) => BEFORE_MIGRATION.test(name));
  const folder = join(home, BACKUP_FOLDER);
  const paths = [...namesOf(folder).map((name) => join(folder, name)), ...before.map((name) => join(home, name))];
  return paths.flatMap(recordOf).sort((left, right) => right.madeAt - left.madeAt);
}

/** Throws 'not-found' for a name that no backup has, and what `allBackupsIn` throws. */
export function backupNamed(home: string, name: string): BackupRecord {
  const backup = allBackupsIn(home).find((one) => one.name === name);
  if (backup !== undefined) return backup;
  throw new AppError('not-found', `${home} has no backup ${name}: \`lab backups list\` shows those that are there.`);
}

/** The path of a backup of the home. */
export function backupPath(home: string, { name }: Pick<BackupRecord, 'name'>): string {
  return BEFORE_MIGRATION.test(name) ? join(home, name) : join(home, BACKUP_FOLDER, name);
}

function readableNames(folder: string): readonly string[] {
  try {
    return namesIn(folder);
  } catch {
    return [];
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    // There is no folder before the first backup.
    if (isNothingThere(error)) return [];
    throw unreadableFile(folder, error, `There is no ${folder}.`);
  }
}

function recordOf(path: string): readonly BackupRecord[] {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file?.isFile() !== true) return [];
  const name = basename(path);
  const said = BEFORE_MIGRATION.test(name) ? { madeAt: file.mtimeMs, reason: 'migration' as const } : parseName(name);
  return said === null ? [] : [{ name, ...said, bytes: file.size }];
}

function parseName(name: string): Pick<BackupRecord, 'madeAt' | 'reason'> | null {
  const match = PATTERN.exec(name);
  const reason = BACKUP_REASONS.find((known) => known === match?.[6]);
  if (match === null || reason === undefined) return null;
  const [, day, hours, minutes, seconds, milliseconds] = match;
  return { madeAt: Date.parse(`${day}T${hours}:${minutes}:${seconds}.${milliseconds}Z`), reason };
}

/** Completes a sentence about a damaged or missing database: what to do. */
export function restoreAdvice(database: string): string {
  const newest = backupsIn(dirname(database))[0];
  const restored =
    newest === undefined
      ? 'put a copy of yours in its place, since its home has no backup'
      : `restore the backup of ${momentText(newest.madeAt)} with \`${RESTORE_COMMAND}\``;
  return mayHoldSomething(database) ? `${restored}, or keep what is undamaged with \`lab backups salvage\`` : restored;
}

/** Whether there is anything to salvage from. */
function mayHoldSomething(database: string): boolean {
  return statSync(database, { throwIfNoEntry: false })?.isFile() === true && isOfSqlite(readHeader(database));
}
