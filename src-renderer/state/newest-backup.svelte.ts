import type { BackupRecord } from '#core/backups.ts';
import { backupMoment } from '../lib/backup-words.ts';
import type { AppState } from './app-state.ts';

/** The newest backup, by whose date a damaged home offers to restore it. */
export class NewestBackup {
  #newest = $state.raw<BackupRecord | null>(null);
  readonly #parts: Pick<AppState, 'api' | 'notices'>;

  constructor(parts: Pick<AppState, 'api' | 'notices'>) {
    this.#parts = parts;
  }

  /** On the button that leads to the backups. */
  get title(): string {
    return this.#newest === null ? 'See what can be done …' : `Restore the backup of ${backupMoment(this.#newest)} …`;
  }

  async read(): Promise<void> {
    const backups = await this.#parts.notices.attempt(() => this.#parts.api.backups.list({}));
    this.#newest = backups?.[0] ?? null;
  }
}
