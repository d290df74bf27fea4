import { type } from '@orpc/contract';
import { z } from 'zod';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import type { SavedView } from '#core/records.ts';
import type { Settings } from '#core/settings.ts';
import { settingsChangeSchema } from '#core/settings.ts';
import type { Name } from './fields.ts';
import { nothing } from './fields.ts';
import { changes, reads, TEXTS_ALONE } from './procedure.ts';

/** Saved comparisons. */
export const views = {
  /** In the order of their names. */
  list: reads(nothing, type<readonly SavedView[]>()),
  /** Under a name that is there already: replaces it. */
  save: changes(
    z.strictObject({ name: z.string().trim().min(1).max(200), comparison: comparisonViewSchema }),
    type<SavedView>(),
    TEXTS_ALONE,
  ),
  /** Forgets the view; its studies stay. */
  remove: changes(z.strictObject({ id: z.string().min(1).max(64).brand<Name>() }), type<{ readonly id: string }>()),
};

/** What the user has chosen for this home. */
export const settings = {
  /** All of them, with the defaults of those that were never changed. */
  read: reads(nothing, type<Settings>()),
  /** Changes those that are named; gives all. */
  update: changes(settingsChangeSchema, type<Settings>()),
};

const key = z
  .string()
  .regex(/^[a-z][a-z0-9.:_-]{0,99}$/i)
  .brand<Name>();

/** What a page wants to find again after a restart: drafts of forms, columns of tables. Any JSON. */
export const drafts = {
  /** Null where nothing is kept under the key. */
  read: reads(z.strictObject({ key }), type<{ readonly value: unknown }>()),
  /** Null forgets it. */
  save: changes(z.strictObject({ key, value: z.json() }), type<{ readonly key: string }>(), TEXTS_ALONE),
};
