import type { EvaluatedSplit, Predictions } from './predictions.ts';

/** Where there are this many classes or fewer, an error among the top five says little. */
const MOST_CLASSES_WITHOUT_TOP_FIVE = 10;

/** One class of a split: its images, and how many of them were taken for another class. */
export interface ClassError {
  readonly index: number;
  readonly name: string;
  readonly images: number;
  readonly errors: number;
  /** errors / images, which is 1 - recall; null for a class without images. */
  readonly error: number | null;
}

/** Images of one class that were taken for another. */
export interface Confusion {
  /** Indices of the classes. */
  readonly label: number;
  readonly predicted: number;
  readonly count: number;
  /** count / images of the true class */
  readonly share: number;
}

/** The numbers of a whole split that follow from its predictions. */
export interface SplitErrors {
  readonly split: EvaluatedSplit;
  readonly classes: number;
  readonly images: number;
  readonly errors: number;
  /** Mean recall over the classes that have images; null for a split without images. */
  readonly balancedAccuracy: number | null;
  /** Null where there are at most ten classes, and where it was not counted. */
  readonly topFiveError: number | null;
}

/** The classes in the order of their indices. */
export function classErrors({ classNames, images, predicted }: Predictions): ClassError[] {
  return classNames.map((name, index) => {
    const errors = images[index] - (predicted[index][index] ?? 0);
    return { index, name, images: images[index], errors, error: images[index] === 0 ? null : errors / images[index] };
  });
}

/**
 * balancedAccuracy = (1 / C) sum over c of n_cc / n_c, over the C classes with n_c > 0 images; topFiveError = images whose class
 * has five others before it / images. Of equal logits, that of the lower index comes first, as for the predicted class.
 */
export function splitErrors(predictions: Predictions): SplitErrors {
  const { split, topFiveErrors } = predictions;
  const classes = classErrors(predictions);
  const images = total(classes.map((one) => one.images));
  const recalls = classes.flatMap(({ error }) => (error === null ? [] : [1 - error]));
  return {
    split,
    classes: classes.length,
    images,
    errors: total(classes.map((one) => one.errors)),
    balancedAccuracy: recalls.length === 0 ? null : total(recalls) / recalls.length,
    topFiveError: topFiveErrorOf({ classes: classes.length, images, topFiveErrors }),
  };
}

/** Null where the predictions for the test images were not counted. */
export function testSplitErrors(splits: readonly SplitErrors[]): SplitErrors | null {
  return splits.find(({ split }) => split === 'test') ?? null;
}

interface TopFiveCount extends Pick<Predictions, 'topFiveErrors'> {
  readonly classes: number;
  readonly images: number;
}

/** Null where there are at most ten classes, where it was not counted, and for a split without images. */
export function topFiveErrorOf({ classes, images, topFiveErrors }: TopFiveCount): number | null {
  if (classes <= MOST_CLASSES_WITHOUT_TOP_FIVE || topFiveErrors === null || images === 0) return null;
  return topFiveErrors / images;
}

/** The classes that have images, the largest error first; equal ones in the order of their indices. */
export function worstClasses(predictions: Predictions): ClassError[] {
  return classErrors(predictions)
    .filter(({ error }) => error !== null)
    .sort((one, other) => (other.error ?? 0) - (one.error ?? 0) || one.index - other.index);
}

/** Every pair of classes of which one was taken for the other, the most frequent first. */
export function confusions({ images, predicted }: Predictions): Confusion[] {
  return predicted
    .flatMap((row, label) =>
      Object.entries(row).flatMap(([index, count]) =>
        Number(index) === label ? [] : [{ label, predicted: Number(index), count, share: count / images[label] }],
      ),
    )
    .sort((one, other) => other.count - one.count || one.label - other.label || one.predicted - other.predicted);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
