import { z } from 'zod';
import { quantile } from '#core/analysis/quantile.ts';
import { measuredNumber } from '#core/numbers.ts';
import type { PolicyKind } from './policy-kind.ts';
import { neverFreezing } from './schedule.ts';

/** Allows at most 1,000 decisions, and at least one after the first interval, which only gives norms for comparison. */
const share = z.number().min(0.001, 'must be from 0.001 to 0.5').max(0.5, 'must be from 0.001 to 0.5');

const gradientNormSchema = z.strictObject({
  kind: z.literal('gradient-norm'),
  /** The share of the run between two decisions. */
  interval: share.default(0.05),
  /** The percentile of the active layers' changes. The layers before the first layer at or above it freeze. */
  percentile: z.number().min(0).max(100).default(50),
});

const keptSchema = z.object({
  /** The norms of the layers in the previous interval; null in the first one. Norms of frozen layers are not read. */
  norms: z.array(measuredNumber).readonly().nullable().default(null),
});

/** Norms of the layers' gradients in one interval of the run. */
type Norms = z.infer<typeof keptSchema>['norms'];

/**
 * AutoFreeze's rule (Liu et al. 2021, arXiv 2102.01386): the layers whose gradients change least freeze. docs/policies.md lists
 * the deviations from it.
 */
export const gradientNorm: PolicyKind<'gradient-norm', typeof gradientNormSchema, z.infer<typeof keptSchema>> = {
  kind: 'gradient-norm',
  title: 'Gradient norm',
  sentence:
    'Decides while training: freezes the leading layers whose gradients have changed least since the last decision, as AutoFreeze does.',
  schema: gradientNormSchema,
  fields: [
    { key: 'interval', label: 'Interval', hint: 'share of the run between two decisions', type: 'number' },
    { key: 'percentile', label: 'Percentile', hint: 'of the changes, below which a layer may freeze', type: 'number' },
  ],
  armName: ({ interval, percentile }) => `gradient norm ${percentile} every ${interval}`,
  methods: ({ interval, percentile }) =>
    `Every ${interval} of the run, the leading layers freeze whose gradient norms changed less since the last decision than the percentile ${percentile} of the active layers; all layers share one cosine over S (after AutoFreeze, Liu et al. 2021, arXiv 2102.01386, with frozen layers in evaluation mode).`,
  plan: (_policy, context) => neverFreezing(context),
  decisions: {
    needs: ['gradientSums'],
    kept: keptSchema,
    stepsOf: (policy, { steps }) => decisionSteps(policy, steps),
    decide: ({ percentile }, kept, { frozenLayers, gradientNorms }) => {
      const norms = gradientNorms ?? [];
      return { frozenLayers: boundaryAfter(percentile, { frozenLayers, before: kept.norms, norms }), kept: { norms } };
    },
  },
};

/**
 * The steps before which the rule decides, each time from the steps since the last decision: round(k interval S) for k = 1, 2,
 * ..., in doubles and in this order, halves rounded up, from 1 to S - 1. Where rounding gives a step twice, it decides once.
 */
export function decisionSteps({ interval }: { readonly interval: number }, steps: number): ReadonlySet<number> {
  const decided = new Set<number>();
  for (let k = 1; k * interval < 1; k++) {
    const step = Math.round(k * interval * steps);
    if (step > 0 && step < steps) decided.add(step);
  }
  return decided;
}

/** The data from which the rule decides at the end of an interval. */
interface Intervals {
  /** The boundary: layers 0 .. frozenLayers-1 are frozen. */
  readonly frozenLayers: number;
  /** The norms of the interval before the last one; null where there is none. */
  readonly before: Norms;
  /** The norms of the last interval. */
  readonly norms: readonly number[];
}

/**
 * AutoFreeze's decision at the end of an interval (section 3 of the paper; the authors' freeze_intermediate_e2e_lr.py):
 *   n_i = L1 norm of the gradients of layer i, summed over the interval's steps
 *   c_i = |n_i(previous) - n_i| / n_i(previous), for every layer that still trains, the head included
 * The boundary moves to the first active layer whose c_i is at or above the percentile of all c_i, so that the layers before
 * it freeze. There always is such a layer, so the head never freezes. The first interval only gives norms for comparison.
 */
export function boundaryAfter(percentile: number, { frozenLayers, before, norms }: Intervals): number {
  if (before === null) return frozenLayers;
  const changes = norms.slice(frozenLayers).map((norm, place) => change(before[frozenLayers + place], norm));
  // A training that is no longer finite will end as diverged: until then, conclude nothing from its numbers.
  if (!changes.every(Number.isFinite)) return frozenLayers;
  // Interpolation may round to just above the largest change.
  const threshold = Math.min(quantile(changes, percentile / 100), Math.max(...changes));
  return frozenLayers + changes.findIndex((value) => value >= threshold);
}

/** A norm of 0 that stays 0 is no change; a norm that rises from 0 is the largest possible change. */
function change(previous: number, norm: number): number {
  if (previous === 0 && norm >= 0) return norm === 0 ? 0 : Number.MAX_VALUE;
  return Math.abs(previous - norm) / previous;
}
