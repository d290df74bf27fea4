import { join } from 'node:path';
import type { BackupRecord, ListedBackup, RestoreLosses, RestoreOutlook } from '#core/backups.ts';
import { allBackupsIn, backupNamed, backupPath } from './backup-files.ts';
import { type Connection, DATABASE_NAME } from './database.ts';
import { readOrNull } from './read-or-null.ts';

/** The backups of a home with what is in them, newest first; what is known of their soundness is not the disk's. Throws what `allBackupsIn` throws. */
export function listBackups(home: string): readonly Omit<ListedBackup, 'verified'>[] {
  return allBackupsIn(home).map((backup) => ({ ...backup, runs: runsIn(backupPath(home, backup)) }));
}

/** What restoring the backup would do to the database that is there. Throws 'not-found' for a name that no backup has. */
export function restoreOutlook(home: string, name: string): RestoreOutlook {
  const backup = backupNamed(home, name);
  return { backup, losses: lossesOf(home, backup) };
}

/** Null where one of both cannot be read. */
export function lossesOf(home: string, backup: BackupRecord): RestoreLosses | null {
  const before = readOrNull(backupPath(home, backup), contentOf);
  const now = readOrNull(join(home, DATABASE_NAME), contentOf);
  if (before === null || now === null) return null;
  const later = [...now.runs].filter(([id, lastSeq]) => lastSeq > (before.runs.get(id) ?? lastSeq));
  return {
    newRuns: missingIn(before.runs, now.runs.keys()),
    laterRuns: later.length,
    deletedRuns: missingIn(now.runs, before.runs.keys()),
    newStudies: missingIn(before.studies, now.studies),
  };
}

function runsIn(path: string): number | null {
  return readOrNull(path, (database) =>
    Number(database.prepare<[], number>('SELECT count(*) FROM runs').pluck().get()),
  );
}

interface Content {
  /** The number of the last event of each run. */
  readonly runs: ReadonlyMap<string, number>;
  readonly studies: ReadonlySet<string>;
}

function contentOf(database: Connection): Content {
  const runs = database.prepare<[], [string, number]>('SELECT public_id, last_seq FROM runs').raw().all();
  const studies = database.prepare<[], string>('SELECT public_id FROM studies').pluck().all();
  return { runs: new Map(runs), studies: new Set(studies) };
}

function missingIn(there: { has(id: string): boolean }, ids: Iterable<string>): number {
  return [...ids].filter((id) => !there.has(id)).length;
}
