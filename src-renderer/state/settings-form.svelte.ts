import type { About } from '#contract/desktop.ts';
import type { Settings } from '#core/settings.ts';
import { settingsSchema } from '#core/settings.ts';
import type { TypedNumber } from '../lib/number-text.ts';
import type { AppState } from './app-state.ts';

type Parts = Pick<AppState, 'api' | 'notices' | 'preferences'>;

/** The settings as they are being changed: each applies at once, and `saved` says so. */
export class SettingsForm {
  #saved = $state('');
  /** What is being saved: it is shown at once, and taken back where it is refused. */
  #pending = $state.raw<Partial<Settings>>({});
  #typedThreads = $state.raw<TypedNumber | undefined>(undefined);
  #about = $state.raw<About | null>(null);
  #aboutError = $state.raw<unknown>(null);
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get settings(): Settings {
    return { ...this.#parts.preferences.settings, ...this.#pending };
  }

  /** What was saved last, in one sentence; empty before. */
  get saved(): string {
    return this.#saved;
  }

  /** Null until it was read. */
  get about(): About | null {
    return this.#about;
  }

  get aboutError(): unknown {
    return this.#aboutError;
  }

  /** The number of threads as it was typed, until it is saved; null for one thread a core. */
  get threads(): TypedNumber {
    return this.#typedThreads === undefined ? this.settings.threads : this.#typedThreads;
  }

  set threads(threads: TypedNumber) {
    this.#typedThreads = threads;
  }

  get threadsError(): string | null {
    const isValid = settingsSchema.shape.threads.safeParse(this.threads).success;
    return isValid ? null : 'Type a whole number from 1 to 1024, or leave it empty for one a core.';
  }

  /** Once the field is left, so that a 1 on the way to 16 is not saved. */
  async saveThreads(): Promise<void> {
    const typed = this.#typedThreads;
    if (typed === undefined || this.threadsError !== null || typeof typed === 'string') return;
    if (typed !== this.settings.threads) await this.save({ threads: typed }, threadsSentence(typed));
    this.#typedThreads = undefined;
  }

  async save(change: Partial<Settings>, sentence: string): Promise<void> {
    const { notices, preferences } = this.#parts;
    this.#saved = '';
    this.#pending = change;
    const done = await notices.attempt(async () => {
      await preferences.update(change);
      return true;
    });
    if (this.#pending === change) this.#pending = {};
    if (done) this.#saved = `Saved: ${sentence}`;
  }

  async readAbout(): Promise<void> {
    try {
      this.#about = await this.#parts.api.desktop.about({});
      this.#aboutError = null;
    } catch (error) {
      this.#aboutError = error;
    }
  }
}

function threadsSentence(threads: number | null): string {
  return threads === null ? 'new runs take one thread a core.' : `new runs take ${threads} threads.`;
}
