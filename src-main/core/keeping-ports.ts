import type { ComparisonView } from './figure/comparison-view.ts';
import type { SavedView } from './records.ts';
import type { SavedRunsView } from './runs-view.ts';
import type { Settings, SettingsChange } from './settings.ts';

/** The saved views of comparisons and of the table of runs, settings and drafts that people keep. */
export interface Keeping {
  /** All saved views. */
  views(): Promise<readonly SavedView[]>;
  /** Replaces the comparison of the view of that name, if there is one. */
  saveView(view: {
    readonly id: string;
    readonly name: string;
    readonly comparison: ComparisonView;
  }): Promise<SavedView>;
  /** Forgets the view; its studies stay. */
  removeView(id: string): Promise<void>;
  /** All saved views of the table of runs. */
  runsViews(): Promise<readonly SavedRunsView[]>;
  /** Replaces the view of that name, if there is one. */
  saveRunsView(view: Omit<SavedRunsView, 'changedAt'>): Promise<SavedRunsView>;
  /** Throws 'conflict' where another view has the name. */
  renameRunsView(id: string, name: string): Promise<SavedRunsView>;
  /** Forgets the view; the runs stay. */
  removeRunsView(id: string): Promise<void>;
  /** All settings, with the defaults of those that were never changed. */
  settings(): Promise<Settings>;
  /** Changes the settings that are named, and gives all of them. */
  changeSettings(change: SettingsChange): Promise<Settings>;
  /** The draft as JSON text; null where nothing is kept under the key. */
  draft(key: string): Promise<string | null>;
  /** Keeps the draft; null removes it. */
  saveDraft(key: string, json: string | null): Promise<void>;
}
