import type { ContractRouter } from '@orpc/contract';
import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import type { Change } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import { datasets } from './datasets.ts';
import { nothing, reference } from './fields.ts';
import { drafts, settings, views } from './keeping.ts';
import type { Access } from './procedure.ts';
import { reads } from './procedure.ts';
import { runs } from './runs.ts';
import { searches } from './searches.ts';
import { studies } from './studies.ts';

/**
 * What a client may ask and hear, on every transport. Errors are AppErrors: 'bad-request' for a request that cannot be
 * served as it stands, 'not-found' for an unknown run, study or data set, 'conflict' where its state does not allow it.
 */
export const contract = {
  runs,
  studies,
  searches,
  datasets,
  views,
  settings,
  drafts,
  events: {
    /** Events of these runs, or of all, as they are stored, from now on. */
    follow: reads(z.strictObject({ runIds: z.array(reference).optional() }), eventIterator(type<RunEvent>())),
  },
  changes: {
    /** What lists and pages show and has changed, from now on: queued, renamed, tagged, trained on, deleted. */
    follow: reads(nothing, eventIterator(type<Change>())),
  },
} satisfies ContractRouter<Access>;
