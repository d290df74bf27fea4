import type { PageClient } from '#contract/client.ts';
import type { SearchProgress } from '#core/find/progress.ts';
import { Refresh } from '../lib/refresh.ts';
import type { Live } from './live.svelte.ts';

/** One search, kept up to date while it trains, and what one does to it. */
export class FollowedSearch {
  #current = $state.raw<SearchProgress | null>(null);
  #error = $state.raw<unknown>(null);
  #isBusy = $state(false);
  readonly #api: Pick<PageClient, 'searches'>;
  readonly #study: string;

  constructor(api: Pick<PageClient, 'searches'>, study: string) {
    this.#api = api;
    this.#study = study;
  }

  /** Null before it has been read. */
  get current(): SearchProgress | null {
    return this.#current;
  }

  get error(): unknown {
    return this.#error;
  }

  /** True while a request of ours is under way. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Reads it, and again after changes of its study, until the function that it returns is called. */
  follow(live: Live): () => void {
    const reading = new Refresh(() => this.load());
    reading.request();
    const leave = live.onChange(({ kind, ids }) => {
      const isOurs = ids.length === 0 || ids.includes(this.#current?.studyId ?? this.#study);
      if (kind === 'studies' && isOurs) reading.request();
    });
    return () => {
      leave();
      reading.end();
    };
  }

  async load(): Promise<void> {
    try {
      this.#current = await this.#api.searches.show({ study: this.#study });
      this.#error = null;
    } catch (error) {
      this.#error = error;
    }
  }

  /** Stops the search; a run that trains writes a checkpoint first. */
  stop(): Promise<void> {
    return this.#ask(() => this.#api.searches.stop({ study: this.#study }));
  }

  /** Goes on, with another budget where one is given. */
  resume(budgetSeconds?: number): Promise<void> {
    const budget = budgetSeconds === undefined ? {} : { budgetSeconds };
    return this.#ask(() => this.#api.searches.resume({ study: this.#study, ...budget }));
  }

  async #ask(request: () => Promise<SearchProgress>): Promise<void> {
    this.#isBusy = true;
    try {
      this.#current = await request();
    } finally {
      this.#isBusy = false;
    }
  }
}
