import type { DatasetInfo } from '#core/data/image-set.ts';
import { equalTimeSteps, freezesOfLayers } from '#core/policy/cost.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { ArmRecord, Measurement } from '#core/records.ts';
import type { BaseSpec } from '#core/run.ts';
import { runSpecOf } from '#core/study.ts';
import { cacheSavedMs } from './prefix/cache-estimate.ts';
import { expectedProfileSteps, frozenDepths, profileBudgetMs } from './profile.ts';
import { profileSaved, stepRatios, unfrozenStepsOf } from './profile-savings.ts';
import { depthsToProfile } from './profiled-depths.ts';
import type { PlannedRun } from './run-planning.ts';
import { planRun } from './run-planning.ts';

/** The seconds that a run will take, by what they are spent on. */
export interface RunEstimate {
  readonly training: number;
  readonly evaluation: number;
  readonly checkpoints: number;
  /** From the start of the process to the first step, without the profile. */
  readonly startUp: number;
  readonly profile: number;
  readonly total: number;
}

export interface StudyEstimate {
  /** One run of each arm, in the order of the arms. */
  readonly runs: readonly RunEstimate[];
  /** All runs of all arms, one after another. */
  readonly seconds: number;
}

/**
 * What the cache of the frozen layers' output saves is estimated too, and a step that is shorter than its batch takes to be made
 * waits for it. A step with k layers frozen is assumed to last as long as the measured ratio to the unfrozen step says, where it was
 * measured at that depth, and between such depths as the cost model says (`stepRatios`). A run whose policy decides while
 * training is assumed to freeze nothing: it cannot take longer than that.
 */
export function estimateRun(run: PlannedRun, measured: Measurement): RunEstimate {
  const { spec, steps, stepsPerEpoch } = run;
  const epochs = Math.ceil(steps / stepsPerEpoch);
  // An unfinished last epoch is evaluated and saved too; the final weights are a file of their own.
  const evaluatedImages = epochs * spec.validation + spec.test;
  const saves = Math.ceil(epochs / spec.checkpointEveryEpochs) + 1;
  const seconds = {
    training: trainingMs(run, measured) / 1000,
    evaluation: (evaluatedImages * measured.msPerEvaluatedImage) / 1000,
    checkpoints: (saves * measured.msPerCheckpoint) / 1000,
    startUp: measured.startUpSeconds + warmUpSeconds(run, measured),
    profile: profileSeconds(run, measured),
  };
  return { ...seconds, total: Object.values(seconds).reduce((sum, part) => sum + part, 0) };
}

function trainingMs(run: PlannedRun, measured: Measurement): number {
  const { spec, steps, stepsPerEpoch } = run;
  const { msPerStep, msPerBatch } = measured;
  const ratioOf = ratiosOf(run, measured);
  const least = Math.min(1, msPerBatch / msPerStep);
  const ratioAt = (frozenLayers: number) => Math.max(ratioOf(frozenLayers), least);
  const schedule = freezesOfLayers(run.layers);
  const fullSteps = unfrozenStepsOf({ freezes: schedule, steps, ratioAt });
  const { plans, movesStatistics } = policyNeeds(spec.policy);
  const saved =
    plans && !movesStatistics ? cacheSavedMs({ spec, schedule, steps, stepsPerEpoch, macs: macsOf(run) }, measured) : 0;
  return fullSteps * msPerStep - saved;
}

/** What a run without a profile needs for the first step at each of its depths, which a profile would make. */
function warmUpSeconds(run: PlannedRun, { msPerNewDepth }: Measurement): number {
  const isWarmedUp = policyNeeds(run.spec.policy).plans && depthsToProfile(run) === null;
  return isWarmedUp ? (frozenDepths(freezesOfLayers(run.layers), run.steps).length * (msPerNewDepth ?? 0)) / 1000 : 0;
}

function profileSeconds(run: PlannedRun, measured: Measurement): number {
  const { steps } = run;
  const freezes = freezesOfLayers(run.layers);
  const depths = depthsToProfile(run);
  if (depths === null) return 0;
  const ratioAt = ratiosOf(run, measured);
  const { msPerStep } = measured;
  const predicted = unfrozenStepsOf({ freezes, steps, ratioAt: stepRatios(null, macsOf(run)) });
  const ratios = depths.reduce((sum, depth) => sum + ratioAt(depth), 0);
  // Every other step is unfrozen.
  const stepMs = depths.length === 0 ? msPerStep : (msPerStep * (1 + ratios / depths.length)) / 2;
  const budgetMs = profileBudgetMs(predicted * msPerStep);
  const firstSteps = depths.length * (measured.msPerNewDepth ?? 0);
  return (firstSteps + expectedProfileSteps(depths.length, budgetMs, stepMs) * stepMs) / 1000;
}

interface EstimatedStudy {
  readonly base: BaseSpec;
  readonly arms: readonly Pick<ArmRecord, 'name' | 'role' | 'of' | 'policy' | 'steps' | 'stepsFrom'>[];
  readonly seeds: readonly number[];
}

/** Throws a bad request where counts, network and images do not fit each other. */
export function estimateStudy(study: EstimatedStudy, images: DatasetInfo, measured: Measurement): StudyEstimate {
  const plan = (arm: EstimatedStudy['arms'][number], steps: number | null) =>
    planRun(runSpecOf(study.base, arm, { seed: 1, steps }), images);
  const runs = study.arms.map((arm) => {
    const owner = study.arms.find(({ name }) => name === arm.of);
    const isPredicted = owner !== undefined && arm.stepsFrom === 'compute';
    const ownSteps = arm.role === 'equal-time' ? arm.steps : null;
    return estimateRun(plan(arm, isPredicted ? stepsAfterProfile(plan(owner, null), measured) : ownSteps), measured);
  });
  return { runs, seconds: study.seeds.length * runs.reduce((sum, run) => sum + run.total, 0) };
}

/** S' as the policy arm's profile will set it, if that profile measures the same as this measurement. */
function stepsAfterProfile(run: PlannedRun, measured: Measurement): number {
  const { steps } = run;
  if (depthsToProfile(run) === null) return equalTimeSteps(steps, run.computeSaved);
  const saved = profileSaved(ratiosOf(run, measured), freezesOfLayers(run.layers), { steps, baselineSteps: steps });
  return equalTimeSteps(steps, saved);
}

function ratiosOf(run: PlannedRun, measured: Measurement): (frozenLayers: number) => number {
  return stepRatios(measured, macsOf(run));
}

function macsOf({ layers }: PlannedRun): number[] {
  return layers.map((layer) => layer.macs);
}
