import { freezePhases, stepCost } from '#core/policy/cost.ts';
import type { ArmRecord, DatasetInfo, Measurement } from '#core/records.ts';
import type { BaseSpec } from '#core/run.ts';
import { runSpecOf } from '#core/study.ts';
import type { PlannedRun } from './run-planning.ts';
import { planRun } from './run-planning.ts';

/** Seconds that a run will take, by what they go to. */
export interface RunEstimate {
  readonly training: number;
  readonly evaluation: number;
  readonly startUp: number;
  readonly total: number;
}

export interface StudyEstimate {
  /** One run of each arm, in the order of the arms. */
  readonly runs: readonly RunEstimate[];
  /** All runs of all arms, one after another. */
  readonly seconds: number;
}

/**
 * A step with k layers frozen is taken to last msPerStep cost(k) / cost(0), the multiply-adds' share of the measured, unfrozen
 * step. Nothing is corrected: a real frozen step saves less than that (docs/performance.md), and checkpoints, the disk and
 * other programs cost time too, so a run lasts rather longer.
 */
export function estimateRun({ spec, layers, steps, stepsPerEpoch }: PlannedRun, measured: Measurement): RunEstimate {
  const macs = layers.map((layer) => layer.macs);
  const freezeSteps = layers.map((layer) => layer.freezeStep);
  const fullSteps = freezePhases({ freezeSteps }, steps).reduce(
    (sum, { length, frozenLayers }) => sum + (length * stepCost(macs, frozenLayers)) / stepCost(macs, 0),
    0,
  );
  // An unfinished last epoch is evaluated too.
  const evaluatedImages = Math.ceil(steps / stepsPerEpoch) * spec.validation + spec.test;
  const training = (fullSteps * measured.msPerStep) / 1000;
  const evaluation = (evaluatedImages * measured.msPerEvaluatedImage) / 1000;
  const startUp = measured.startUpSeconds;
  return { training, evaluation, startUp, total: training + evaluation + startUp };
}

export interface EstimatedStudy {
  readonly base: BaseSpec;
  readonly arms: readonly Pick<ArmRecord, 'role' | 'policy' | 'steps'>[];
  readonly seeds: readonly number[];
}

/** Throws a bad request where counts, network and images do not fit each other. */
export function estimateStudy(study: EstimatedStudy, images: DatasetInfo, measured: Measurement): StudyEstimate {
  const runs = study.arms.map((arm) => {
    const steps = arm.role === 'equal-time' ? arm.steps : null;
    return estimateRun(planRun(runSpecOf(study.base, arm, { seed: 1, steps }), images), measured);
  });
  return { runs, seconds: study.seeds.length * runs.reduce((sum, run) => sum + run.total, 0) };
}
