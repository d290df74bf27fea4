import { type } from '@orpc/contract';
import { z } from 'zod';
import type { SearchProgress } from '#core/find-t0/progress.ts';
import { searchRequestSchema } from '#core/find-t0/settings.ts';
import { baseSpecSchema } from '#core/run.ts';
import { studySpecSchema } from '#core/study.ts';
import { nothing, oneStudy } from './fields.ts';
import { changes, reads } from './procedure.ts';
import { specPaths } from './spec-paths.ts';

/** What a search is started with. */
export const newSearchSchema = z.strictObject({
  /** Of its study. */
  name: studySpecSchema.shape.name,
  /** Left out, it is that of the study of this name or id. */
  base: baseSpecSchema.optional(),
  search: searchRequestSchema,
});

/**
 * Searches for the lowest t0 whose cost in accuracy is shown to be below a tolerance. A search is a study whose runs are chosen one
 * round after another; the runs and their events are the study's. `changes.follow` tells of a search as of its study.
 */
export const searches = {
  /** Those of all studies, in the order in which they were begun. */
  list: reads(nothing, type<readonly SearchProgress[]>()),
  /** Throws 'not-found' where the study has no search. */
  show: reads(oneStudy, type<SearchProgress>()),
  /**
   * Begins a search, or goes on with that of the study of this name, then also with another budget; what the study has trained
   * already counts. Throws 'conflict' where its base or its search is another one.
   */
  start: changes(newSearchSchema, type<SearchProgress>(), {
    pathsIn: ({ base }) => (base === undefined ? [] : specPaths(base)),
  }),
  /** Goes on with what was stopped, paused or failed; `budgetSeconds` is the new budget. */
  resume: changes(
    oneStudy.extend({ budgetSeconds: searchRequestSchema.shape.budgetSeconds.optional() }),
    type<SearchProgress>(),
  ),
  /** Pauses its runs, and begins no more. */
  stop: changes(oneStudy, type<SearchProgress>()),
};
