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

export interface Restored {
  readonly backup: BackupRecord;
  /** The folder in which the database is kept that was there; null where there was none. */
  readonly kept: string | null;
}

export interface Salvaged {
  readonly kept: string;
  /** How many runs, studies and other tables were damaged, or belonged to what was. */
  readonly lost: number;
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
