import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import type { WorkRecord } from '#core/work.ts';
import { nothing, reference } from './fields.ts';
import { changes, reads } from './procedure.ts';

/** What the owner of the home is doing that may take long: reading data, measuring, importing, starting a run. */
export const works = {
  /** All that is under way, at once and after each change. */
  follow: reads(nothing, eventIterator(type<readonly WorkRecord[]>())),
  /** Ends a work early. Throws 'not-found' where it is over, 'conflict' where it cannot be cancelled. */
  cancel: changes(z.strictObject({ work: reference }), type<{ readonly id: string }>()),
};
