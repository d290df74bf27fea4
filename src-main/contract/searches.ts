import { type } from '@orpc/contract';
import { z } from 'zod';
import type { SearchProgress } from '#core/find/progress.ts';
import { searchRequestSchema } from '#core/find/settings.ts';
import { baseSpecSchema } from '#core/run.ts';
import { studySpecSchema } from '#core/study.ts';
import { destination, nothing, oneStudy } from './fields.ts';
import { changes, reads } from './procedure.ts';
import { specPaths } from './spec-paths.ts';

/** What a search is started with. */
const newSearchSchema = z.strictObject({
  /** The name of its study. */
  name: studySpecSchema.shape.name,
  /** If left out, the base of the existing study with this name or id. */
  base: baseSpecSchema.optional(),
  search: searchRequestSchema,
  /** Where its runs train; here without it. */
  on: destination.optional(),
});

/**
 * Searches for the value of a policy's parameter that saves most, of those whose cost in accuracy is shown to be below a tolerance.
 * A search is a study whose runs are chosen one round after another; the runs and their events belong to the study.
 * `changes.follow` reports a search as a change of its study.
 */
export const searches = {
  /** The searches of all studies, in the order in which they began. */
  list: reads(nothing, type<readonly SearchProgress[]>()),
  /** The search of a study. Throws 'not-found' where the study has no search. */
  show: reads(oneStudy, type<SearchProgress>()),
  /**
   * Begins a search, or continues the search of the study with this name, possibly with another budget; runs that the study has
   * trained already count. Throws 'conflict' where the study has another base or another search.
   */
  start: changes(newSearchSchema, type<SearchProgress>(), {
    pathsIn: ({ base }) => (base === undefined ? [] : specPaths(base)),
  }),
  /** Continues a search that was stopped, paused or has failed; `budgetSeconds` is its new budget, `on` the machine on which it goes on. */
  resume: changes(
    oneStudy.extend({
      budgetSeconds: searchRequestSchema.shape.budgetSeconds.optional(),
      on: destination.optional(),
    }),
    type<SearchProgress>(),
  ),
  /** Pauses the runs of a search, and begins no more. */
  stop: changes(oneStudy, type<SearchProgress>()),
};
