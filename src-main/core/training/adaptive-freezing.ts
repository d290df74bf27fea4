import { isTrained } from '#core/network/ops.ts';
import type { LayerDescription, VariableDescription } from '#core/network/shape-ops.ts';
import { product } from '#core/network/shape-ops.ts';
import { computeSavedOfBaseline } from '#core/policy/cost.ts';
import { moveBoundary } from '#core/policy/gradient-norm.ts';
import { isAdaptive } from '#core/policy/policy.ts';
import type { RunEventOf } from '#core/run-event.ts';
import type { TrainingPlan } from './plan.ts';
import { lengthOf } from './plan.ts';
import { profileSaved, stepRatios } from './profile-savings.ts';
import type { AdaptiveState, Progress } from './progress.ts';
import type { NamedArrays, TrainingSession } from './session.ts';

type GradientSums = Pick<TrainingSession, 'gradientSums' | 'setGradientSums'>;

/**
 * How many layers are frozen at the step to come: as planned or, before the steps at which the policy decides, as it decides
 * now. The session's sums of gradients then begin anew.
 */
export function frozenLayersAt(plan: TrainingPlan, progress: Progress, session: GradientSums): number {
  const { policy } = plan.spec;
  const { step, frozenLayers, adaptive } = progress.state;
  if (policy.kind !== 'gradient-norm') return plan.schedule.frozenLayersAt(step);
  if (!plan.decisionSteps.has(step)) return frozenLayers;
  const norms = layerNorms(plan.descriptions, session.gradientSums());
  const decision = moveBoundary(policy.percentile, { frozenLayers, norms: adaptive.norms }, norms);
  progress.noteDecision(decision);
  session.setGradientSums(zeroSums(plan.descriptions, decision.frozenLayers));
  return decision.frozenLayers;
}

/** L1 norm of each layer's values, added up in doubles; 0 for layers without any. */
export function layerNorms(layers: readonly LayerDescription[], values: NamedArrays): number[] {
  return layers.map((layer) => {
    let norm = 0;
    for (const { name } of layer.variables) for (const value of values.get(name) ?? []) norm += Math.abs(value);
    return norm;
  });
}

/** By what was planned or, where the policy decided while training, by what really happened. */
export function savedAtEnd(plan: TrainingPlan, state: AdaptiveState): RunEventOf<'run.finished'>['saved'] {
  if (!isAdaptive(plan.spec.policy)) return { compute: plan.computeSaved, profile: null };
  const macs = plan.descriptions.map((layer) => layer.macs);
  const freezes = { freezeSteps: macs.map((_, layer) => state.freezeSteps[layer] ?? null) };
  const length = lengthOf(plan);
  return {
    compute: computeSavedOfBaseline(macs, freezes, length),
    profile: state.profile === null ? null : profileSaved(stepRatios(state.profile, macs), freezes, length),
  };
}

/** Of the layers that still train. */
function zeroSums(layers: readonly LayerDescription[], frozenLayers: number): NamedArrays {
  const summed = layers.slice(frozenLayers).flatMap((layer) => layer.variables.filter(({ kind }) => isTrained(kind)));
  return new Map(summed.map(({ name, shape }: VariableDescription) => [name, new Float32Array(product(shape))]));
}
