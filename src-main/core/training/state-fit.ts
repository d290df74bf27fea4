import { policyNeeds } from '#core/policy/policy.ts';
import type { PhaseSeconds } from '#core/run-event.ts';
import { keptBy } from './adaptive-freezing.ts';
import type { TrainingPlan } from './plan.ts';
import type { TrainingState } from './progress.ts';

/** Seconds of one epoch may exceed those of the run by rounding alone. */
const ROUNDING_SECONDS = 1e-3;

/** Why a stored state cannot be one of this run, as the rest of a sentence; null where it can be. */
export function stateMisfit(plan: TrainingPlan, state: TrainingState): string | null {
  for (const check of [stepMisfit, frozenMisfit, lossMisfit, secondsMisfit, bestMisfit]) {
    const misfit = check(plan, state);
    if (misfit !== null) return misfit;
  }
  return null;
}

function stepMisfit({ steps }: TrainingPlan, { step }: TrainingState): string | null {
  return step <= steps ? null : `it says step ${step}, and the run has ${steps}`;
}

/** The number of frozen layers as planned, or one for each freeze that the policy decided. */
function frozenMisfit(plan: TrainingPlan, { step, frozenLayers, adaptive }: TrainingState): string | null {
  const { plans } = policyNeeds(plan.spec.policy);
  const most = plan.layers.length - 1;
  if (frozenLayers > most) return `it says ${frozenLayers} frozen layers, and at most ${most} can be frozen`;
  if (!isKeptSound(plan, adaptive)) return 'the state of the policy is missing';
  const { freezeSteps } = adaptive;
  const fits = plans
    ? plannedAround(plan, step).includes(frozenLayers)
    : freezeSteps.length === frozenLayers && freezeSteps.every((freezeStep) => freezeStep <= step);
  return fits ? null : `it says ${frozenLayers} frozen layers, which the policy does not give at step ${step}`;
}

/**
 * The frozen layers of the last step and of its neighbours: where a freeze step is a whole number on paper, two versions of Node may
 * differ by one step.
 */
function plannedAround({ schedule }: TrainingPlan, step: number): number[] {
  if (step === 0) return [0];
  return [step - 2, step - 1, step].filter((at) => at >= 0).map((at) => schedule.frozenLayersAt(at));
}

function isKeptSound({ spec }: TrainingPlan, adaptive: TrainingState['adaptive']): boolean {
  try {
    keptBy(spec.policy, adaptive);
    return true;
  } catch {
    return false;
  }
}

function lossMisfit({ stepsPerEpoch }: TrainingPlan, { epochLoss: { sum, count } }: TrainingState): string | null {
  const isSound = Number.isFinite(sum) && count < stepsPerEpoch;
  return isSound ? null : 'its sum of losses cannot be one of this run';
}

function secondsMisfit(_plan: TrainingPlan, { seconds, epochSeconds }: TrainingState): string | null {
  const phases = Object.keys(seconds) as (keyof PhaseSeconds)[];
  const isSound = phases.every((phase) => {
    const [whole, part] = [seconds[phase], epochSeconds[phase]];
    return part >= 0 && part <= whole + ROUNDING_SECONDS && Number.isFinite(whole);
  });
  return isSound ? null : 'its seconds cannot be those of a run';
}

function bestMisfit({ spec, stepsPerEpoch }: TrainingPlan, { step, best }: TrainingState): string | null {
  if (best === null) return null;
  const isSound = spec.earlyEnd !== undefined && best.epoch <= Math.ceil(step / stepsPerEpoch);
  return isSound ? null : 'its best epoch cannot be one of this run';
}
