import { freezePhases, freezesOfLayers } from '#core/policy/cost.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { TrainingPlan } from './plan.ts';
import { depthsFrom, isWorthProfiling } from './profile.ts';
import type { ProfiledPlan } from './profiled-depths.ts';
import { depthsToProfile } from './profiled-depths.ts';
import type { TrainingState } from './progress.ts';
import type { TrainingSession } from './session.ts';

/**
 * Rehearses one step on black images at each of the freeze depths, and reads the loss. The library sets itself up in the first
 * step at a depth, and without this the run's training time would include that. The caller then restores the variables.
 */
export function warmUp(
  session: TrainingSession,
  plan: TrainingPlan,
  { imageValues, depths }: { readonly imageValues: number; readonly depths: readonly number[] },
): void {
  const { batchSize } = plan.spec;
  const images = new Float32Array(batchSize * imageValues);
  const batch = { images, labels: new Int32Array(batchSize), count: batchSize };
  for (const frozenLayers of depths) session.rehearse({ batch, frozenLayers });
  session.lossTotal();
}

/** The part of a state that decides what is warmed up. */
type WarmedState = Pick<TrainingState, 'step' | 'frozenLayers'>;

/**
 * The depths to warm up: that of the next step, and those to come. A run that begins needs no warm-up for planned depths where
 * its profile runs them. Where its policy decides while training, every greater depth may come, so that a run gets none of them
 * which is so short that their first steps would take longer than the run.
 */
export function depthsToWarmUp(plan: ProfiledPlan, { step, frozenLayers }: WarmedState): readonly number[] {
  const { layers, steps } = plan;
  if (!policyNeeds(plan.spec.policy).plans) return depthsThatMayCome(plan, { step, frozenLayers });
  const freezes = freezesOfLayers(layers);
  const next = freezePhases(freezes, steps).findLast(({ firstStep }) => firstStep <= step)?.frozenLayers ?? 0;
  if (step === 0 && depthsToProfile(plan) !== null) return [next];
  return [next, ...depthsFrom(step, freezes, steps).filter((depth) => depth !== next)];
}

function depthsThatMayCome({ layers, steps }: ProfiledPlan, { step, frozenLayers }: WarmedState): readonly number[] {
  const toCome = [...layers.keys()].filter((depth) => depth > frozenLayers);
  return isWorthProfiling(steps - step, toCome.length) ? [frozenLayers, ...toCome] : [frozenLayers];
}
