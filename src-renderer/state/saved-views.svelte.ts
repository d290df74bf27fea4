import type { PageClient } from '#contract/client.ts';
import type { ComparisonView } from '#core/figure/comparison-view.ts';
import type { SavedView } from '#core/records.ts';
import { Refresh } from '../lib/refresh.ts';
import type { Live } from './live.svelte.ts';

/** Comparisons that are kept under a name. */
export class SavedViews {
  #all = $state.raw<readonly SavedView[] | null>(null);
  readonly #api: PageClient;

  constructor(api: PageClient) {
    this.#api = api;
  }

  /** Null before they have been read. */
  get all(): readonly SavedView[] | null {
    return this.#all;
  }

  follow(live: Live, onError: (error: unknown) => void): () => void {
    const reading = new Refresh(() => this.load().catch(onError));
    reading.request();
    const end = live.onChange((change) => {
      if (change.kind === 'views') reading.request();
    });
    return () => {
      end();
      reading.end();
    };
  }

  async load(): Promise<void> {
    this.#all = (await this.#api.views.list({})).toSorted((a, b) => b.changedAt - a.changedAt);
  }

  async save(name: string, comparison: ComparisonView): Promise<SavedView> {
    const saved = await this.#api.views.save({ name, comparison });
    await this.load();
    return saved;
  }

  /** Returns what takes it back. */
  async remove({ id, name, comparison }: SavedView): Promise<() => Promise<SavedView>> {
    await this.#api.views.remove({ id });
    await this.load();
    return () => this.save(name, comparison);
  }
}
