import { mean, pairedInterval } from '#core/analysis/statistics.ts';
import type { DrawnRun } from './curve-series.ts';
import type { RunPlace } from './request-parts.ts';

const LEVEL = 0.95;

export interface SeedBand {
  readonly x: readonly number[];
  readonly mean: readonly number[];
  /** The ends of Student's t interval of the mean; NaN with one run. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly count: number;
}

/**
 * Mean over runs that differ by seed, at the places of the run with most points, with its 95 % interval. The mean ends where the
 * first run ends or is not finite: further on it would be a mean of other runs.
 */
export function seedBand(runs: readonly DrawnRun[], x: RunPlace): SeedBand {
  const lines = runs
    .map(({ curve }) => ({ x: curve[x], y: curve.smooth ?? curve.last }))
    .filter((line) => line.x.length > 0);
  const longest = lines.reduce((best, line) => (line.x.length > best.x.length ? line : best), { x: [], y: [] } as Line);
  const samplers = lines.map(samplerOf);
  const samples = longest.x.map((place) => samplers.map((sample) => sample(place)));
  const intervals = samples.map((values) => (values.every(Number.isFinite) ? pairedInterval(values, LEVEL) : null));
  return {
    x: longest.x,
    mean: samples.map((values) => (values.every(Number.isFinite) ? (mean(values) ?? Number.NaN) : Number.NaN)),
    low: intervals.map((interval) => interval?.[0] ?? Number.NaN),
    high: intervals.map((interval) => interval?.[1] ?? Number.NaN),
    count: lines.length,
  };
}

interface Line {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Reads a line at rising places, interpolating linearly between two points; NaN outside of the line. */
function samplerOf({ x, y }: Line): (place: number) => number {
  let right = 0;
  return (place) => {
    while (right < x.length && x[right] < place) right++;
    if (right === x.length) return Number.NaN;
    if (x[right] === place) return y[right];
    if (right === 0) return Number.NaN;
    const share = (place - x[right - 1]) / (x[right] - x[right - 1]);
    return y[right - 1] + share * (y[right] - y[right - 1]);
  };
}
