import { createContext } from 'svelte';
import type { PageClient } from '#contract/client.ts';
import type { Clock } from './clock.svelte.ts';
import type { Commands } from './commands.svelte.ts';
import type { Live } from './live.svelte.ts';
import type { Location } from './location.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { Preferences } from './preferences.svelte.ts';
import type { Training } from './training.svelte.ts';

/** What every view may use. */
export interface AppState {
  readonly api: PageClient;
  readonly live: Live;
  readonly location: Location;
  readonly notices: Notices;
  readonly commands: Commands;
  readonly preferences: Preferences;
  readonly clock: Clock;
  readonly training: Training;
}

export const [appState, provideAppState] = createContext<AppState>();
