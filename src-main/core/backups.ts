/** Why a backup was made: time had passed, runs were imported, somebody asked for it, or what came next changes the whole file. */
export const BACKUP_REASONS = ['regular', 'import', 'asked', 'migration', 'restore'] as const;

export type BackupReason = (typeof BACKUP_REASONS)[number];

/** A backup of a home's database. */
export interface BackupRecord {
  /** Its file in the home's folder of backups. */
  readonly name: string;
  readonly madeAt: number;
  readonly reason: BackupReason;
  readonly bytes: number;
}
