import { z } from 'zod';

const share = z.number().gt(0, 'must be above 0 and at most 0.5').max(0.5, 'must be above 0 and at most 0.5');

/** AutoFreeze's rule (Liu et al. 2021, arXiv 2102.01386): layers whose gradients change least freeze. */
export const gradientNormSchema = z.strictObject({
  kind: z.literal('gradient-norm'),
  /** Share of the run between two decisions. */
  interval: share.default(0.05),
  /** Of the active layers' changes; layers before the first one at or above it freeze. */
  percentile: z.number().min(0).max(100).default(50),
});

export type GradientNormPolicy = z.infer<typeof gradientNormSchema>;

export function gradientNormName({ interval, percentile }: GradientNormPolicy): string {
  return `gradient norm ${percentile} every ${interval}`;
}
