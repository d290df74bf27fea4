import { percent } from '#core/analysis/quantity.ts';
import type { RunDetail } from '#core/records.ts';
import { isOver } from '#core/run.ts';
import { count, counted } from './format.ts';

/** What the predictions for a split come to, as the run's page shows them. */
export interface SplitFacts {
  /** "1,000 test images of 10 classes" */
  readonly title: string;
  readonly facts: readonly { readonly name: string; readonly text: string; readonly reason?: string }[];
}

/** The test images first. */
export function splitFacts({ splitErrors }: Pick<RunDetail, 'splitErrors'>): readonly SplitFacts[] {
  return splitErrors.toReversed().map(({ split, classes, images, errors, balancedAccuracy, topFiveError }) => ({
    title: `${count(images)} ${split} images of ${count(classes)} ${classes === 1 ? 'class' : 'classes'}`,
    facts: [
      {
        name: 'error',
        text: percent(images === 0 ? null : errors / images, 2),
        reason: counted(errors, 'wrong image'),
      },
      {
        name: 'balanced accuracy',
        text: percent(balancedAccuracy, 2),
        reason: 'Mean, over the classes that have images, of the share that was classified right',
      },
      ...(topFiveError === null
        ? []
        : [
            {
              name: 'top-5 error',
              text: percent(topFiveError, 2),
              reason: 'Share of the images whose class is not among the five with the largest logits',
            },
          ]),
    ],
  }));
}

/** Why a run has no predictions. */
export function noClassesText({ status }: Pick<RunDetail, 'status'>): string {
  if (status === 'finished') return 'Errors by class were not counted: the run is of an older version.';
  return isOver(status)
    ? 'Errors by class are counted when a run finishes, and this one has not.'
    : 'How the images of each class are classified is counted when the run has finished.';
}
