import type { EvaluationResult } from '#core/training/evaluation.ts';
import type { MachineUse } from '#core/training/machine-use.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import type { TrainingSession } from '#core/training/session.ts';

/** What a series can measure at the end of an epoch. */
export interface FinishedEpoch {
  /** Counted from 1. */
  readonly epoch: number;
  readonly plan: TrainingPlan;
  readonly frozenLayers: number;
  /** Mean over the steps of the epoch. */
  readonly trainLoss: number;
  /** Null where no images are held out. */
  readonly validation: EvaluationResult | null;
  /** While the epoch trained, or the part of it since a resume. */
  readonly machine: MachineUse;
  /** Gives weights, the optimizer's state and sums of gradients as copies, which take time: ask only for what is needed. */
  readonly session: Pick<TrainingSession, 'weights' | 'optimizerState' | 'gradientSums'>;
}

/** What a series can measure at a sampled step. */
export interface SampledStep {
  /** Counted from 0. */
  readonly step: number;
  readonly plan: TrainingPlan;
  readonly frozenLayers: number;
  /** Mean cross-entropy of the batch before the update. */
  readonly loss: number;
  /** One rate per layer; null for frozen ones. */
  readonly learningRates: readonly (number | null)[];
  readonly session: Pick<TrainingSession, 'weights' | 'optimizerState' | 'gradientSums'>;
}

/** One number for the run, or one per layer: null for a layer that has none. */
export type SeriesValue = number | readonly (number | null)[];

/** The column of a dedicated table that keeps a series. */
export interface TypedColumn {
  readonly table: 'epochs' | 'steps';
  readonly column: string;
  /** The bit of the row's nan_mask that marks the value as NaN; 0 for a column that is never NaN. */
  readonly nanBit: number;
}

/** The place of a series' curve among the charts of a run's page, in the tab `training` where none is named. */
export interface SeriesChart {
  readonly title: string;
  readonly tab?: 'training' | 'machine';
  /** Charts stand in the order of their places. */
  readonly place: number;
}

/** What a series is, and its names. */
interface SeriesWords<Key extends string> {
  /** The name in requests, events and files: `validationError`. Letters and digits. */
  readonly key: Key;
  /** The name in tables and lists: "validation error". Filters write it with dashes: `validation-error`. */
  readonly name: string;
  /** Other names that filters may use. */
  readonly aliases: readonly string[];
  /** The title of its curve's axis, with the unit. */
  readonly axis: string;
  /** The heading of its column in a figure's CSV file. */
  readonly fileColumn: string;
  /** How a value is written. A percentage is stored as a fraction. */
  readonly format: 'loss' | 'percent' | 'number' | 'duration';
  readonly of: 'run' | 'layer';
  /** Whether lower or higher values are better; null where neither is. */
  readonly better: 'lower' | 'higher' | null;
  /** Whether the table of runs shows its last and its best value. Only for series with one value per epoch. */
  readonly isSummarized: boolean;
  /** Its chart; null where figures of curves do not offer the series. */
  readonly chart: SeriesChart | null;
}

/** A series whose values are members of events and have a table of their own. */
interface TypedSeries {
  readonly per: 'epoch' | 'step';
  readonly stored: TypedColumn;
}

/** A series that a function measures and the table metrics keeps. */
interface MeasuredEpochSeries {
  readonly per: 'epoch';
  readonly stored: 'metrics';
  /** Null where there is nothing to measure. */
  readonly measure: (epoch: FinishedEpoch) => SeriesValue | null;
}

interface MeasuredStepSeries {
  readonly per: 'step';
  readonly stored: 'metrics';
  /** Null where there is nothing to measure. */
  readonly measure: (step: SampledStep) => SeriesValue | null;
}

/**
 * A quantity that runs record along their training. Code that stores, lists, draws or writes series loops over their registry
 * (`recorded-series.ts`); no other code names a measured one.
 */
export type Series<Key extends string = string> = SeriesWords<Key> &
  (TypedSeries | MeasuredEpochSeries | MeasuredStepSeries);
