import type { PageClient } from '#contract/client.ts';
import { NOTICED_MS, type WorkRecord } from '#core/work.ts';
import type { PageClock } from './clock.svelte.ts';
import type { Live } from './live.svelte.ts';
import type { Notices } from './notices.svelte.ts';

interface Parts {
  readonly api: PageClient;
  readonly live: Live;
  readonly clock: PageClock;
  readonly notices: Notices;
}

/** What the program does that takes long: the works of the home's owner, and what this page has asked the desktop for. */
export class CurrentWorks {
  #hosts = $state.raw<readonly WorkRecord[]>([]);
  #own = $state.raw<readonly WorkRecord[]>([]);
  #begun = 0;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Those that have lasted long enough to be worth a word, in the order in which they began. */
  readonly shown: readonly WorkRecord[] = $derived.by(() => {
    const all = [...this.#hosts, ...this.#own];
    if (all.length === 0) return all;
    const now = this.#parts.clock.second;
    return all
      .filter(({ startedAt }) => now - startedAt >= NOTICED_MS)
      .toSorted((one, other) => one.startedAt - other.startedAt);
  });

  /** Returns the function that ends it. */
  follow(): () => void {
    return this.#parts.live.onWorks((works) => {
      this.#hosts = works;
    });
  }

  /** Does something that is listed while it lasts. */
  async during<Result>(title: string, does: () => Promise<Result>): Promise<Result> {
    this.#begun += 1;
    const id = `page-${this.#begun}`;
    const work = { id, title, detail: null, share: null, startedAt: Date.now(), canCancel: false, runId: null };
    this.#own = [...this.#own, work];
    try {
      return await does();
    } finally {
      this.#own = this.#own.filter((one) => one.id !== id);
    }
  }

  async cancel({ id }: WorkRecord): Promise<void> {
    const { api, notices } = this.#parts;
    await notices.attempt(() => api.works.cancel({ work: id }));
  }
}
