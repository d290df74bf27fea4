import studentQuantile from '@stdlib/stats-base-dists-t-quantile';

export type Interval = [low: number, high: number];

/** Null of an empty list, and where a value is unknown. */
export function mean(values: readonly (number | null)[]): number | null {
  const known = allKnown(values);
  return known.length === 0 ? null : sum(known) / known.length;
}

/**
 * Student's t interval of the mean of paired differences: m -+ t(1 - (1 - level)/2, n - 1) s / sqrt(n), with the sample
 * standard deviation s. Null with fewer than two differences, and where one is unknown.
 */
export function pairedInterval(differences: readonly (number | null)[], level: number): Interval | null {
  const known = allKnown(differences);
  const count = known.length;
  if (count < 2) return null;
  const center = sum(known) / count;
  const variance = sum(known.map((difference) => (difference - center) ** 2)) / (count - 1);
  const halfWidth = studentQuantile(1 - (1 - level) / 2, count - 1) * Math.sqrt(variance / count);
  return [center - halfWidth, center + halfWidth];
}

/** A statistic of some of the values would pass for one of all of them: one unknown value empties the list. */
function allKnown(values: readonly (number | null)[]): number[] {
  const known = values.filter((value): value is number => value !== null);
  return known.length === values.length ? known : [];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
