import { CLAIM_LIMIT } from '../analysis/outcome-words.ts';
import { marginPoints, wholeNumber } from '../analysis/quantity.ts';
import type { MethodsFacts, MethodsParagraph } from './methods-facts.ts';

/** The statistics by which numbers become claims. */
export function statisticsMethods({ study, runs }: MethodsFacts): MethodsParagraph {
  const finished = study.seeds.filter((seed) =>
    study.arms.every((arm) =>
      runs.some((run) => run.arm === arm.name && run.seed === seed && run.status === 'finished'),
    ),
  );
  const text = [
    `All differences are paired by seed; ${finished.length} of ${study.seeds.length} seeds are finished in every arm.`,
    "Means have 95 % intervals by Student's t on the paired differences (the relative increase on the ratios of each seed), without adjustment.",
    ...roundingMethods(runs),
    'Each question has three answers: shown, its opposite shown, or not shown. Claims rest on paired t tests, Holm-adjusted within their kind over the policies of a study, and hold at 0.05, with three seeds or more (one or two show nothing): two-sided for less or more time, fewer or more errors, and better than training less.',
    `Not worse, and worse: the one-sided tests that the error delta is below, or above, the margin of ${marginPoints(study.margin)}, with the one-sided 95 % bounds. Not better than training less: the one-sided test of more errors than the equal-time baseline.`,
    CLAIM_LIMIT,
    'The exact sign-flip permutation test stands next to them. Equal-time baselines are controls and make no claims of their own.',
    'Policies are contrasted in all pairs, and studies by the differences of their paired deltas, Holm-adjusted over all that stand in one table.',
    ...classMethods(runs),
    'The number of seeds said to settle a difference is the one at which the test at its strictest adjusted level would find a difference as large as the measured one, with its spread, with 80 % power. Seeds that are added because something was not shown make false claims more frequent than these tests say.',
    'The front is that of the means; next to it stands the share of resamples of the seeds in which an arm is on it.',
  ];
  return { title: 'Statistics', text: text.join(' ') };
}

/** What an interval holds besides the spread of the seeds, and what it does not. */
function roundingMethods([run]: MethodsFacts['runs']): string[] {
  if (run === undefined) return [];
  return [
    `The variance of a mean holds, next to that of the seeds, the rounding of both runs of a pair: 1/12 of the square of one of ${wholeNumber(run.spec.test)} test images, or of the clock's step. The test images are the same in all runs: the intervals tell what other seeds would give on these images, not what other images would.`,
  ];
}

function classMethods(runs: MethodsFacts['runs']): string[] {
  if (!runs.some(({ hasClasses }) => hasClasses)) return [];
  return [
    'The errors of each class of the test images are compared with those of the baseline by the same tests and intervals, Holm-adjusted over the classes of an arm; balanced accuracy is the mean recall of the classes.',
  ];
}
