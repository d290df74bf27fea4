import { type } from '@orpc/contract';
import { z } from 'zod';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import type { SavedView } from '#core/records.ts';
import type { SavedRunsView } from '#core/runs-view.ts';
import { runsViewSchema } from '#core/runs-view.ts';
import type { Settings } from '#core/settings.ts';
import { settingsChangeSchema } from '#core/settings.ts';
import type { Name } from './fields.ts';
import { nothing } from './fields.ts';
import { changes, reads, TEXTS_ALONE } from './procedure.ts';

const viewName = z.string().trim().min(1).max(200);
const viewId = z.string().min(1).max(64).brand<Name>();

/** Saved comparisons. */
export const views = {
  /** All saved comparisons, by name. */
  list: reads(nothing, type<readonly SavedView[]>()),
  /** Saves a comparison; replaces one of the same name. */
  save: changes(z.strictObject({ name: viewName, comparison: comparisonViewSchema }), type<SavedView>(), TEXTS_ALONE),
  /** Forgets the view; its studies stay. */
  remove: changes(z.strictObject({ id: viewId }), type<{ readonly id: string }>()),
};

/** Saved views of the table of runs: which runs, in which columns, order and groups. */
export const runsViews = {
  /** All saved views, by name. */
  list: reads(nothing, type<readonly SavedRunsView[]>()),
  /** Saves a view; replaces one of the same name. */
  save: changes(z.strictObject({ name: viewName, view: runsViewSchema }), type<SavedRunsView>(), TEXTS_ALONE),
  /** Gives a view another name. Throws 'conflict' where another view has it. */
  rename: changes(z.strictObject({ id: viewId, name: viewName }), type<SavedRunsView>(), TEXTS_ALONE),
  /** Forgets the view; the runs stay. */
  remove: changes(z.strictObject({ id: viewId }), type<{ readonly id: string }>()),
};

/** What the user has chosen for this home. */
export const settings = {
  /** All settings; those that were never changed have their defaults. */
  read: reads(nothing, type<Settings>()),
  /** Changes the settings that are named; returns all. */
  update: changes(settingsChangeSchema, type<Settings>()),
};

const key = z
  .string()
  .regex(/^[a-z][a-z0-9.:_-]{0,99}$/i)
  .brand<Name>();

/** Whatever a page wants to find again after a restart, as JSON: drafts of forms, columns of tables. */
export const drafts = {
  /** The value under the key; null where there is none. */
  read: reads(z.strictObject({ key }), type<{ readonly value: unknown }>()),
  /** Saves a value under a key; null deletes it. */
  save: changes(z.strictObject({ key, value: z.json() }), type<{ readonly key: string }>(), TEXTS_ALONE),
};
