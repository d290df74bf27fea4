import type { Keeping } from '#core/keeping-ports.ts';
import type { SavedView } from '#core/records.ts';
import type { SavedRunsView } from '#core/runs-view.ts';
import type { Settings, SettingsChange } from '#core/settings.ts';
import type { Connection } from './database.ts';
import { DraftTable } from './drafts.ts';
import { RunsViewTable } from './runs-views.ts';
import { SettingTable } from './settings.ts';
import type { Synchronous } from './synchronous.ts';
import { Transactions } from './transactions.ts';
import { ViewTable } from './views.ts';

/** Saved comparisons and views of the runs, settings and drafts. The contracts are those of the port. */
export class SqliteKeeping implements Synchronous<Keeping> {
  readonly #transactions: Transactions;
  readonly #now: () => number;
  readonly #views: ViewTable;
  readonly #runsViews: RunsViewTable;
  readonly #settings: SettingTable;
  readonly #drafts: DraftTable;

  constructor(database: Connection, now: () => number = Date.now) {
    this.#transactions = new Transactions(database);
    this.#now = now;
    this.#views = new ViewTable(database);
    this.#runsViews = new RunsViewTable(database);
    this.#settings = new SettingTable(database);
    this.#drafts = new DraftTable(database);
  }

  views(): readonly SavedView[] {
    return this.#transactions.read(() => this.#views.all());
  }

  saveView(view: Omit<SavedView, 'changedAt'>): SavedView {
    return this.#transactions.write(() => this.#views.save({ ...view, changedAt: this.#now() }));
  }

  removeView(id: string): void {
    this.#transactions.write(() => this.#views.remove(id));
  }

  runsViews(): readonly SavedRunsView[] {
    return this.#transactions.read(() => this.#runsViews.all());
  }

  saveRunsView(view: Omit<SavedRunsView, 'changedAt'>): SavedRunsView {
    return this.#transactions.write(() => this.#runsViews.save({ ...view, changedAt: this.#now() }));
  }

  renameRunsView(id: string, name: string): SavedRunsView {
    return this.#transactions.write(() => this.#runsViews.rename(id, name, this.#now()));
  }

  removeRunsView(id: string): void {
    this.#transactions.write(() => this.#runsViews.remove(id));
  }

  settings(): Settings {
    return this.#transactions.read(() => this.#settings.all());
  }

  changeSettings(change: SettingsChange): Settings {
    return this.#transactions.write(() => this.#settings.change(change));
  }

  draft(key: string): string | null {
    return this.#transactions.read(() => this.#drafts.get(key));
  }

  saveDraft(key: string, json: string | null): void {
    this.#transactions.write(() => this.#drafts.save(key, json, this.#now()));
  }
}
