import type { LayerDescription } from '#core/network/shape-ops.ts';
import { product } from '#core/network/shape-ops.ts';
import type { VariableDescription } from '#core/network/variables.ts';
import { isTrained } from '#core/network/variables.ts';
import { computeSavedOfBaseline, lastingFreezes } from '#core/policy/cost.ts';
import type { Policy } from '#core/policy/policy.ts';
import { policyKindOf, policyNeeds } from '#core/policy/policy.ts';
import type { RunEventOf } from '#core/run-event.ts';
import type { TrainingPlan } from './plan.ts';
import { lengthOf } from './plan.ts';
import { profileSaved, stepRatios } from './profile-savings.ts';
import type { AdaptiveState, Progress, TrainingState } from './progress.ts';
import type { NamedArrays, TrainingSession } from './session.ts';

type GradientSums = Pick<TrainingSession, 'gradientSums' | 'setGradientSums'>;

/**
 * The number of layers that are frozen from the next step on: as planned or, before the steps at which the policy decides, as it
 * decides now. After a decision, the session's sums of gradients begin anew.
 */
export function decideFrozenLayers(plan: TrainingPlan, progress: Progress, session: GradientSums): number {
  const { step, frozenLayers: before, adaptive } = progress.state;
  const { decisions } = policyKindOf(plan.spec.policy);
  if (decisions === undefined) return plan.schedule.frozenLayersAt(step);
  if (!plan.decisionSteps.has(step)) return before;
  const { gradientSums } = policyNeeds(plan.spec.policy);
  const decision = decisions.decide(plan.spec.policy, keptBy(plan.spec.policy, adaptive), {
    step,
    frozenLayers: before,
    layerCount: plan.layers.length,
    gradientNorms: gradientSums ? layerNorms(plan.descriptions, session.gradientSums()) : null,
    loss: adaptive.loss ?? null,
  });
  const { frozenLayers } = decision;
  if (!(frozenLayers >= before && frozenLayers < plan.layers.length)) {
    throw new Error(`The policy froze ${frozenLayers} of ${plan.layers.length} layers after ${before} were frozen.`);
  }
  progress.noteDecision(decision);
  if (gradientSums) session.setGradientSums(zeroSums(plan.descriptions, frozenLayers));
  return frozenLayers;
}

/**
 * What the policy kept from its last decision; nothing where it plans. Throws a ZodError where its schema refuses a
 * checkpoint's content.
 */
export function keptBy(policy: Policy, { freezeSteps: _, profile: __, loss: ___, ...kept }: AdaptiveState): object {
  return policyKindOf(policy).decisions?.kept.parse(kept) ?? {};
}

/** L1 norm of each layer's values, added up in doubles; 0 for layers without values. */
export function layerNorms(layers: readonly LayerDescription[], values: NamedArrays): number[] {
  return layers.map((layer) => {
    let norm = 0;
    for (const { name } of layer.variables) for (const value of values.get(name) ?? []) norm += Math.abs(value);
    return norm;
  });
}

/**
 * What a run saved, by its plan or, where the policy decided while training or the run ended early, by the freezes and steps that
 * really happened.
 */
export function savedAtEnd(
  plan: TrainingPlan,
  { step, adaptive: state }: Pick<TrainingState, 'step' | 'adaptive'>,
): RunEventOf<'run.finished'>['saved'] {
  const { plans } = policyNeeds(plan.spec.policy);
  if (plans && step === plan.steps && plan.spec.earlyEnd === undefined) {
    return { compute: plan.computeSaved, profile: null };
  }
  const macs = plan.descriptions.map((layer) => layer.macs);
  const frozen = macs.map((_, layer) => state.freezeSteps[layer] ?? null);
  const freezes = plans ? plan.schedule : lastingFreezes(frozen);
  const length = { ...lengthOf(plan), steps: step };
  return {
    compute: computeSavedOfBaseline(macs, freezes, length),
    profile: state.profile === null ? null : profileSaved(stepRatios(state.profile, macs), freezes, length),
  };
}

/** Zero sums for the layers that still train. */
function zeroSums(layers: readonly LayerDescription[], frozenLayers: number): NamedArrays {
  const summed = layers.slice(frozenLayers).flatMap((layer) => layer.variables.filter(({ kind }) => isTrained(kind)));
  return new Map(summed.map(({ name, shape }: VariableDescription) => [name, new Float32Array(product(shape))]));
}
