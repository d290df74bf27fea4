import { badRequest } from '#core/errors.ts';
import type { ComparisonView } from '#core/figure/comparison-view.ts';
import type { Keeping } from '#core/keeping-ports.ts';
import type { Store } from '#core/ports.ts';
import type { SavedView } from '#core/records.ts';
import type { RunsView, SavedRunsView } from '#core/runs-view.ts';
import type { Settings, SettingsChange } from '#core/settings.ts';
import type { EventHub } from './event-hub.ts';
import { newPublicId } from './identity.ts';

const MOST_DRAFT_BYTES = 2 ** 20;

/** The saved comparisons and views of the runs, settings and drafts that people keep. */
export class KeptThings {
  readonly #store: Keeping;
  readonly #hub: EventHub;

  constructor({ store, hub }: { readonly store: Store; readonly hub: EventHub }) {
    this.#store = store;
    this.#hub = hub;
  }

  views(): Promise<readonly SavedView[]> {
    return this.#store.views();
  }

  async saveView(name: string, comparison: ComparisonView): Promise<SavedView> {
    const view = await this.#store.saveView({ id: newPublicId(), name, comparison });
    this.#hub.publishChange('views', [view.id]);
    return view;
  }

  async removeView(id: string): Promise<string> {
    await this.#store.removeView(id);
    this.#hub.publishChange('views', [id]);
    return id;
  }

  runsViews(): Promise<readonly SavedRunsView[]> {
    return this.#store.runsViews();
  }

  async saveRunsView(name: string, view: RunsView): Promise<SavedRunsView> {
    return this.#changed(await this.#store.saveRunsView({ id: newPublicId(), name, view }));
  }

  async renameRunsView(id: string, name: string): Promise<SavedRunsView> {
    return this.#changed(await this.#store.renameRunsView(id, name));
  }

  async removeRunsView(id: string): Promise<string> {
    await this.#store.removeRunsView(id);
    this.#hub.publishChange('views', [id]);
    return id;
  }

  #changed(view: SavedRunsView): SavedRunsView {
    this.#hub.publishChange('views', [view.id]);
    return view;
  }

  settings(): Promise<Settings> {
    return this.#store.settings();
  }

  async changeSettings(change: SettingsChange): Promise<Settings> {
    const settings = await this.#store.changeSettings(change);
    this.#hub.publishChange('settings', []);
    return settings;
  }

  /** The draft; null where nothing is kept. */
  async draft(key: string): Promise<unknown> {
    const json = await this.#store.draft(key);
    return json === null ? null : JSON.parse(json);
  }

  async saveDraft(key: string, value: unknown): Promise<void> {
    const json = value === null ? null : JSON.stringify(value);
    if (json !== null && Buffer.byteLength(json) > MOST_DRAFT_BYTES) {
      throw badRequest(`The draft "${key}" is larger than a megabyte: shorten it.`);
    }
    await this.#store.saveDraft(key, json);
  }
}
