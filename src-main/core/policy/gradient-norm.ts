import { z } from 'zod';
import { quantile } from '#core/analysis/quantile.ts';

/** At most 1,000 decisions, and at least one after the first interval, which only gives norms to compare with. */
const share = z.number().min(0.001, 'must be from 0.001 to 0.5').max(0.5, 'must be from 0.001 to 0.5');

/**
 * AutoFreeze's rule (Liu et al. 2021, arXiv 2102.01386): layers whose gradients change least freeze. Deviations from it are
 * in docs/policies.md.
 */
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

/**
 * The steps before which the rule decides, each by the steps since the last of them: round(k interval S) for k = 1, 2, ...,
 * in doubles and in this order, halves rounded up, from 1 to S - 1. Where rounding gives a step twice, it decides there once.
 */
export function decisionSteps({ interval }: Pick<GradientNormPolicy, 'interval'>, steps: number): ReadonlySet<number> {
  const decided = new Set<number>();
  for (let k = 1; k * interval < 1; k++) {
    const step = Math.round(k * interval * steps);
    if (step > 0 && step < steps) decided.add(step);
  }
  return decided;
}

/** What the rule goes on from. */
export interface GradientNormState {
  /** The boundary: layers 0 .. frozenLayers-1 are frozen. */
  readonly frozenLayers: number;
  /** Of each layer, in the interval before; null in the first one. Those of frozen layers are not read. */
  readonly norms: readonly number[] | null;
}

/**
 * AutoFreeze's decision at the end of an interval (section 3 of the paper; the authors' freeze_intermediate_e2e_lr.py):
 *   n_i = L1 norm of the gradients of layer i, summed over the interval's steps
 *   c_i = |n_i(previous) - n_i| / n_i(previous), for every layer that still trains, the head included
 * The boundary moves to the first active layer whose c_i is at or above the percentile of all c_i, so that the layers before
 * it freeze. There always is one, so the head never does. The first interval only gives the norms to compare with.
 */
export function moveBoundary(
  percentile: number,
  { frozenLayers, norms: previous }: GradientNormState,
  norms: readonly number[],
): GradientNormState {
  if (previous === null) return { frozenLayers, norms };
  const changes = norms.slice(frozenLayers).map((norm, place) => change(previous[frozenLayers + place], norm));
  // A training that has ceased to be finite ends as diverged: until then nothing is read into it.
  if (!changes.every(Number.isFinite)) return { frozenLayers, norms };
  // Interpolation may round to just above the largest.
  const threshold = Math.min(quantile(changes, percentile / 100), Math.max(...changes));
  return { frozenLayers: frozenLayers + changes.findIndex((value) => value >= threshold), norms };
}

/** A layer without gradients has not changed where it still has none; where it has some, no other changed more. */
function change(previous: number, norm: number): number {
  if (previous === 0 && norm >= 0) return norm === 0 ? 0 : Number.MAX_VALUE;
  return Math.abs(previous - norm) / previous;
}
