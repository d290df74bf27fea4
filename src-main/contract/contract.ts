import type { ContractRouter } from '@orpc/contract';
import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import type { Change } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import { backups } from './backups.ts';
import { datasets } from './datasets.ts';
import { nothing, reference } from './fields.ts';
import { jobs } from './jobs.ts';
import { drafts, runsViews, settings, views } from './keeping.ts';
import { machines } from './machines.ts';
import type { Access } from './procedure.ts';
import { reads } from './procedure.ts';
import { queue } from './queue.ts';
import { runs } from './runs.ts';
import { searches } from './searches.ts';
import { studies } from './studies.ts';
import { weights } from './weights.ts';
import { works } from './works.ts';

/**
 * What a client may ask and hear, on every transport. Errors are AppErrors: 'bad-request' for a request that cannot be
 * served as it stands, 'not-found' for an unknown run, study or data set, 'conflict' where the state of one does not allow the request.
 */
export const contract = {
  runs,
  queue,
  studies,
  searches,
  datasets,
  weights,
  machines,
  views,
  runsViews,
  settings,
  drafts,
  backups,
  works,
  jobs,
  events: {
    /** The events of these runs, or of all runs, from now on, each once it is stored. */
    follow: reads(z.strictObject({ runIds: z.array(reference).optional() }), eventIterator(type<RunEvent>())),
  },
  rows: {
    /**
     * Sentences on stored rows that lists have left out so far, since this version cannot read them, each with the name of its row; and on what
     * is left over in the home and cannot be removed.
     */
    unreadable: reads(nothing, type<readonly string[]>()),
  },
  changes: {
    /** Changes, from now on, to what lists and pages show: something was queued, renamed, tagged, trained or deleted. */
    follow: reads(nothing, eventIterator(type<Change>())),
  },
} satisfies ContractRouter<Access>;

/**
 * Entries whose work another process or another machine does, or may do (images that a second program decodes already), so that the
 * owner of the home does nothing until it answers.
 */
export const DONE_ELSEWHERE: ReadonlySet<string> = new Set([
  ...['runs.measure', 'runs.predict', 'runs.verify', 'runs.check', 'studies.estimate', 'datasets.get'],
  ...['machines.check', 'machines.setUp'],
  ...['datasets.check', 'datasets.parts', 'datasets.report', 'datasets.samples', 'datasets.verify'],
]);
