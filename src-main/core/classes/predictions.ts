import { z } from 'zod';
import { imageCount, imagesOrNone } from '#core/ranges.ts';
import { boundedRecord } from '#core/validation.ts';

/** The parts of a data set on which the trained network is evaluated. */
export const EVALUATED_SPLITS = ['validation', 'test'] as const;
export type EvaluatedSplit = (typeof EVALUATED_SPLITS)[number];

/** The largest image collections have half as many. */
const MOST_CLASSES = 50_000;

const classIndex = z.string().regex(/^(0|[1-9]\d*)$/, 'must be the index of a class');

/** The members of the event that reports how a network classified the images of a split. */
export const predictionsShape = {
  split: z.enum(EVALUATED_SPLITS),
  /** The names of the classes, by index: a run keeps them when its data set is gone. */
  classNames: z.array(z.string()).min(1).max(MOST_CLASSES),
  /** The number of images of each class. */
  images: z.array(imagesOrNone).max(MOST_CLASSES),
  /**
   * The confusion matrix, a row for each true class: the number of its images by the index of the class that was predicted for
   * them, without zeros. An image with a logit that is not a number has no predicted class.
   */
  predicted: z.array(boundedRecord(classIndex, imageCount, MOST_CLASSES)).max(MOST_CLASSES),
  /** Images whose class is not among the five with the largest logits; null where that was not counted. */
  topFiveErrors: imagesOrNone.nullable().default(null),
};

const predictionsSchema = z.object(predictionsShape);
/** How the trained network classified the images of a split. */
export type Predictions = z.infer<typeof predictionsSchema>;

/** Why the parts of a confusion matrix do not belong together; null where they do. */
export function predictionsProblem({ classNames, images, predicted, topFiveErrors }: Predictions): string | null {
  const classes = classNames.length;
  if (images.length !== classes || predicted.length !== classes)
    return `"classNames", "images" and "predicted" have ${classes}, ${images.length} and ${predicted.length} entries: each needs one for every class`;
  for (const [label, row] of predicted.entries()) {
    const unknown = Object.keys(row).find((index) => Number(index) >= classes);
    if (unknown !== undefined)
      return `"predicted" names class ${unknown}, but there are ${classes} classes, counted from 0`;
    const sum = Object.values(row).reduce((total, number) => total + number, 0);
    if (sum > images[label])
      return `row ${label} of "predicted" has ${sum} images, but "images" says that class ${label} has ${images[label]}`;
  }
  const total = images.reduce((sum, number) => sum + number, 0);
  return topFiveErrors !== null && topFiveErrors > total
    ? `"topFiveErrors" is ${topFiveErrors}, but there are only ${total} images`
    : null;
}
