import { createSubscriber } from 'svelte/reactivity';
import type { PageClient } from '#contract/client.ts';
import type { Settings } from '#core/settings.ts';
import { settingsSchema } from '#core/settings.ts';
import type { Live } from './live.svelte.ts';

const DARK = window.matchMedia('(prefers-color-scheme: dark)');

/** The settings of this home, and the theme that follows from them and from the system. */
export class Preferences {
  #settings = $state.raw<Settings>(settingsSchema.parse({}));
  readonly #api: PageClient;
  readonly #systemTheme = createSubscriber((update) => {
    DARK.addEventListener('change', update);
    return () => DARK.removeEventListener('change', update);
  });

  constructor(api: PageClient, live: Live) {
    this.#api = api;
    live.onChange((change) => {
      if (change.kind === 'settings') void this.load();
    });
  }

  get settings(): Settings {
    return this.#settings;
  }

  get theme(): 'light' | 'dark' {
    this.#systemTheme();
    const { theme } = this.#settings;
    if (theme !== 'system') return theme;
    return DARK.matches ? 'dark' : 'light';
  }

  async load(): Promise<void> {
    this.#settings = await this.#api.settings.read({});
  }

  async update(change: Partial<Settings>): Promise<void> {
    this.#settings = await this.#api.settings.update(change);
  }
}
