import { countedNoun } from '#core/analysis/quantity.ts';
import type { DatasetInfo } from '#core/data/image-set.ts';
import { optimizerKindOf } from '#core/optimizer/optimizer.ts';
import { equalTimeSteps, freezePhases, freezesOfLayers } from '#core/policy/cost.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { ArmRecord } from '#core/records.ts';
import type { BaseSpec } from '#core/run.ts';
import { runSpecOf } from '#core/study.ts';
import type { Measurement } from './measured-pace.ts';
import type { CacheEstimate } from './prefix/cache-estimate.ts';
import { estimateCache } from './prefix/cache-estimate.ts';
import { profileSaved, stepRatios, unfrozenStepsOf } from './profile-savings.ts';
import { depthsToProfile } from './profiled-depths.ts';
import type { PlannedRun } from './run-planning.ts';
import { planRun } from './run-planning.ts';
import { estimateStart } from './start-estimate.ts';

/** The seconds that a run will take, by what they are spent on. */
export interface RunEstimate {
  readonly training: number;
  readonly evaluation: number;
  readonly checkpoints: number;
  /** From the start of the process to the first step, with the plan of the cache, without the profile. */
  readonly startUp: number;
  readonly profile: number;
  readonly total: number;
}

export interface StudyEstimate {
  /** One run of each arm, in the order of the arms. */
  readonly runs: readonly RunEstimate[];
  /** All runs of all arms, one after another. */
  readonly seconds: number;
  /** Why they may take less: sentences, none where nothing is known of that. */
  readonly most: readonly string[];
}

/**
 * What the cache of the frozen layers' output saves is estimated too, and a step that is shorter than its batch takes to be made
 * waits for it. A run that may end early is assumed to train all of its epochs. A step with k layers frozen is assumed to last as
 * long as the measured ratio to the unfrozen step says, where it was measured at that depth, and between such depths as the cost
 * model says (`stepRatios`). A run whose policy decides while training is assumed to freeze nothing: it cannot take longer than that.
 */
export function estimateRun(run: PlannedRun, measured: Measurement): RunEstimate {
  const { spec, steps, stepsPerEpoch } = run;
  const { msPerStep, msFirstEvaluation, msPerEvaluatedImage, msFirstCheckpoint, msPerCheckpoint } = measured;
  const cache = cacheOf(run, measured);
  const ratioAt = ratiosOf(run, measured);
  const start = estimateStart(run, measured, (frozenLayers) => ratioAt(frozenLayers) * msPerStep);
  // An unfinished last epoch is evaluated and saved too.
  const images = evaluatedImages(spec, Math.ceil(steps / stepsPerEpoch));
  const seconds = {
    training: (trainingMs(run, measured) - cache.savedMs) / 1000,
    evaluation: (msFirstEvaluation + images * msPerEvaluatedImage) / 1000,
    checkpoints: (msFirstCheckpoint + wholeSaves(run) * msPerCheckpoint) / 1000,
    startUp: measured.startUpSeconds + (start.warmUpMs + cache.startMs) / 1000,
    profile: start.profileMs / 1000,
  };
  return { ...seconds, total: Object.values(seconds).reduce((sum, part) => sum + part, 0) };
}

function trainingMs(run: PlannedRun, measured: Measurement): number {
  const { steps } = run;
  const { msPerStep, msPerBatch } = measured;
  const ratioOf = ratiosOf(run, measured);
  const least = Math.min(1, msPerBatch / msPerStep);
  const ratioAt = (frozenLayers: number) => Math.max(ratioOf(frozenLayers), least);
  const schedule = freezesOfLayers(run.layers);
  return unfrozenStepsOf({ freezes: schedule, steps, ratioAt }) * msPerStep;
}

function cacheOf(run: PlannedRun, measured: Measurement): CacheEstimate {
  const { spec, steps, stepsPerEpoch, layers } = run;
  const { plans, movesStatistics } = policyNeeds(spec.policy);
  if (!plans || movesStatistics) return { savedMs: 0, startMs: 0 };
  return estimateCache({ spec, schedule: freezesOfLayers(layers), steps, stepsPerEpoch, macs: macsOf(run) }, measured);
}

/** Whole batches are evaluated; a run that tests the weights of its best epoch evaluates them once more on what is held out. */
function evaluatedImages({ validation, test, batchSize, earlyEnd }: PlannedRun['spec'], epochs: number): number {
  const whole = (images: number) => Math.ceil(images / batchSize) * batchSize;
  const validations = epochs + (earlyEnd?.weights === 'best' ? 1 : 0);
  return validations * whole(validation) + whole(test);
}

/** Bytes that the saves of a run write, in those of a save of all layers: the state of frozen ones is not kept, nor any with the final weights. */
function wholeSaves({ spec, layers, steps, stepsPerEpoch }: PlannedRun): number {
  const { checkpointEveryEpochs, optimizer, earlyEnd } = spec;
  const epochs = Math.ceil(steps / stepsPerEpoch);
  const slots = optimizerKindOf(optimizer).slots.length;
  const weights = earlyEnd?.weights === 'best' ? 2 : 1;
  const paramsFrom = (layer: number) => layers.slice(layer).reduce((sum, { params }) => sum + params, 0);
  const phases = freezePhases(freezesOfLayers(layers), steps);
  const frozenAfter = (epoch: number) =>
    phases.findLast(({ firstStep }) => firstStep < epoch * stepsPerEpoch)?.frozenLayers ?? 0;
  const stateShare = (epoch: number) => paramsFrom(frozenAfter(epoch)) / paramsFrom(0);
  const saved = Array.from({ length: epochs }, (_, index) => index + 1).filter(
    (epoch) => epoch % checkpointEveryEpochs === 0 || epoch === epochs,
  );
  const bytes = saved.reduce((sum, epoch) => sum + weights + slots * stateShare(epoch), 1);
  return bytes / (weights + slots);
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
  const seconds = study.seeds.length * runs.reduce((sum, run) => sum + run.total, 0);
  return { runs, seconds, most: mostSentences(study) };
}

/** Why the runs of a study may take less than is estimated. */
function mostSentences({ base, arms }: EstimatedStudy): readonly string[] {
  const { earlyEnd } = base;
  const ends =
    earlyEnd === undefined
      ? []
      : [
          `All epochs are counted: a run ends sooner after ${countedNoun(earlyEnd.patience, 'epoch')} without a lower validation error.`,
        ];
  const deciding = arms.filter(({ role, policy }) => role === 'policy' && !policyNeeds(policy).plans);
  const names = deciding.map(({ name }) => name).join(', ');
  const freezes =
    deciding.length === 0 ? [] : [`What ${names} will freeze is decided while training: counted as if nothing froze.`];
  return [...ends, ...freezes];
}

/** S' as the policy arm's profile will set it, if that profile measures the same as this measurement. */
function stepsAfterProfile(run: PlannedRun, measured: Measurement): number {
  const { steps } = run;
  if (depthsToProfile(run) === null) return equalTimeSteps(steps, run.computeSaved);
  const saved = profileSaved(ratiosOf(run, measured), freezesOfLayers(run.layers), { steps, baselineSteps: steps });
  return equalTimeSteps(steps, saved);
}

/** Where the statistics of frozen layers move and no such step was measured, it lasts as long as the cost model says. */
function ratiosOf(run: PlannedRun, measured: Measurement): (frozenLayers: number) => number {
  const { movingDepths } = measured;
  const moving = movingDepths === null ? null : { depths: movingDepths };
  return stepRatios(policyNeeds(run.spec.policy).movesStatistics ? moving : measured, macsOf(run));
}

function macsOf({ layers }: PlannedRun): number[] {
  return layers.map((layer) => layer.macs);
}
