import { z } from 'zod';

/** What tells the weights of a run from others: the hash of their whole file. */
export const runWeightsSchema = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
});
export type RunWeights = z.infer<typeof runWeightsSchema>;
