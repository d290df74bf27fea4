import { stepCost } from '#core/policy/cost.ts';
import type { TrainingPlan } from '../plan.ts';
import type { CachePlan } from './cache-plan.ts';
import { forecastPlan } from './cache-plan.ts';
import type { Visits } from './visits.ts';
import { boundaryDepths } from './visits.ts';

export interface PlannedCache {
  readonly cachePlan: CachePlan;
  readonly visits: Visits;
  /** The number of images times views. */
  readonly count: number;
}

/**
 * Share of the baseline's training multiply-adds that a run saves by its schedule and by the cache together: kept values are not
 * computed again. In a resumed run, only the steps still to come count for the cache.
 */
export function computeSavedWithCache(plan: TrainingPlan, { cachePlan, visits, count }: PlannedCache): number {
  const macs = plan.descriptions.map((layer) => layer.macs);
  const depths = boundaryDepths(plan);
  const sumOf = (from: number, to: number) => macs.slice(from, to).reduce((sum, layer) => sum + layer, 0);
  const nothing = depths.map(() => 0);
  const parts = depths.map((depth, boundary) => (boundary === 0 ? 0 : sumOf(depths[boundary - 1], depth)));
  // The costs are multiply-adds of one image, as if a batch were one image; copies cost nothing.
  const costs = {
    batchSize: plan.spec.batchSize,
    ...{ stepMs: parts, advanceMs: parts },
    ...{ fixedShare: 0, bytes: nothing, copyMsPerByte: 0, activeMs: nothing, disk: null },
  };
  const { savedMs: savedMacs } = forecastPlan({ costs, visits, count }, cachePlan.boundaries);
  return plan.computeSaved + savedMacs / (plan.spec.epochs * plan.stepsPerEpoch * stepCost(macs, 0));
}
