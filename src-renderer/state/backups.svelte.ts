import type { ListedBackup, RestoreOutlook } from '#core/backups.ts';
import type { AppState } from './app-state.ts';

type Parts = Pick<AppState, 'api' | 'notices'>;

/** The backups of the home as the settings show them, and what is being done with them. */
export class BackupList {
  #backups = $state.raw<readonly ListedBackup[] | null>(null);
  #obstacle = $state.raw<string | null>(null);
  #strayRuns = $state.raw<string | null>(null);
  #error = $state.raw<unknown>(null);
  #work = $state.raw<string | null>(null);
  #asked = $state.raw<RestoreOutlook | null>(null);
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Newest first; null until they were read. */
  get backups(): readonly ListedBackup[] | null {
    return this.#backups;
  }

  /** Why nothing can be changed in the home; null where changes can be made. */
  get obstacle(): string | null {
    return this.#obstacle;
  }

  /** One sentence on the folders of runs that the database does not have; null where there are none. */
  get strayRuns(): string | null {
    return this.#strayRuns;
  }

  get error(): unknown {
    return this.#error;
  }

  /** What is being done, in words, while nothing else can be; null where nothing is. */
  get work(): string | null {
    return this.#work;
  }

  /** The backup that is to be restored if the user confirms it. */
  get asked(): RestoreOutlook | null {
    return this.#asked;
  }

  async read(): Promise<void> {
    const { backups, desktop } = this.#parts.api;
    try {
      [this.#backups, this.#obstacle, this.#strayRuns] = await Promise.all([
        backups.list({}),
        desktop.obstacle({}),
        backups.strayRuns({}),
      ]);
      this.#error = null;
    } catch (error) {
      this.#error = error;
    }
  }

  readonly make = (): Promise<void> =>
    this.#do('Making a backup …', async () => {
      await this.#parts.api.backups.make({});
      await this.read();
      this.#parts.notices.done('The backup was made, and all of it looked at.');
    });

  verify({ name }: ListedBackup): Promise<void> {
    return this.#do('Looking at every row …', async () => {
      const verified = await this.#parts.api.backups.verify({ name });
      for (const sentence of verified.verified?.wrong ?? []) this.#parts.notices.failed(sentence);
      this.#backups = this.#backups?.map((backup) => (backup.name === name ? verified : backup)) ?? null;
    });
  }

  /** Shows what restoring the backup would do; `restore` or `cancel` follows. */
  ask({ name }: ListedBackup): Promise<void> {
    return this.#do('Comparing …', async () => {
      this.#asked = await this.#parts.api.backups.outlook({ name });
    });
  }

  cancel(): void {
    this.#asked = null;
  }

  /** The page is loaded again afterwards. */
  restore(): Promise<void> {
    const name = this.#asked?.backup.name;
    this.#asked = null;
    return this.#do('Restoring the backup …', async () => {
      if (name !== undefined) await this.#parts.api.desktop.restoreBackup({ name });
    });
  }

  /** The page is loaded again afterwards. */
  salvage(): Promise<void> {
    return this.#do('Keeping what is undamaged …', () => this.#parts.api.desktop.salvage({}));
  }

  async #do(what: string, work: () => Promise<unknown>): Promise<void> {
    if (this.#work !== null) return;
    this.#work = what;
    await this.#parts.notices.attempt(work);
    this.#work = null;
  }
}
