import type {
  BackupKeeper,
  BackupReason,
  BackupRecord,
  BackupVerdict,
  ListedBackup,
  RestoreOutlook,
} from '#core/backups.ts';
import { AppError } from '#core/errors.ts';
import type { Clock, Store } from '#core/ports.ts';
import { strayRunsText } from '#core/stray-runs.ts';
import type { Works } from './works.ts';

export interface BackupPorts {
  readonly backups: BackupKeeper;
  readonly store: Store;
  readonly clock: Clock;
  readonly works: Works;
}

const LONGEST_GAP_MS = 6 * 60 * 60 * 1000;
const LOOK_EVERY_MS = 10 * 60 * 1000;
/** Some seconds of work. */
const LARGE_IMPORT_EVENTS = 10_000;

/** The backups of a home: made when somebody asks, every few hours in which results came, after a large import, and before the home is closed. */
export class Backups {
  readonly #ports: BackupPorts;
  /** What was found since the program started: what somebody found long ago says little of a file on a disk. */
  readonly #verdicts = new Map<string, BackupVerdict>();
  #making: Promise<BackupRecord> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #tell: (error: unknown) => void = () => undefined;

  constructor(ports: BackupPorts) {
    this.#ports = ports;
  }

  async list(): Promise<readonly ListedBackup[]> {
    return (await this.#ports.backups.list()).map((backup) => ({ ...backup, verified: this.#verdictOn(backup) }));
  }

  /** Looks at all of a backup, and gives it with what was found. Throws 'not-found' for an unknown name. */
  async verify(name: string): Promise<ListedBackup> {
    this.#verdicts.set(name, await this.#look(name));
    const backup = (await this.list()).find((listed) => listed.name === name);
    if (backup === undefined) throw new AppError('not-found', `The backup ${name} was removed meanwhile.`);
    return backup;
  }

  outlook(name: string): Promise<RestoreOutlook> {
    return this.#ports.backups.outlook(name);
  }

  /** One sentence on the folders of runs that the database does not have; null where there are none. */
  async strayRuns(): Promise<string | null> {
    const stray = await this.#ports.backups.strayRuns();
    return stray && strayRunsText(stray);
  }

  /** One after the other: who asks while one is being made gets another one. */
  async make(reason: BackupReason): Promise<BackupRecord> {
    await this.#making?.catch(() => undefined);
    const { backups, works } = this.#ports;
    const making = works.during({ title: 'Making a backup of the database' }, () => backups.make(reason));
    this.#making = making;
    try {
      return await making;
    } finally {
      if (this.#making === making) this.#making = null;
    }
  }

  /** Makes one every few hours in which results came. `tell` gets what went wrong. */
  start(tell: (error: unknown) => void): void {
    this.#tell = tell;
    this.#timer = setInterval(() => void this.#makeWhereDue(LONGEST_GAP_MS).catch(tell), LOOK_EVERY_MS).unref();
  }

  /** Makes one after an import that was long enough for nobody to want it twice; nobody has to wait for it. */
  noteImport(eventsAdded: number): void {
    if (eventsAdded >= LARGE_IMPORT_EVENTS) void this.make('regular').catch(this.#tell);
  }

  /** Makes one where results came since the last one. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#making?.catch(() => undefined);
    await this.#makeWhereDue(0);
  }

  async #makeWhereDue(gapMs: number): Promise<void> {
    const { store, clock } = this.#ports;
    const resultAt = await store.lastResultAt();
    const madeAt = this.#ports.backups.newest()?.madeAt ?? 0;
    if (resultAt !== null && resultAt > madeAt && clock.now() - madeAt >= gapMs) await this.make('regular');
  }

  /** Whatever this program backs up is looked at when it is made; before a migration, only its pages are. */
  #verdictOn({ name, reason, madeAt }: BackupRecord): BackupVerdict | null {
    return this.#verdicts.get(name) ?? (reason === 'migration' ? null : { at: madeAt, isSound: true, wrong: [] });
  }

  async #look(name: string): Promise<BackupVerdict> {
    const { backups, clock } = this.#ports;
    try {
      return { at: clock.now(), isSound: true, wrong: await backups.verify(name) };
    } catch (error) {
      if (!(error instanceof AppError) || (error.code !== 'corrupt' && error.code !== 'conflict')) throw error;
      return { at: clock.now(), isSound: false, wrong: [] };
    }
  }
}
