import { createSubscriber } from 'svelte/reactivity';
import type { PageClient } from '#contract/client.ts';
import type { Settings } from '#core/settings.ts';
import { settingsSchema } from '#core/settings.ts';
import type { Live } from './live.svelte.ts';

const DARK = window.matchMedia('(prefers-color-scheme: dark)');

/** The last theme of this home: settings are read after the page is first painted, and it must not change colours then. */
const REMEMBERED = 'freezeout-lab.theme';

function remembered(): Settings {
  const theme = settingsSchema.shape.theme.safeParse(window.localStorage.getItem(REMEMBERED) ?? undefined);
  return settingsSchema.parse(theme.success ? { theme: theme.data } : {});
}

/** The settings of this home, and the theme that follows from them and from the system. */
export class Preferences {
  #settings = $state.raw<Settings>(remembered());
  readonly #api: PageClient;
  readonly #systemTheme = createSubscriber((update) => {
    DARK.addEventListener('change', update);
    return () => DARK.removeEventListener('change', update);
  });

  constructor(api: PageClient, live: Live) {
    this.#api = api;
    live.onChange((change) => {
      // Where they cannot be read the home is changing hands, and its next owner tells the change again.
      if (change.kind === 'settings') void this.load().catch(() => undefined);
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
    this.#use(await this.#api.settings.read({}));
  }

  async update(change: Partial<Settings>): Promise<void> {
    this.#use(await this.#api.settings.update(change));
  }

  #use(settings: Settings): void {
    this.#settings = settings;
    window.localStorage.setItem(REMEMBERED, settings.theme);
  }
}
