import { freezesOfLayers } from '#core/policy/cost.ts';
import type { Policy } from '#core/policy/policy.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { LayerRecord } from '#core/records.ts';
import { frozenDepths, isWorthProfiling } from './profile.ts';
import { predictedRatio } from './profile-savings.ts';

/**
 * The most depths to measure for a policy that decides while training; between them, the cost model says how long a
 * step lasts.
 */
const MOST_SPREAD_DEPTHS = 8;

export interface ProfiledPlan {
  readonly spec: { readonly policy: Policy };
  readonly layers: readonly LayerRecord[];
  readonly steps: number;
}

/**
 * The freeze depths that a run measures before its first step: those that it plans or, where its policy decides while training,
 * as many as the run is long enough for, spread over all possible depths. Null where measuring is not worth its time.
 */
export function depthsToProfile({ spec, layers, steps }: ProfiledPlan): readonly number[] | null {
  if (policyNeeds(spec.policy).plans) {
    const planned = frozenDepths(freezesOfLayers(layers), steps);
    return isWorthProfiling(steps, planned.length) ? planned : null;
  }
  const macs = layers.map((layer) => layer.macs);
  for (let count = MOST_SPREAD_DEPTHS; count > 0; count--) {
    const depths = spreadDepths(macs, count);
    if (isWorthProfiling(steps, depths.length)) return depths;
  }
  return null;
}

/** At most `count` freeze depths, with the deepest, spread as evenly as possible over their savings by the cost model. */
export function spreadDepths(macs: readonly number[], count: number): number[] {
  const all = macs.slice(1).map((_, index) => index + 1);
  const deepest = all.at(-1);
  if (deepest === undefined || all.length <= count) return all;
  const savingAt = (depth: number) => 1 - predictedRatio(macs, depth);
  const wanted = Array.from({ length: count }, (_, index) => ((index + 1) / count) * savingAt(deepest));
  const closest = wanted.map((saving) =>
    all.reduce((best, depth) => (distance(depth, saving) < distance(best, saving) ? depth : best)),
  );
  return [...new Set(closest)];

  function distance(depth: number, saving: number): number {
    return Math.abs(savingAt(depth) - saving);
  }
}
