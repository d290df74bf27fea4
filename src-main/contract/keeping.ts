import { oc, type } from '@orpc/contract';
import { z } from 'zod';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import type { SavedView } from '#core/records.ts';
import type { Settings } from '#core/settings.ts';
import { settingsChangeSchema } from '#core/settings.ts';
import { nothing } from './fields.ts';

/** Saved comparisons. */
export const views = {
  list: oc.input(nothing).output(type<readonly SavedView[]>()),
  /** Under a name that is there already: replaces it. */
  save: oc
    .input(z.strictObject({ name: z.string().trim().min(1).max(200), comparison: comparisonViewSchema }))
    .output(type<SavedView>()),
  remove: oc.input(z.strictObject({ id: z.string().min(1).max(64) })).output(type<{ readonly id: string }>()),
};

export const settings = {
  read: oc.input(nothing).output(type<Settings>()),
  update: oc.input(settingsChangeSchema).output(type<Settings>()),
};

const key = z.string().regex(/^[a-z][a-z0-9.:_-]{0,99}$/i);

/** What a page wants to find again after a restart: drafts of forms, columns of tables. Any JSON. */
export const drafts = {
  read: oc.input(z.strictObject({ key })).output(type<{ readonly value: unknown }>()),
  /** Null forgets it. */
  save: oc.input(z.strictObject({ key, value: z.json() })).output(type<{ readonly key: string }>()),
};
