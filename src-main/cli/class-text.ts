import { classCostText, leftOutText } from '#core/analysis/class-cost-words.ts';
import type { ClassCosts } from '#core/analysis/class-costs.ts';
import { percent, wholeNumber } from '#core/analysis/quantity.ts';
import type { ClassError, Confusion } from '#core/classes/class-errors.ts';
import { confusions, splitErrors, worstClasses } from '#core/classes/class-errors.ts';
import { countedClasses } from '#core/classes/class-words.ts';
import type { Predictions } from '#core/classes/predictions.ts';
import { printableLine } from '#core/printable.ts';
import { textTable } from './text-table.ts';

/** Rows of each table: the rest is in `--json` and in the figures' CSV files. */
const MOST_ROWS = 5;

/** Balanced accuracy, top-5 error, the worst classes and the most frequent confusions of a split. */
export function predictionsText(predictions: Predictions): string {
  const { split, images, classes, errors, balancedAccuracy, topFiveError } = splitErrors(predictions);
  const top = topFiveError === null ? '' : `, top-5 error ${percent(topFiveError, 2)}`;
  const summary = `Classes of the ${wholeNumber(images)} ${split} images: balanced accuracy ${percent(balancedAccuracy, 2)}${top}.`;
  if (errors === 0) return `${summary} No image of its ${countedClasses(classes)} was taken for another class.`;
  const wrong = worstClasses(predictions).filter((one) => one.errors > 0);
  return [
    summary,
    `Worst of ${countedClasses(classes)}${part(wrong.length)}:`,
    worstTable(wrong.slice(0, MOST_ROWS)),
    ...confusionLines(predictions),
  ].join('\n');
}

function worstTable(worst: readonly ClassError[]): string {
  return textTable(
    [
      { title: 'class', cell: ({ name }) => name },
      { title: 'error', align: 'right', cell: ({ error }) => percent(error, 2) },
      { title: 'wrong', align: 'right', cell: (row) => row.errors },
      { title: 'images', align: 'right', cell: (row) => row.images },
    ],
    worst,
  );
}

function confusionLines(predictions: Predictions): string[] {
  const all = confusions(predictions);
  if (all.length === 0) return ['No image with an error has a predicted class: its logits are not numbers.'];
  const { classNames } = predictions;
  const table = textTable<Confusion>(
    [
      { title: 'class', cell: ({ label }) => classNames[label] },
      { title: 'taken for', cell: ({ predicted }) => classNames[predicted] },
      { title: 'images', align: 'right', cell: ({ count }) => count },
      { title: 'of the class', align: 'right', cell: ({ share }) => percent(share) },
    ],
    all.slice(0, MOST_ROWS),
  );
  return [`Most frequent confusions${part(all.length)}:`, table];
}

function part(count: number): string {
  return count > MOST_ROWS ? ` (${MOST_ROWS} of ${wholeNumber(count)})` : '';
}

/** Which classes pay for freezing, arm by arm. */
export function classCostsText(costs: ClassCosts): string {
  const arms = costs.arms.map((arm) => {
    const control = arm.of === null ? '' : `Control of ${arm.of}. `;
    return `${printableLine(arm.name)}\n  ${printableLine(`${control}${classCostText(arm)}`)}`;
  });
  const head =
    'Which classes pay for freezing (test images, against the baseline, paired by seed; Holm over the classes of an arm):';
  return [head, ...arms, ...leftOutText(costs)].join('\n');
}
