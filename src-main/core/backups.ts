import { countedNoun } from './analysis/quantity.ts';
import { type StrayRuns, strayRunsText } from './stray-runs.ts';

/** Why a backup was made: results had come since the last one, trained or imported, or somebody asked for it. */
export const BACKUP_REASONS = ['regular', 'asked'] as const;

export type BackupReason = (typeof BACKUP_REASONS)[number];

/** A backup of a home's database. */
export interface BackupRecord {
  /** Its file in the home's folder of backups. */
  readonly name: string;
  readonly madeAt: number;
  /** 'migration': made before an old database was brought up to date. */
  readonly reason: BackupReason | 'migration';
  readonly bytes: number;
}

/** A backup as lists show it. */
export interface ListedBackup extends BackupRecord {
  /** How many runs it has; null where it cannot be read. */
  readonly runs: number | null;
  /** When all of it was looked at last, and what was found; null where nobody has looked since this program started, nor when it was made. */
  readonly verified: BackupVerdict | null;
}

export interface BackupVerdict {
  readonly at: number;
  /** Whether every row is as it was stored, by this version or an earlier one. */
  readonly isSound: boolean;
  /** One sentence for each run that it shows wrongly. */
  readonly wrong: readonly string[];
}

/** What the database has and a backup has not, or the other way round. */
export interface RestoreLosses {
  /** Runs that came since. */
  readonly newRuns: number;
  /** Runs that have reported more since. */
  readonly laterRuns: number;
  /** Runs that were deleted for ever since: they come back. */
  readonly deletedRuns: number;
  readonly newStudies: number;
}

/** What restoring a backup would do. */
export interface RestoreOutlook {
  readonly backup: BackupRecord;
  /** Null where the database that is there cannot be read. */
  readonly losses: RestoreLosses | null;
}

export interface Restored extends RestoreOutlook {
  /** The folder in which the database is kept that was there; null where there was none. */
  readonly kept: string | null;
  /** How many runs waited for their training when the backup was made: they are paused, since they may have been trained since. */
  readonly paused: number;
  /** The folders of runs that the backup does not have; null where there are none. */
  readonly strayRuns: StrayRuns | null;
}

export interface Salvaged {
  /** The folder in which the database is kept that was there. */
  readonly kept: string;
  /** 0 where only the log is lost. How many runs, studies and other tables were damaged, or belonged to what was. */
  readonly lost: number;
  /** The folders of runs that are lost; null where there are none. */
  readonly strayRuns: StrayRuns | null;
}

/** Makes backups of a home's database, and looks at them, while its owner uses it. */
export interface BackupKeeper {
  /** The newest backup, without looking into it; null where there is none. */
  newest(): BackupRecord | null;
  /** All backups, newest first. */
  list(): Promise<readonly Omit<ListedBackup, 'verified'>[]>;
  /** Makes one, looks at all of it, and removes old ones. Throws 'no-space' or 'corrupt'; then none is left behind. */
  make(reason: BackupReason): Promise<BackupRecord>;
  /**
   * Looks at all of a backup, and gives one sentence for each run that it shows wrongly. Throws 'corrupt' where it is damaged, 'conflict' where it is of a
   * newer version, 'not-found' for an unknown name.
   */
  verify(name: string): Promise<readonly string[]>;
  /** What restoring it would do. Throws 'not-found' for an unknown name. */
  outlook(name: string): Promise<RestoreOutlook>;
  /** The folders of runs that the database does not have; null where there are none. */
  strayRuns(): Promise<StrayRuns | null>;
}

/** The command that restores a backup, by which a sentence that offers it is known. */
export const RESTORE_COMMAND = 'lab backups restore';

/** What is newer than the backup: "3 runs made since then are not in it." */
export function lossesText(losses: RestoreLosses | null): string {
  if (losses === null) return 'What was stored since then is not in it.';
  const { newRuns, laterRuns, deletedRuns, newStudies } = losses;
  const made = [
    ...(newStudies > 0 ? [countedNoun(newStudies, 'study', 'studies')] : []),
    ...(newRuns > 0 ? [countedNoun(newRuns, 'run')] : []),
  ];
  const one = (count: number, singular: string, plural: string) => (count === 1 ? singular : plural);
  const sentences = [
    ...(made.length > 0
      ? [`${made.join(' and ')} made since then ${one(newRuns + newStudies, 'is', 'are')} not in it.`]
      : []),
    ...(laterRuns > 0
      ? [`${countedNoun(laterRuns, 'run')} ${one(laterRuns, 'goes', 'go')} back to what had been reported by then.`]
      : []),
    ...(deletedRuns > 0
      ? [`${countedNoun(deletedRuns, 'run')} deleted since then ${one(deletedRuns, 'comes', 'come')} back.`]
      : []),
  ];
  if (sentences.length > 0) return sentences.join(' ');
  return 'It has all runs and results of now; names, tags, notes and settings go back to what they were.';
}

/** What a restored backup brought and took, for the terminal and the app alike. */
export function restoredText({ backup, losses, kept, paused, strayRuns }: Restored): string {
  const sentences = [`Restored the backup of ${momentText(backup.madeAt)}.`];
  if (kept !== null) sentences.push(lossesText(losses), `The database that was there is kept in ${kept}.`);
  if (paused > 0) {
    const runs = `${countedNoun(paused, 'run')} that waited for training then ${paused === 1 ? 'is' : 'are'} paused`;
    sentences.push(`${runs}: resume what is still to be trained.`);
  }
  if (strayRuns !== null) sentences.push(strayRunsText(strayRuns));
  return sentences.join(' ');
}

/** What was kept of a damaged database, for the terminal and the app alike. */
export function salvagedText({ lost, kept, strayRuns }: Salvaged): string {
  const what = lost === 0 ? 'all that is in the database' : `all but ${countedNoun(lost, 'damaged part')}`;
  const stray = strayRuns === null ? '' : ` ${strayRunsText(strayRuns)}`;
  return `Kept ${what}. The database that was there is kept in ${kept}.${stray}`;
}

/** "2026-11-30 02:15 UTC" */
export function momentText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const KEPT = { newest: 3, days: 7, migrations: 2 } as const;

/** The backups to remove, of a list with the newest first: all but the newest ones, and the newest of each of the last days. */
export function backupsToRemove(backups: readonly BackupRecord[]): readonly BackupRecord[] {
  const own = backups.filter(({ reason }) => reason !== 'migration');
  const days = new Set<number>();
  const kept = own.filter(({ madeAt }, index) => {
    const day = Math.floor(madeAt / DAY_MS);
    const isFirstOfDay = !days.has(day) && days.size < KEPT.days;
    if (isFirstOfDay) days.add(day);
    return isFirstOfDay || index < KEPT.newest;
  });
  const migrations = backups.filter(({ reason }) => reason === 'migration').slice(0, KEPT.migrations);
  const all = new Set([...kept, ...migrations]);
  return backups.filter((backup) => !all.has(backup));
}
