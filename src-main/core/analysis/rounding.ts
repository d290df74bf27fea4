/**
 * What rounding does to a mean of paired differences. Errors are counts of test images and times are read off a clock, so each
 * number stands for all those within half a step of it: with a step h, a standard deviation of h / sqrt(12) that no repetition
 * takes away where the seeds hardly spread, since all of them are then rounded alike (GUM, JCGM 100:2008, F.2.2.1 and H.6;
 * docs/statistics.md). The rounding of a run and that of its partner add up.
 */
export interface CountedRun {
  /** Share of the test images that were classified wrongly. */
  readonly testError: number;
  readonly testImages: number;
}

const VARIANCE_OF_A_STEP = 1 / 12;

/** Times are never taken to be known to less than a millisecond. */
const LEAST_STEP = 0.001;
const COARSER_STEPS = [1, 0.1, 0.01];

/** Variance that the counting of images alone gives to the difference of two test errors, in points squared. */
export function errorRounding(run: CountedRun, other: CountedRun): number {
  return countRounding(run) + countRounding(other);
}

/** Variance that the counting of images alone gives to a test error, in points squared. */
export function countRounding({ testImages }: Pick<CountedRun, 'testImages'>): number {
  return VARIANCE_OF_A_STEP * (100 / testImages) ** 2;
}

/** The same for the ratio of a difference to the other's error; 0 where there is no such ratio. */
export function relativeRounding(run: CountedRun, other: CountedRun): number {
  if (other.testError === 0) return 0;
  const ratio = run.testError / other.testError;
  return (VARIANCE_OF_A_STEP * (run.testImages ** -2 + (ratio / other.testImages) ** 2)) / other.testError ** 2;
}

/** Variance that a clock's step of so many seconds alone gives to 1 - seconds / other; 0 where there is no such share. */
export function savedRounding(seconds: number, other: number, step: number): number {
  return other === 0 ? 0 : (VARIANCE_OF_A_STEP * step ** 2 * (1 + (seconds / other) ** 2)) / other ** 2;
}

/** The step in seconds with which times were written down: the coarsest that all of them are multiples of, from 1 s to 1 ms. */
export function clockStep(seconds: readonly number[]): number {
  const isMultiple = (value: number, step: number) => Math.abs(value / step - Math.round(value / step)) < 1e-6;
  return COARSER_STEPS.find((step) => seconds.every((value) => isMultiple(value, step))) ?? LEAST_STEP;
}

/** Standard deviation that rounding alone gives to the mean of pairs with these variances, all rounded alike. */
export function roundingOfMean(variances: readonly number[]): number {
  if (variances.length === 0) return 0;
  return Math.sqrt(variances.reduce((sum, variance) => sum + variance, 0) / variances.length);
}
