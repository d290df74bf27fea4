import type { HelpPage } from './help-page.ts';

/** The documents of `docs/`, in the order of their titles: the build puts them here (electron.config.ts). */
export const HELP_PAGES: readonly HelpPage[] = [];
