import type { EvaluatedSplit, Predictions } from '#core/classes/predictions.ts';
import type { Batch } from '#core/data/batch.ts';
import type { Evaluation, TrainingSession } from './session.ts';

/** What an evaluation needs of a run. */
export interface Evaluator {
  readonly session: TrainingSession;
  /** Awaited between batches, so that messages from the host, or its death, are noticed. */
  readonly pendingRequest: () => Promise<unknown>;
}

/** Means over all images; `error` is the share of wrongly classified images. */
export interface EvaluationResult {
  readonly loss: number;
  readonly error: number;
  /** The number of images of each class, [classes]. */
  readonly images: Uint32Array;
  /**
   * The number of images by their label and by their predicted class, [classes, classes]; images with a logit that is not a
   * number are not counted.
   */
  readonly confusion: Uint32Array;
  /** Images whose class is not among the five with the largest logits. */
  readonly topFiveErrors: number;
}

export async function evaluateOn(
  { session, pendingRequest }: Evaluator,
  batches: AsyncIterable<Batch>,
): Promise<EvaluationResult> {
  let count = 0;
  let lossSum = 0;
  let errors = 0;
  let topFiveErrors = 0;
  let tally: Tally | null = null;
  for await (const batch of batches) {
    const evaluation = session.evaluate(batch);
    count += batch.count;
    lossSum += evaluation.lossSum;
    errors += evaluation.errors;
    topFiveErrors += evaluation.topFiveErrors;
    tally ??= emptyTally(evaluation.classes);
    addTo(tally, batch, evaluation);
    await pendingRequest();
  }
  return { loss: lossSum / count, error: errors / count, topFiveErrors, ...(tally ?? emptyTally(0)) };
}

type Tally = Pick<EvaluationResult, 'images' | 'confusion'>;

function emptyTally(classes: number): Tally {
  return { images: new Uint32Array(classes), confusion: new Uint32Array(classes * classes) };
}

function addTo({ images, confusion }: Tally, { labels, count }: Batch, { predictions, classes }: Evaluation): void {
  for (let image = 0; image < count; image++) {
    const label = labels[image];
    images[label]++;
    if (predictions[image] >= 0) confusion[label * classes + predictions[image]]++;
  }
}

/** The result as it is reported and stored, without the zeros of its matrix. */
export function predictionsOf(
  split: EvaluatedSplit,
  classNames: readonly string[],
  { images, confusion, topFiveErrors }: EvaluationResult,
): Predictions {
  const classes = images.length;
  const predicted = Array.from({ length: classes }, (_, label) => {
    const row: Record<string, number> = {};
    confusion.subarray(label * classes, (label + 1) * classes).forEach((number, index) => {
      if (number > 0) row[index] = number;
    });
    return row;
  });
  // A class without a name in the data set is called by its index.
  const names = Array.from({ length: classes }, (_, index) => classNames[index] ?? String(index));
  return { split, classNames: names, images: [...images], predicted, topFiveErrors };
}
