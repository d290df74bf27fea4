import type { RunSpec } from '#core/run.ts';
import type { Measurement } from '../measured-pace.ts';
import { cachedRatios, stepRatios } from '../profile-savings.ts';
import { planCache } from './cache-plan.ts';
import type { PrefixCosts } from './costs.ts';
import { DISK_PROBE_BYTES } from './costs.ts';
import { keptViews } from './fixed-views.ts';
import { COST_ROUNDS } from './measure-costs.ts';
import type { VisitingPlan } from './visits.ts';
import { boundaryDepths, visitsOf } from './visits.ts';

export interface EstimatedCache extends VisitingPlan {
  readonly spec: Pick<RunSpec, 'augment' | 'views' | 'prefixCache' | 'batchSize'> & { readonly train: number };
  /** Multiply-adds of one image in each layer. */
  readonly macs: readonly number[];
}

/** What a run is expected to save by keeping the frozen layers' output, and what it takes to find out. */
export interface CacheEstimate {
  readonly savedMs: number;
  /** Milliseconds before the first step. */
  readonly startMs: number;
}

const NO_CACHE: CacheEstimate = { savedMs: 0, startMs: 0 };

/** By the times that were measured at some depths, memory and disk. */
export function estimateCache(run: EstimatedCache, measured: Measurement): CacheEstimate {
  const { spec, macs } = run;
  const views = keptViews(spec);
  const depths = boundaryDepths(run);
  if (views === null || depths.length < 2) return NO_CACHE;
  const count = spec.train * views;
  const bytes = depths.map((depth) => measured.keptBytes[depth]);
  const disk = count * Math.max(...bytes) > measured.cacheMemoryBytes ? measured.cacheDisk : null;
  const steps = stepTimes(macs, measured);
  const costs = { batchSize: spec.batchSize, ...costsOf(steps, depths), bytes, disk };
  const budget = { memoryBytes: measured.cacheMemoryBytes, diskBytes: disk?.bytes ?? 0 };
  const { savedMs } = planCache({ costs, visits: visitsOf(run, views, 0), count, budget });
  const probeMs = disk === null ? 0 : DISK_PROBE_BYTES * disk.writeMsPerByte;
  return { savedMs, startMs: startMs(steps, depths, measured) + probeMs };
}

/** Milliseconds of a step by the number of frozen layers. */
interface StepTimes {
  /** One that runs the frozen layers itself. */
  readonly ordinary: (frozenLayers: number) => number;
  /** One that gets their output from a call of its own, and keeps it. */
  readonly filling: (frozenLayers: number) => number;
  /** One from kept values. */
  readonly kept: (frozenLayers: number) => number;
}

/** Only a step from kept values does not wait for its batch. */
function stepTimes(macs: readonly number[], measured: Measurement): StepTimes {
  const { msPerStep, msPerBatch, depths } = measured;
  const kept = new Map(depths.map(({ frozenLayers, cachedStepMs }) => [frozenLayers, cachedStepMs / msPerStep]));
  const filling = depths.map(({ frozenLayers, fillingStepMs, ratio }) => ({
    frozenLayers,
    ratio: fillingStepMs === null ? ratio : { ...ratio, median: fillingStepMs / msPerStep },
  }));
  const [ratioAt, fillingRatioAt] = [stepRatios(measured, macs), stepRatios({ depths: filling }, macs)];
  const keptRatioAt = cachedRatios(kept, macs);
  return {
    ordinary: (frozenLayers) => Math.max(ratioAt(frozenLayers) * msPerStep, msPerBatch),
    filling: (frozenLayers) => Math.max(fillingRatioAt(frozenLayers) * msPerStep, msPerBatch),
    kept: (frozenLayers) => keptRatioAt(frozenLayers) * msPerStep,
  };
}

/** What is kept before the first boundary of a part is not computed again: the parts add up to all frozen layers. */
function costsOf(
  { ordinary, filling, kept }: StepTimes,
  depths: readonly number[],
): Omit<PrefixCosts, 'batchSize' | 'bytes' | 'disk'> {
  const partsOf = (stepMs: (frozenLayers: number) => number) => {
    const frozenMs = depths.map((depth) => (depth === 0 ? 0 : Math.max(0, stepMs(depth) - kept(depth))));
    return frozenMs.map((ms, boundary) => (boundary === 0 ? 0 : Math.max(0, ms - frozenMs[boundary - 1])));
  };
  return {
    ...{ stepMs: partsOf(ordinary), advanceMs: partsOf(filling), activeMs: depths.map(kept) },
    // The measured steps contain their copies.
    ...{ fixedShare: 0, copyMsPerByte: 0 },
  };
}

/**
 * One pass through all layers that will freeze, to compare places of a batch; rounds of two passes and two steps, to find the
 * costs; and a first step from kept values at each depth.
 */
function startMs(
  { ordinary, filling, kept }: StepTimes,
  depths: readonly number[],
  { msPerNewKept }: Measurement,
): number {
  const deepest = depths[depths.length - 1];
  const passMs = Math.max(0, filling(deepest) - kept(deepest));
  const rounds = COST_ROUNDS * (2 * passMs + ordinary(deepest) + kept(deepest));
  const first = depths.slice(1).reduce((sum, depth) => sum + (msPerNewKept ?? 0) + kept(depth), 0);
  return passMs + rounds + first;
}
