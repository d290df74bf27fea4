import type { EvaluationResult } from '#core/training/evaluation.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import type { TrainingSession } from '#core/training/session.ts';

/** What a series can look at when an epoch is over. */
export interface FinishedEpoch {
  /** From 1. */
  readonly epoch: number;
  readonly plan: TrainingPlan;
  readonly frozenLayers: number;
  /** Mean over the steps of the epoch. */
  readonly trainLoss: number;
  /** Null where no images are held out. */
  readonly validation: EvaluationResult | null;
  /** Weights, momentum and sums of gradients as copies, which take time: one asks only for what one needs. */
  readonly session: Pick<TrainingSession, 'weights' | 'momentum' | 'gradientSums'>;
}

/** What a series can look at when a step is sampled. */
export interface SampledStep {
  /** From 0. */
  readonly step: number;
  readonly plan: TrainingPlan;
  readonly frozenLayers: number;
  /** Mean cross-entropy of the batch before the update. */
  readonly loss: number;
  /** One rate a layer; null for frozen ones. */
  readonly learningRates: readonly (number | null)[];
  readonly session: Pick<TrainingSession, 'weights' | 'momentum' | 'gradientSums'>;
}

/** One number for the run, or one a layer: null for a layer that has none. */
export type SeriesValue = number | readonly (number | null)[];

/** Where a table of its own keeps a series. */
export interface TypedColumn {
  readonly table: 'epochs' | 'steps';
  readonly column: string;
  /** The bit of the row's nan_mask that says that the value is NaN; 0 for a column that is never NaN. */
  readonly nanBit: number;
}

/** Where the curve of a series stands among the charts of a run's page. */
export interface SeriesChart {
  readonly title: string;
  /** Charts stand in the order of their places. */
  readonly place: number;
}

/** What a series is, and how it is called. */
interface SeriesWords<Key extends string> {
  /** As requests, events and files name it: `validationError`. Letters and digits. */
  readonly key: Key;
  /** As tables and lists call it: "validation error". Filters name it with dashes: `validation-error`. */
  readonly name: string;
  /** Other names that filters may use. */
  readonly aliases: readonly string[];
  /** As the axis of its curve calls it, with the unit. */
  readonly axis: string;
  /** As the column of a figure's CSV file is called. */
  readonly fileColumn: string;
  /** How a value is written. A percentage is kept as a fraction. */
  readonly format: 'loss' | 'percent' | 'number' | 'duration';
  readonly of: 'run' | 'layer';
  /** Which of two values is the better one; null where neither is. */
  readonly better: 'lower' | 'higher' | null;
  /** Whether the table of runs shows its last and its best value. Only for series of epochs with one value for the run. */
  readonly isSummarized: boolean;
  /** Null where figures of curves do not offer it. */
  readonly chart: SeriesChart | null;
}

/** A series that a table of its own keeps, as its events tell it. */
interface TypedSeries {
  readonly per: 'epoch' | 'step';
  readonly stored: TypedColumn;
}

/** A series that its own function measures, and that the table metrics keeps. */
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
 * Something that runs record along their training. Whoever stores, lists, draws or writes series loops over their registry
 * (`recorded-series.ts`); nobody else names one that is measured.
 */
export type Series<Key extends string = string> = SeriesWords<Key> &
  (TypedSeries | MeasuredEpochSeries | MeasuredStepSeries);
