import { z } from 'zod';
import { hashSchema } from '#core/data/run-data.ts';

/** What tells the weights of a run from others: the hash of their whole file. */
export const runWeightsSchema = z.object({ sha256: hashSchema });
export type RunWeights = z.infer<typeof runWeightsSchema>;
