import type { Measurement } from '#core/records.ts';
import type { RunSpec } from '#core/run.ts';
import { cachedRatios, stepRatios } from '../profile-savings.ts';
import { planCache } from './cache-plan.ts';
import { fixedViews } from './fixed-views.ts';
import type { VisitingPlan } from './visits.ts';
import { boundaryDepths, visitsOf } from './visits.ts';

export interface EstimatedCache extends VisitingPlan {
  readonly spec: Pick<RunSpec, 'augment' | 'views' | 'prefixCache' | 'batchSize'> & { readonly train: number };
  /** Multiply-adds of one image in each layer. */
  readonly macs: readonly number[];
}

/**
 * Milliseconds that a run is expected to save by keeping the frozen layers' output in memory, by the times that were measured at
 * some depths. The disk, which a run measures when it begins, is left out.
 */
export function cacheSavedMs(run: EstimatedCache, measured: Measurement): number {
  const views = fixedViews(run.spec);
  const depths = boundaryDepths(run);
  if (views === null || run.spec.prefixCache === 'off' || depths.length < 2) return 0;
  const frozenMs = frozenLayersMs(run.macs, measured);
  // What is kept before the first boundary of a part is not computed again: the parts add up to all frozen layers.
  const parts = depths.map((depth, boundary) =>
    boundary === 0 ? 0 : Math.max(0, frozenMs(depth) - frozenMs(depths[boundary - 1])),
  );
  const nothing = depths.map(() => 0);
  const costs = {
    ...{ batchSize: run.spec.batchSize, stepMs: parts, advanceMs: parts, activeMs: nothing },
    bytes: depths.map((depth) => measured.keptBytes[depth]),
    // The measured steps from kept values contain their copies.
    ...{ fixedShare: 0, copyMsPerByte: 0, disk: null },
  };
  const budget = { memoryBytes: measured.cacheMemoryBytes, diskBytes: 0 };
  return planCache({ costs, visits: visitsOf(run, views, 0), count: run.spec.train * views, budget }).savedMs;
}

/** Milliseconds of a step that kept values save at each depth. */
function frozenLayersMs(macs: readonly number[], measured: Measurement): (frozenLayers: number) => number {
  const { msPerStep } = measured;
  const cached = new Map(
    measured.depths.map(({ frozenLayers, cachedStepMs }) => [frozenLayers, cachedStepMs / msPerStep]),
  );
  const [ratioAt, cachedRatioAt] = [stepRatios(measured, macs), cachedRatios(cached, macs)];
  return (frozenLayers) => Math.max(0, ratioAt(frozenLayers) - cachedRatioAt(frozenLayers)) * msPerStep;
}
