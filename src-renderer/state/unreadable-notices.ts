import type { PageClient } from '#contract/client.ts';
import type { Notices } from './notices.svelte.ts';

/** Tells once of each stored row that a list left out since it cannot be read. */
export class UnreadableNotices {
  readonly #told = new Set<string>();
  readonly #api: PageClient;
  readonly #notices: Notices;

  constructor(api: PageClient, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  async check(): Promise<void> {
    for (const sentence of await this.#api.rows.unreadable({})) {
      if (this.#told.has(sentence)) continue;
      this.#told.add(sentence);
      this.#notices.failed(sentence);
    }
  }
}
