import { type } from '@orpc/contract';
import { z } from 'zod';
import type { JobRecord } from '#core/machines/job-record.ts';
import { reads } from './procedure.ts';

/** Blocks of runs that train on other machines. */
export const jobs = {
  /** The blocks that are elsewhere, as they were heard of last; looks at their machines first where that is asked for. */
  list: reads(z.strictObject({ look: z.boolean().default(false) }), type<readonly JobRecord[]>()),
};
