import { decimal, UNKNOWN } from '#core/analysis/quantity.ts';
import type { Interval } from '#core/analysis/statistics.ts';

/** "0.031", "< 0.001" */
export function probability(p: number | null): string {
  if (p === null) return UNKNOWN;
  return p < 0.001 ? '< 0.001' : decimal(p, 3);
}

/** "12.3 % [10.1 %, 14.5 %]" */
export function withInterval(value: string, interval: Interval | null, write: (end: number) => string): string {
  // `map(write)` would pass the index as the number of decimals.
  return interval === null ? value : `${value} [${interval.map((end) => write(end)).join(', ')}]`;
}
