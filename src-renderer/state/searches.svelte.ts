import type { PageClient } from '#contract/client.ts';
import { Refresh } from '../lib/refresh.ts';
import type { Live } from './live.svelte.ts';

/** Which studies are searches. */
export class SearchList {
  #studyIds = $state.raw<ReadonlySet<string>>(new Set());
  readonly #api: Pick<PageClient, 'searches'>;

  constructor(api: Pick<PageClient, 'searches'>) {
    this.#api = api;
  }

  isOf(studyId: string): boolean {
    return this.#studyIds.has(studyId);
  }

  /** Reads them, and again after changes of studies, until the function that it returns is called. */
  follow(live: Live, onerror: (error: unknown) => void): () => void {
    const reading = new Refresh(() => this.#load().catch(onerror));
    reading.request();
    const leave = live.onChange(({ kind }) => {
      if (kind === 'studies') reading.request();
    });
    return () => {
      leave();
      reading.end();
    };
  }

  async #load(): Promise<void> {
    const searches = await this.#api.searches.list({});
    this.#studyIds = new Set(searches.map((search) => search.studyId));
  }
}
