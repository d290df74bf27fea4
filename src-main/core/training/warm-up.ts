import { policyNeeds } from '#core/policy/policy.ts';
import type { TrainingPlan } from './plan.ts';
import { depthsFrom, isWorthProfiling } from './profile.ts';
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

/**
 * The depths to warm up: that of the next step, and those to come unless the run is so short that their first steps would take
 * longer than the run. A run that begins needs no warm-up for planned depths, since its profile runs them; where its policy
 * decides while training, every greater depth may come.
 */
export function depthsToWarmUp(plan: TrainingPlan, { step, frozenLayers }: TrainingState): readonly number[] {
  const { spec, schedule, layers, steps } = plan;
  const { plans } = policyNeeds(spec.policy);
  const next = plans ? schedule.frozenLayersAt(step) : frozenLayers;
  if (step === 0 && plans) return [next];
  const depths = plans ? depthsFrom(step, schedule, steps) : [...layers.keys()].filter((depth) => depth > next);
  const toCome = depths.filter((depth) => depth !== next);
  return isWorthProfiling(steps - step, toCome.length) ? [next, ...toCome] : [next];
}
