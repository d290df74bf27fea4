import studentDistribution from '@stdlib/stats-base-dists-t-cdf';
import studentQuantile from '@stdlib/stats-base-dists-t-quantile';

/**
 * Paired differences, of which this module estimates and tests the mean. A statistic of some of the values must not pass for
 * one of all of them, so one unknown value (null) makes a result null. A value that is not finite gives an interval of NaN and
 * no test. `rounding` is the standard deviation u that the rounding of the values alone gives to their mean (`rounding.ts`); the
 * standard error is sqrt(s^2 / n + u^2). Without rounding and without any spread nothing is known of the spread: no interval, no test.
 */
export type Differences = readonly (number | null)[];

/** Paired differences with the rounding of their mean. */
export interface RoundedDifferences {
  readonly values: Differences;
  readonly rounding: number;
}

export type Interval = [low: number, high: number];
export type Alternative = 'two-sided' | 'less' | 'greater';

/** The mean under the null hypothesis, by default 0, and the side on which evidence against it counts. */
export interface Hypothesis {
  readonly null?: number;
  readonly alternative: Alternative;
}

/** Spreads and distances below this share of the numbers themselves are noise of doubles, and count as 0. */
const NOISE = 1e-10;
/**
 * Fewer pairs test nothing. Two have one degree of freedom: the spread is judged by a single distance, which is small by chance far
 * too often where errors are counts.
 */
export const LEAST_PAIRS = 3;
/** Seeds are planned for this chance of settling a difference that is as large as the measured one. */
const POWER = 0.8;
/** `seedsNeeded` stops here: 1,000 stands for 1,000 or more. */
export const MOST_SEEDS = 1_000;
/** With more pairs the t test stands alone, since the sign-flip test's work grows with 2^(n/2). */
const MOST_FLIPPED = 20;

/** The mean; null for an empty list, and where a value is unknown. */
export function mean(values: Differences): number | null {
  const known = allKnown(values);
  return known.length === 0 ? null : sum(known) / known.length;
}

/**
 * Student's t interval of the mean of paired differences: m -+ t(1 - (1 - level)/2, n - 1) sqrt(s^2 / n + u^2), with the sample
 * standard deviation s. Null with fewer than two differences, and without any spread.
 */
export function pairedInterval(differences: Differences, level: number, rounding = 0): Interval | null {
  const sample = sampleOf(differences, rounding);
  if (sample === null) return null;
  const halfWidth = studentQuantile(1 - (1 - level) / 2, sample.count - 1) * sample.standardError;
  return [sample.mean - halfWidth, sample.mean + halfWidth];
}

/** One-sided upper confidence bound of the mean: m + t(level, n - 1) sqrt(s^2 / n + u^2). Null where there is no interval. */
export function upperBound(differences: Differences, level: number, rounding = 0): number | null {
  const sample = sampleOf(differences, rounding);
  return sample && sample.mean + studentQuantile(level, sample.count - 1) * sample.standardError;
}

/** One-sided lower confidence bound of the mean, the mirror image of `upperBound`. */
export function lowerBound(differences: Differences, level: number, rounding = 0): number | null {
  const sample = sampleOf(differences, rounding);
  return sample && sample.mean - studentQuantile(level, sample.count - 1) * sample.standardError;
}

/**
 * Student's paired t test, t = (m - null) / sqrt(s^2 / n + u^2) with n - 1 degrees of freedom. Null with fewer than three
 * differences, and without any spread.
 */
export function pairedTest(
  differences: Differences,
  { null: center = 0, alternative }: Hypothesis,
  rounding = 0,
): { readonly t: number; readonly p: number } | null {
  const sample = sampleOf(differences, rounding);
  if (sample === null || sample.count < LEAST_PAIRS || !Number.isFinite(sample.standardError)) return null;
  const distance = distanceFrom(center, sample);
  const t = distance === 0 ? 0 : distance / sample.standardError;
  const below = (value: number) => studentDistribution(value, sample.count - 1);
  if (alternative === 'less') return { t, p: below(t) };
  return { t, p: alternative === 'greater' ? below(-t) : 2 * below(-Math.abs(t)) };
}

/**
 * Exact two-sided sign-flip permutation test of a mean of 0 (Fisher 1935, The Design of Experiments, section 21): the share
 * of the 2^n choices of signs whose |mean| is at least the observed one. No p is below `smallest`, 2 / 2^n. Null without
 * differences, with more than 20, and where one is not finite.
 */
export function signFlipTest(differences: Differences): { readonly p: number; readonly smallest: number } | null {
  const known = allKnown(differences);
  if (known.length === 0 || known.length > MOST_FLIPPED || !known.every(Number.isFinite)) return null;
  const least = Math.abs(sum(known)) - NOISE * sum(known.map(Math.abs));
  const smallest = 2 / 2 ** known.length;
  return { p: least <= 0 ? 1 : smallest * countAsFar(known, least), smallest };
}

/**
 * Counts the choices of signs, up to a flip of all, whose |sum| is at least `least` > 0. Each sum of the first half is combined
 * with the sorted sums of the second (Horowitz and Sahni 1974). Those are symmetric about 0: as many are <= -x as are >= x.
 */
function countAsFar([first, ...others]: readonly number[], least: number): number {
  const half = Math.floor(others.length / 2);
  const left = others.slice(0, half).reduce(withBothSigns, Float64Array.of(first));
  const right = others.slice(half).reduce(withBothSigns, Float64Array.of(0)).sort();
  const from = (bound: number) => right.length - leastCount(-1, right.length, (index) => right[index] >= bound);
  return left.reduce((count, value) => count + from(least - value) + from(least + value), 0);
}

function withBothSigns(sums: Float64Array, value: number): Float64Array {
  return Float64Array.from({ length: 2 * sums.length }, (_, index) =>
    index < sums.length ? sums[index] - value : sums[index - sums.length] + value,
  );
}

/**
 * Holm's step-down adjustment (Holm 1979, "A simple sequentially rejective multiple test procedure"): the i-th smallest of
 * m values becomes the greatest of (m - j + 1) p_j over j <= i, at most 1. A test without a p yet stays null and counts in m,
 * so that an early claim is not taken back merely because another test comes in.
 */
export function holm(values: readonly (number | null)[]): (number | null)[] {
  const known = values.flatMap((p, index) => (p === null ? [] : [{ p, index }])).sort((a, b) => a.p - b.p);
  const adjusted = values.map((): number | null => null);
  let least = 0;
  known.forEach(({ p, index }, rank) => {
    least = Math.max(least, Math.min(1, (values.length - rank) * p));
    adjusted[index] = least;
  });
  return adjusted;
}

/**
 * The least n with (t(1 - a, n - 1) + t(0.8, n - 1)) sqrt(s^2 / n + u^2) <= |m - null|, a being `level`, or half of it two-sided:
 * as many pairs would settle a difference this large with this spread in about 80 % of studies (the usual normal formula with
 * quantiles of t, e.g. Chow, Shao and Wang, Sample Size Calculations in Clinical Research, 3.1). At most 1,000, which stands
 * for more, or for a difference that the rounding hides for ever. Null with fewer than three differences, where spread or distance
 * is unknown or 0, and where the mean is on the wrong side of the null hypothesis.
 */
export function seedsNeeded(
  differences: Differences,
  { null: center = 0, alternative, level }: Hypothesis & { readonly level: number },
  rounding = 0,
): number | null {
  const sample = sampleOf(differences, rounding);
  if (sample === null || sample.count < LEAST_PAIRS || !Number.isFinite(sample.standardError)) return null;
  const distance = distanceFrom(center, sample);
  const isOnSide = alternative === 'two-sided' || distance < 0 === (alternative === 'less');
  if (distance === 0 || !isOnSide) return null;
  const tail = alternative === 'two-sided' ? level / 2 : level;
  const isEnough = (count: number) => {
    const quantiles = studentQuantile(1 - tail, count - 1) + studentQuantile(POWER, count - 1);
    return quantiles * Math.hypot(sample.deviation / Math.sqrt(count), rounding) <= Math.abs(distance);
  };
  return leastCount(LEAST_PAIRS - 1, MOST_SEEDS, isEnough);
}

/** Bisects for the least whole number above `tooFew` that is enough, as every larger one is; `enough` itself is not tested. */
function leastCount(tooFew: number, enough: number, isEnough: (count: number) => boolean): number {
  let [low, high] = [tooFew, enough];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

interface Sample {
  readonly count: number;
  readonly mean: number;
  /** s. */
  readonly deviation: number;
  /** sqrt(s^2 / n + u^2), above 0; NaN where a difference is not finite. */
  readonly standardError: number;
  /** The largest difference by size. */
  readonly scale: number;
}

/** Null with fewer than two differences, and where neither they nor their rounding tell of any spread. */
function sampleOf(differences: Differences, rounding: number): Sample | null {
  const known = allKnown(differences);
  const count = known.length;
  if (count < 2) return null;
  const center = sum(known) / count;
  const measured = Math.sqrt(sum(known.map((difference) => (difference - center) ** 2)) / (count - 1));
  const scale = Math.max(...known.map(Math.abs));
  const deviation = measured <= NOISE * scale ? 0 : measured;
  const standardError = Math.hypot(deviation / Math.sqrt(count), rounding);
  return standardError === 0 ? null : { count, mean: center, deviation, standardError, scale };
}

function distanceFrom(center: number, { mean: measured, scale }: Sample): number {
  const distance = measured - center;
  return Math.abs(distance) <= NOISE * Math.max(scale, Math.abs(center)) ? 0 : distance;
}

function allKnown(values: Differences): number[] {
  const known = values.filter((value): value is number => value !== null);
  return known.length === values.length ? known : [];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
