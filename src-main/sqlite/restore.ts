import { copyFileSync, existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupRecord, Restored, RestoreOutlook, Salvaged } from '#core/backups.ts';
import { AppError } from '#core/errors.ts';
import { makeRoom } from '../files/leftovers.ts';
import { makeFolders } from '../setup/make-folders.mjs';
import { synchronize } from './backup.ts';
import { lossesOf } from './backup-contents.ts';
import { allBackupsIn, backupNamed, backupPath } from './backup-files.ts';
import { findDamage } from './damage.ts';
import { damagedDatabase } from './damage-words.ts';
import { DATABASE_NAME, isNewHome, openDatabase } from './database.ts';
import { checkHeader } from './header.ts';
import { checkSpaceForCopy, checkUsable, newestSoundBackup } from './home-backup.ts';
import { HomeState } from './home-state.ts';
import { acquireHome } from './lock.ts';
import { lostLog } from './lost-log.ts';
import { MIGRATIONS, readMigrations } from './migrate.ts';
import { salvage } from './salvage.ts';
import { withAppErrors } from './sqlite-error.ts';
import { SqliteStore } from './store.ts';
import { strayRunsIn } from './stray-runs.ts';

/** The files that together are the database; a log must never lie next to a database that is not its own. */
const DATABASE_FILES = ['', '-wal', '-shm', '.state'].map((ending) => `${DATABASE_NAME}${ending}`);

/** A backup that was looked at and copied, to be put in the place of the database. */
export interface StagedBackup {
  readonly home: string;
  readonly outlook: RestoreOutlook;
}

/**
 * Puts a backup in the place of the database: the named one, or the newest that is sound. What was there is kept. Throws 'locked' where a program
 * has the home open, 'not-found' where there is no backup, and 'corrupt' where it is damaged.
 */
export function restoreBackup(home: string, name: string | null): Restored {
  return alone(home, () => place(stageBackup(home, name)));
}

/**
 * Looks at the backup and copies it next to the database, which its owner may use meanwhile. Closing a home may make a new backup and remove
 * this one. Throws as `restoreBackup` does.
 */
export function stageBackup(home: string, name: string | null): StagedBackup {
  return withAppErrors(join(home, DATABASE_NAME), () => {
    const backup = name === null ? newestSound(home) : soundNamed(home, name);
    const from = backupPath(home, backup);
    checkSpaceForCopy(home, statSync(from).size);
    const staged = stagedPath(home);
    makeRoom(staged);
    copyFileSync(from, staged);
    synchronize(staged);
    return { home, outlook: { backup, losses: lossesOf(home, backup) } };
  });
}

/**
 * The newest backup that could be restored, with what that would do; null where there is none, and where something other than the database is in the
 * way.
 */
export function restorableBackup(home: string): RestoreOutlook | null {
  try {
    return alone(home, () => {
      const backup = newestSoundBackup(home);
      return backup && { backup, losses: lossesOf(home, backup) };
    });
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** Puts a staged backup in the place of the database. Throws 'locked' where a program has the home open. */
export function placeBackup(staged: StagedBackup): Restored {
  return alone(staged.home, () => place(staged));
}

function place({ home, outlook }: StagedBackup): Restored {
  const kept = replaceDatabase(home, stagedPath(home));
  const paused = pauseWaiting(join(home, DATABASE_NAME));
  return { ...outlook, kept, paused, strayRuns: strayRunsIn(home) };
}

function stagedPath(home: string): string {
  return join(home, `${DATABASE_NAME}.restored`);
}

/** Pauses the runs that waited when the backup was made: the app would train them at once, whatever they have reached since. Gives their number. */
function pauseWaiting(path: string): number {
  const state = new HomeState(path);
  const store = SqliteStore.over(openDatabase(path, MIGRATIONS, 'sound'));
  try {
    const waiting = store.runs({ statuses: ['queued'] });
    for (const { id } of waiting) store.setStatus(id, 'paused', WAITED);
    store.settle();
    return waiting.length;
  } finally {
    store.close();
    state.closed();
  }
}

const WAITED = 'It waited for its training when the backup was made that was restored.';

/**
 * Puts what is undamaged in the place of the database, which is kept; of one whose log is lost, all that is in it. Throws 'corrupt' where too
 * little can be read, and 'conflict' where nothing is damaged or lost.
 */
export function salvageDatabase(home: string): Salvaged {
  return alone(home, () => {
    const from = join(home, DATABASE_NAME);
    if (isNewHome(home)) throw new AppError('not-found', `${from} does not exist: there is nothing to salvage.`);
    const fresh = join(home, `${DATABASE_NAME}.salvaged`);
    for (const ending of ['', '-wal', '-shm']) makeRoom(`${fresh}${ending}`);
    const lost = keepUndamaged(from, fresh);
    synchronize(fresh);
    const kept = replaceDatabase(home, fresh) ?? home;
    return { lost, kept, strayRuns: strayRunsIn(home) };
  });
}

/** Gives the number of parts that are lost. */
function keepUndamaged(from: string, fresh: string): number {
  const shipped = readMigrations(MIGRATIONS);
  const damage = findDamage(from, shipped);
  if (damage !== null) {
    return salvage({ from, to: fresh, isFinal: true, tooLittle: damagedDatabase(from, damage) });
  }
  checkHeader(from, shipped.at(-1)?.number ?? 0);
  if (lostLog(from, new HomeState(from)) === null) {
    throw new AppError('conflict', `${from} is not damaged: there is nothing to salvage.`);
  }
  copyFileSync(from, fresh);
  return 0;
}

/** Whether the database is sound, but has lost its log. */
export function hasLostChanges(home: string): boolean {
  const path = join(home, DATABASE_NAME);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  return findDamage(path, readMigrations(MIGRATIONS)) === null && lostLog(path, new HomeState(path)) !== null;
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
  const backup = backupNamed(home, name);
  checkUsable(home, backup);
  return backup;
}

function newestSound(home: string): BackupRecord {
  const sound = newestSoundBackup(home);
  if (sound !== null) return sound;
  const state = allBackupsIn(home).length === 0 ? 'has no backup' : 'has no backup that is undamaged';
  throw new AppError('not-found', `${home} ${state}: put a copy of yours in the place of ${DATABASE_NAME}.`);
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
