import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BACKUP_REASONS, type BackupRecord } from '#core/backups.ts';

/** The folder of a home with the backups of its database. */
export const BACKUP_FOLDER = 'backups';

const PATTERN = /^lab-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})-(\d{3})Z-([a-z]+)\.sqlite$/;

/** The backups of a home, newest first. Files with other names are nobody's backup. */
export function backupsIn(home: string): readonly BackupRecord[] {
  const folder = join(home, BACKUP_FOLDER);
  return namesIn(folder)
    .flatMap((name) => {
      const parsed = parseName(name);
      const file = statSync(join(folder, name), { throwIfNoEntry: false });
      return parsed === null || file?.isFile() !== true ? [] : [{ name, ...parsed, bytes: file.size }];
    })
    .sort((left, right) => right.madeAt - left.madeAt);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // There is no folder before the first backup; one that cannot be read offers none.
    return [];
  }
}

function parseName(name: string): Pick<BackupRecord, 'madeAt' | 'reason'> | null {
  const match = PATTERN.exec(name);
  const reason = BACKUP_REASONS.find((known) => known === match?.[6]);
  if (match === null || reason === undefined) return null;
  const [, day, hours, minutes, seconds, milliseconds] = match;
  return { madeAt: Date.parse(`${day}T${hours}:${minutes}:${seconds}.${milliseconds}Z`), reason };
}

/** Completes a sentence about a damaged database: what to do. */
export function restoreAdvice(database: string): string {
  const newest = backupsIn(dirname(database))[0];
  if (newest === undefined) {
    return 'no backup is in its home, so put a copy of yours in its place, or keep what is undamaged with `lab backups salvage`';
  }
  return `restore the backup of ${momentText(newest.madeAt)} with \`lab backups restore\`, or keep what is undamaged with \`lab backups salvage\``;
}

/** 2026-11-30 02:15 UTC. */
export function momentText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
