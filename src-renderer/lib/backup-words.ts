import type { BackupRecord, ListedBackup } from '#core/backups.ts';
import { absoluteMoment, bytes, counted } from './format.ts';

const REASONS = {
  regular: 'made by itself',
  asked: 'made when asked for',
  migration: 'from before an update',
} as const satisfies Record<BackupRecord['reason'], string>;

/** "2026-11-30 11:05": when a backup was made, by which people name it. */
export function backupMoment({ madeAt }: BackupRecord): string {
  return absoluteMoment(madeAt).slice(0, 16);
}

/** "made by itself, 12 runs, 1.3 MB" */
export function backupFacts({ reason, runs, bytes: size }: ListedBackup): string {
  return [REASONS[reason], runs === null ? 'its runs cannot be read' : counted(runs, 'run'), bytes(size)].join(', ');
}
