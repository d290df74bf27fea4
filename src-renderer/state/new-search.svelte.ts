import type { PageClient } from '#contract/client.ts';
import { searchName } from '#core/find/search-name.ts';
import type { BaseSpec } from '#core/run.ts';
import { DEFAULT_MARGIN } from '#core/study.ts';
import { destinationOn } from '../lib/destination.ts';
import type { SearchDraft, SearchReading } from '../lib/search-draft.ts';
import { firstSearchDraft, readSearchDraft, searchSizeText } from '../lib/search-draft.ts';

/** The form of a search over a base that is given: what is typed, and its start. */
export class NewSearchForm {
  draft = $state.raw<SearchDraft>(firstSearchDraft(DEFAULT_MARGIN));
  /** The machine on which it trains; null for this one. */
  where = $state<string | null>(null);
  #isStarting = $state(false);
  readonly #reading = $derived.by(() => readSearchDraft(this.draft, this.#layerCount()));
  readonly #api: Pick<PageClient, 'searches'>;

  readonly #layerCount: () => number | null;

  /** `tolerance` in points; `layerCount` says how many layers the network has, null while that is not known. */
  constructor(api: Pick<PageClient, 'searches'>, tolerance: number, layerCount: () => number | null) {
    this.#api = api;
    this.#layerCount = layerCount;
    this.draft = firstSearchDraft(tolerance);
  }

  get reading(): SearchReading {
    return this.#reading;
  }

  get isStarting(): boolean {
    return this.#isStarting;
  }

  change(change: Partial<SearchDraft>): void {
    this.draft = { ...this.draft, ...change };
  }

  /** How much is tried; null where that is not known yet. */
  get sizeText(): string | null {
    const layerCount = this.#layerCount();
    const { request } = this.#reading;
    return request === null || layerCount === null ? null : searchSizeText(request, layerCount);
  }

  /** The id of the search's study; null where something is wrong. Throws what the start refuses. */
  async start(base: BaseSpec): Promise<string | null> {
    const { request } = this.#reading;
    if (request === null || this.#isStarting) return null;
    this.#isStarting = true;
    try {
      const name = searchName(base, request);
      const on = destinationOn(this.where);
      return (await this.#api.searches.start({ name, base, search: request, ...on })).studyId;
    } finally {
      this.#isStarting = false;
    }
  }
}
