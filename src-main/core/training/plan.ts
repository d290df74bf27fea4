import { stepsPerEpoch as stepsPerEpochOf } from '#core/data/batch-schedule.ts';
import { badRequest } from '#core/errors.ts';
import type { Network } from '#core/network/ops.ts';
import type { LayerDescription } from '#core/network/shape-ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { checkOptimizer } from '#core/optimizer/checked-optimizer.ts';
import { checkedSchedule } from '#core/policy/checked-schedule.ts';
import type { RunLength } from '#core/policy/cost.ts';
import { computeSavedOfBaseline } from '#core/policy/cost.ts';
import { policyContext } from '#core/policy/planned-schedule.ts';
import { decisionStepsOf } from '#core/policy/policy.ts';
import type { Schedule } from '#core/policy/schedule.ts';
import { checkWarmUp } from '#core/policy/warm-up.ts';
import type { LayerRecord } from '#core/records.ts';
import type { ResolvedRunSpec } from '#core/run.ts';

/** What is known of a run before its first step. */
export interface TrainingPlan {
  readonly spec: ResolvedRunSpec;
  readonly descriptions: readonly LayerDescription[];
  readonly layers: readonly LayerRecord[];
  readonly schedule: Schedule;
  /** The steps before which the policy decides what freezes; none where it plans every freeze. */
  readonly decisionSteps: ReadonlySet<number>;
  /** S: steps count from 0 to S - 1. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /**
   * Share of the baseline's multiply-adds over all epochs that the plan saves; an equal-time baseline saves by having
   * fewer steps.
   */
  readonly computeSaved: number;
}

/** Plans a run. Throws a bad request where a batch is larger than the number of training images, and where a number is none that training can hold. */
export function planTraining(spec: ResolvedRunSpec, network: Network): TrainingPlan {
  const stepsPerEpoch = stepsPerEpochOf({ batchSize: spec.batchSize, shortLastBatch: 'drop' }, spec.train);
  const baselineSteps = spec.epochs * stepsPerEpoch;
  const steps = spec.steps ?? baselineSteps;
  checkWarmUp(spec.warmupEpochs ?? 0, spec.epochs);
  if (spec.earlyEnd !== undefined && spec.validation === 0) {
    throw badRequest('An early end needs validation images: hold some out, or leave earlyEnd out.');
  }
  const descriptions = describeNetwork(network);
  const length = { layerNames: descriptions.map(({ name }) => name), steps, stepsPerEpoch };
  const schedule = checkedSchedule(spec, length);
  checkOptimizer(spec.optimizer, schedule.initialLearningRates);
  const macs = descriptions.map((layer) => layer.macs);
  return {
    spec,
    descriptions,
    layers: descriptions.map((layer) => layerRecord(layer, schedule)),
    schedule,
    decisionSteps: decisionStepsOf(spec.policy, policyContext(spec, length)),
    steps,
    stepsPerEpoch,
    computeSaved: computeSavedOfBaseline(macs, schedule, { steps, baselineSteps }),
  };
}

/** The run's own steps, and those of the baseline. */
export function lengthOf({ steps, spec, stepsPerEpoch }: TrainingPlan): RunLength {
  return { steps, baselineSteps: spec.epochs * stepsPerEpoch };
}

/** The epoch that a step belongs to; epochs count from 1. */
export function epochOf(plan: TrainingPlan, step: number): number {
  return Math.floor(step / plan.stepsPerEpoch) + 1;
}

/** Whether an epoch has ended after this many steps; the last epoch may end early. */
export function isEpochOver(plan: TrainingPlan, stepsDone: number): boolean {
  return stepsDone % plan.stepsPerEpoch === 0 || stepsDone === plan.steps;
}

/** The rate of every layer at a step with this many frozen layers; null for the frozen ones. */
export function learningRatesAt(plan: TrainingPlan, step: number, frozenLayers: number): (number | null)[] {
  return plan.layers.map((_, layer) => (layer < frozenLayers ? null : plan.schedule.learningRateAt(layer, step)));
}

/** The updates that each layer has had before a step, since it last began to train; the numbers of frozen layers mean nothing. */
export function updatesAt({ layers }: Pick<TrainingPlan, 'layers'>, step: number): number[] {
  return layers.map(({ unfreezeStep }) => (unfreezeStep === null || step < unfreezeStep ? step : step - unfreezeStep));
}

function layerRecord({ index, name, params, macs }: LayerDescription, schedule: Schedule): LayerRecord {
  return {
    ...{ index, name, params, macs },
    freezeStep: schedule.freezeSteps[index],
    unfreezeStep: schedule.unfreezeSteps[index],
    initialLearningRate: schedule.initialLearningRates[index],
  };
}
