import { freezesOfLayers } from '#core/policy/cost.ts';
import type { Measurement } from './measured-pace.ts';
import { expectedProfileSteps, profileBudgetMs } from './profile.ts';
import { stepRatios, unfrozenStepsOf } from './profile-savings.ts';
import type { ProfiledPlan } from './profiled-depths.ts';
import { depthsToProfile } from './profiled-depths.ts';
import { depthsToWarmUp } from './warm-up.ts';

/** Milliseconds before the first step, next to what every process needs. */
export interface StartEstimate {
  /** Of the first steps that a run makes to be ready. */
  readonly warmUpMs: number;
  /** Of the profile; 0 where the run is too short for one. */
  readonly profileMs: number;
}

/** `stepMs` says how long a step lasts with some layers frozen. The first one at each depth is longer, whatever it is made for. */
export function estimateStart(
  run: ProfiledPlan,
  { msPerNewDepth }: Measurement,
  stepMs: (frozenLayers: number) => number,
): StartEstimate {
  const sum = (depths: readonly number[], ms: (depth: number) => number) =>
    depths.reduce((total, depth) => total + ms(depth), 0);
  const warmed = depthsToWarmUp(run, { step: 0, frozenLayers: 0 });
  const warmUpMs = sum(warmed, (depth) => msPerNewDepth + stepMs(depth));
  const depths = depthsToProfile(run);
  if (depths === null) return { warmUpMs, profileMs: 0 };
  const cold = [0, ...depths].filter((depth) => !warmed.includes(depth));
  const firstMs = sum(cold, (depth) => stepMs(depth) + msPerNewDepth);
  // Every other step is unfrozen.
  const meanMs = depths.length === 0 ? stepMs(0) : (stepMs(0) + sum(depths, stepMs) / depths.length) / 2;
  const budgetMs = profileBudgetMs(expectedSteps(run) * stepMs(0));
  return { warmUpMs, profileMs: firstMs + expectedProfileSteps(depths.length, budgetMs, meanMs) * meanMs };
}

/** Unfrozen steps that last as long as the training, as a run expects before its profile. */
function expectedSteps({ layers, steps }: ProfiledPlan): number {
  const macs = layers.map((layer) => layer.macs);
  return unfrozenStepsOf({ freezes: freezesOfLayers(layers), steps, ratioAt: stepRatios(null, macs) });
}
