import { readFileSync } from 'node:fs';
import studentQuantile from '@stdlib/stats-base-dists-t-quantile';
import { describe, expect, it } from 'vitest';
import type { Alternative } from '#core/analysis/statistics.ts';
import {
  holm,
  LEAST_PAIRS,
  lowerBound,
  pairedInterval,
  pairedTest,
  seedsNeeded,
  signFlipTest,
  upperBound,
} from '#core/analysis/statistics.ts';

type Sided = Readonly<Record<Alternative, number>>;

interface Fixtures {
  readonly samples: readonly {
    readonly kind: string;
    readonly differences: readonly number[];
    readonly t: number;
    readonly p: Sided;
    readonly null: number;
    readonly pOfNull: Sided;
    readonly intervals: readonly (readonly [level: number, low: number, high: number])[];
    readonly upper: number;
    readonly signFlip: number | null;
  }[];
  readonly quantiles: readonly (readonly [p: number, degreesOfFreedom: number, quantile: number])[];
  readonly holm: readonly { readonly p: readonly number[]; readonly holm: readonly number[] }[];
  readonly rounded: readonly {
    readonly differences: readonly number[];
    readonly rounding: number;
    readonly t: number;
    readonly p: number;
    readonly pBelowHalf: number;
    readonly pAboveHalf: number;
    readonly interval: readonly [low: number, high: number];
    readonly upper: number;
  }[];
  readonly power: readonly {
    readonly distance: number;
    readonly deviation: number;
    readonly level: number;
    readonly pairs: number;
  }[];
}

/** Written by SciPy and statsmodels: test/fixtures/statistics/write_fixtures.py. */
const FIXTURES: Fixtures = JSON.parse(
  readFileSync(new URL('../../fixtures/statistics/statistics.json', import.meta.url), 'utf8'),
);
const SIDES: readonly Alternative[] = ['two-sided', 'less', 'greater'];
const ACCURACY = 1e-9;

/** Equal to 1e-9, of the number itself where it is above 1. */
function expectEqual(actual: number | undefined | null, expected: number): void {
  expect(Math.abs(Number(actual) - expected)).toBeLessThanOrEqual(ACCURACY * Math.max(1, Math.abs(expected)));
}

describe.each(FIXTURES.samples)('$kind differences: $differences.length pairs', (sample) => {
  const { differences } = sample;

  it.skipIf(differences.length < LEAST_PAIRS)('have SciPy’s t and p on every side', () => {
    expectEqual(pairedTest(differences, { alternative: 'two-sided' })?.t, sample.t);
    for (const alternative of SIDES) {
      expectEqual(pairedTest(differences, { alternative })?.p, sample.p[alternative]);
      expectEqual(pairedTest(differences, { null: sample.null, alternative })?.p, sample.pOfNull[alternative]);
    }
  });

  it.skipIf(differences.length < LEAST_PAIRS)('have SciPy’s small p to nine digits too', () => {
    const p = pairedTest(differences, { alternative: 'two-sided' })?.p;
    expect(Math.abs(Number(p) / sample.p['two-sided'] - 1)).toBeLessThan(ACCURACY);
  });

  it('have SciPy’s intervals and bound', () => {
    for (const [level, low, high] of sample.intervals) {
      const interval = pairedInterval(differences, level);
      expectEqual(interval?.[0], low);
      expectEqual(interval?.[1], high);
    }
    expectEqual(upperBound(differences, 0.95), sample.upper);
    // A one-sided bound at 95 % is an end of the two-sided interval at 90 %.
    expectEqual(lowerBound(differences, 0.95), Number(sample.intervals.find(([level]) => level === 0.9)?.[1]));
  });

  it.skipIf(sample.signFlip === null)('have SciPy’s exact sign-flip p', () => {
    const test = signFlipTest(differences);
    expectEqual(test?.p, Number(sample.signFlip));
    expect(test?.smallest).toBe(2 / 2 ** differences.length);
  });
});

describe('the rest', () => {
  it.each(FIXTURES.rounded)('has SciPy’s p and intervals of $differences, rounded by $rounding', (sample) => {
    const { differences, rounding } = sample;
    const test = (alternative: Alternative, center: number) =>
      pairedTest(differences, { null: center, alternative }, rounding);
    expectEqual(test('two-sided', 0)?.t, sample.t);
    expectEqual(test('two-sided', 0)?.p, sample.p);
    expectEqual(test('less', 0.5)?.p, sample.pBelowHalf);
    expectEqual(test('greater', 0.5)?.p, sample.pAboveHalf);
    const [low, high] = pairedInterval(differences, 0.95, rounding) ?? [];
    expectEqual(low, sample.interval[0]);
    expectEqual(high, sample.interval[1]);
    expectEqual(upperBound(differences, 0.95, rounding), sample.upper);
  });

  it.each(FIXTURES.quantiles)('has SciPy’s quantile %d of t with %d degrees of freedom', (p, degrees, quantile) => {
    expectEqual(studentQuantile(p, degrees), quantile);
  });

  it.each(FIXTURES.holm)('adjusts $p.length values as statsmodels does', ({ p, holm: adjusted }) => {
    holm(p).forEach((value, index) => {
      expectEqual(value, adjusted[index]);
    });
  });

  it.each(FIXTURES.power)('plans within a pair of the exact power, $distance at $level', (fixture) => {
    const { distance, deviation, level, pairs } = fixture;
    // Three differences with this mean and this sample standard deviation.
    const differences = [distance - deviation, distance, distance + deviation];
    const needed = seedsNeeded(differences, { alternative: 'two-sided', level });
    expect(Math.abs(Number(needed) - Math.ceil(pairs))).toBeLessThanOrEqual(1);
  });
});
