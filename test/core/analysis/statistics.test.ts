import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alternative } from '#core/analysis/statistics.ts';
import {
  holm,
  mean,
  pairedInterval,
  pairedTest,
  seedsNeeded,
  signFlipTest,
  upperBound,
} from '#core/analysis/statistics.ts';

describe('mean', () => {
  it('is null where there is nothing, or where something is unknown', () => {
    expect(mean([])).toBeNull();
    expect(mean([1, null])).toBeNull();
    expect(mean([1, 2, 6])).toBe(3);
  });
});

describe('pairedInterval', () => {
  // scipy.stats.ttest_1samp(differences, 0).confidence_interval(level), SciPy 1.17.1, NumPy 2.4.6
  it.each([
    { differences: [0.101, 0.143, 0.127], level: 0.95, low: 0.07100919695144856, high: 0.17632413638188477 },
    { differences: [1.2, -0.4], level: 0.95, low: -9.764963788939756, high: 10.564963788939757 },
    { differences: [0.31, -0.05, 0.62, 0.18, 0.27], level: 0.95, low: -0.03465195770599094, high: 0.566651957705991 },
    { differences: [0.31, -0.05, 0.62, 0.18, 0.27], level: 0.9, low: 0.03514943910167018, high: 0.4968505608983297 },
  ])('of $differences at $level is SciPy’s', ({ differences, level, low, high }) => {
    const interval = pairedInterval(differences, level);
    expect(interval?.[0]).toBeCloseTo(low, 12);
    expect(interval?.[1]).toBeCloseTo(high, 12);
  });

  it('is null with one difference, with none, and where one is unknown', () => {
    expect(pairedInterval([0.3], 0.95)).toBeNull();
    expect(pairedInterval([], 0.95)).toBeNull();
    expect(pairedInterval([0.3, null, 0.4], 0.95)).toBeNull();
  });

  it('is null where all differences are the same and none is rounded, since that tells nothing of their spread', () => {
    expect(pairedInterval([0.25, 0.25, 0.25], 0.95)).toBeNull();
    expect(upperBound([0.25, 0.25, 0.25], 0.95)).toBeNull();
  });

  it('holds the rounding next to the spread', () => {
    // 0.25 -+ t(0.975, 2) x 0.1 = 4.302652729749462 x 0.1
    const [low, high] = pairedInterval([0.25, 0.25, 0.25], 0.95, 0.1) ?? [];
    expect(low).toBeCloseTo(0.25 - 0.4302652729749462, 12);
    expect(high).toBeCloseTo(0.25 + 0.4302652729749462, 12);
    // s = 1, n = 4, u = 0.75: sqrt(1 / 4 + 9 / 16) = sqrt(13) / 4
    const differences = [-0.8660254037844386, -0.8660254037844386, 0.8660254037844386, 0.8660254037844386];
    expect(upperBound(differences, 0.95, 0.75)).toBeCloseTo((2.353363434801824 * Math.sqrt(13)) / 4, 9);
  });

  it('contains the mean, is symmetric about it, and widens with the level', () => {
    const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 12 }), (differences) => {
        const [low, high] = pairedInterval(differences, 0.95, 1e-3) ?? [Number.NaN, Number.NaN];
        const [narrowLow, narrowHigh] = pairedInterval(differences, 0.5, 1e-3) ?? [Number.NaN, Number.NaN];
        expect((low + high) / 2).toBeCloseTo(Number(mean(differences)), 6);
        expect(low).toBeLessThanOrEqual(narrowLow);
        expect(high).toBeGreaterThanOrEqual(narrowHigh);
      }),
    );
  });
});

describe('upperBound', () => {
  it('is the mean and t(0.95, n - 1) standard errors', () => {
    // 0.1, 0.2, 0.3: 0.2 + 2.919985580355516 x 0.1 / sqrt(3) (t: SciPy 1.17.1)
    expect(upperBound([0.1, 0.2, 0.3], 0.95)).toBeCloseTo(0.2 + (2.919985580355516 * 0.1) / Math.sqrt(3), 12);
    expect(upperBound([0.1], 0.95)).toBeNull();
    expect(upperBound([0.1, null], 0.95)).toBeNull();
  });
});

describe('pairedTest', () => {
  it('never takes equal differences for certain: their rounding is all the spread there is', () => {
    // One image of 1,000 in each of three seeds: t = 0.1 / (100 sqrt(2 / 12) / 1000) = sqrt(6), p of t with 2 degrees of freedom
    // = 1 - t / sqrt(t^2 + 2) = 1 - sqrt(6 / 8) = 0.1339745962.
    const rounding = (100 * Math.sqrt(2 / 12)) / 1_000;
    const test = pairedTest([0.1, 0.1, 0.1], { alternative: 'two-sided' }, rounding);
    expect(test?.t).toBeCloseTo(Math.sqrt(6), 9);
    expect(test?.p).toBeCloseTo(1 - Math.sqrt(0.75), 9);
    expect(pairedTest([0.2, 0.2, 0.2], { alternative: 'two-sided' })).toBeNull();
    expect(pairedTest([0, 0, 0], { alternative: 'two-sided' }, rounding)).toEqual({ t: 0, p: 1 });
    fc.assert(
      fc.property(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: 3, max: 20 }), (images, pairs) => {
        const equal = Array<number>(pairs).fill(images / 10);
        expect(pairedTest(equal, { alternative: 'two-sided' }, rounding)?.p).toBeGreaterThan(0);
      }),
    );
  });

  it('takes doubles that are equal on paper as equal', () => {
    // The same saving of 10 % and the same cost of half a point, as doubles have them.
    const savings = [1 - 90 / 100, 1 - 270 / 300, 1 - 63 / 70];
    expect(pairedTest(savings, { null: 0.1, alternative: 'two-sided' }, 0.01)?.p).toBe(1);
    const costs = [100 * (0.105 - 0.1), 100 * (0.085 - 0.08), 100 * (0.125 - 0.12)];
    expect(pairedTest(costs, { null: 0.5, alternative: 'less' }, 0.01)?.p).toBe(0.5);
  });

  it('is null with fewer than three differences, and where one is unknown or not finite', () => {
    for (const differences of [
      [],
      [0.3],
      [0.3, 0.4],
      [0.3, null, 0.4],
      [0.3, 0.4, Number.NaN],
      [0.3, 0.4, Number.POSITIVE_INFINITY],
    ]) {
      expect(pairedTest(differences, { alternative: 'two-sided' })).toBeNull();
    }
  });
});

describe('signFlipTest', () => {
  it('counts the choices of signs whose mean is as far from 0', () => {
    // Sums of +-1 +-2 +-4, up to the sign of all: 7, 5, 3, 1. 5 is reached by two of four.
    expect(signFlipTest([-1, 2, 4])).toEqual({ p: 0.5, smallest: 0.25 });
    expect(signFlipTest([1, 2, 4])).toEqual({ p: 0.25, smallest: 0.25 });
    expect(signFlipTest([1, -1])).toEqual({ p: 1, smallest: 0.5 });
    expect(signFlipTest([3])).toEqual({ p: 1, smallest: 1 });
  });

  it('takes sums that differ by rounding as equal', () => {
    // 0.1 + 0.2 is not 0.3 in doubles: of the four, only +-0.6 and none below is as far as 0.1 + 0.2 + 0.3.
    expect(signFlipTest([0.1, 0.2, -0.3])?.p).toBe(1);
    expect(signFlipTest([0.3, 0.3, 0.3, -0.1, -0.2])?.p).toBe(signFlipTest([3, 3, 3, -1, -2])?.p);
  });

  it('goes up to 20 pairs', () => {
    expect(signFlipTest(Array(20).fill(1))).toEqual({ p: 2 ** -19, smallest: 2 ** -19 });
    expect(signFlipTest(Array(21).fill(1))).toBeNull();
    expect(signFlipTest([])).toBeNull();
    expect(signFlipTest([1, Number.NaN])).toBeNull();
  });

  it('counts what listing all choices counts', () => {
    const whole = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(whole, (differences) => {
        const sums = differences.reduce((all, value) => all.flatMap((sum) => [sum + value, sum - value]), [0]);
        const asFar = sums.filter((sum) => Math.abs(sum) >= Math.abs(sums[0])).length;
        expect(signFlipTest(differences)?.p).toBe(asFar / sums.length);
      }),
    );
  });
});

describe('holm', () => {
  it('steps down, and counts what has no p yet', () => {
    // In order 0.01, 0.03, 0.04: 3 x 0.01, 2 x 0.03, max(0.06, 0.04).
    expect(holm([0.04, 0.01, 0.03])).toEqual([0.06, 0.03, 0.06]);
    expect(holm([0.04, null, 0.01])).toEqual([0.08, null, 0.03]);
    expect(holm([0.6, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});

describe('seedsNeeded', () => {
  const planned = (differences: readonly (number | null)[], alternative: Alternative = 'two-sided', center = 0) =>
    seedsNeeded(differences, { null: center, alternative, level: 0.05 });

  it('is the least n that its formula allows', () => {
    // Mean 0.3, s = 0.4: (t(0.975, 15) + t(0.8, 15)) 0.4 / sqrt(16) = (2.1314 + 0.8662) 0.1 = 0.29977; with n = 15 0.3111.
    expect(planned([-0.1, 0.3, 0.7])).toBe(16);
  });

  it('is 1,000 for as many or more', () => {
    expect(planned([-1, 0, 1.000001])).toBe(1_000);
    // No number of seeds shows half an image of 1,000.
    expect(seedsNeeded([0.04, 0.05, 0.06], { alternative: 'two-sided', level: 0.05 }, 0.0408)).toBe(1_000);
  });

  it('is null where nothing can be planned: no spread, no distance, or the wrong side', () => {
    expect(planned([0.2, 0.2, 0.2])).toBeNull();
    expect(planned([-0.2, 0, 0.2])).toBeNull();
    expect(planned([0.2, 0.3])).toBeNull();
    expect(planned([0.2, 0.3, Number.NaN])).toBeNull();
    expect(planned([0.4, 0.6, 0.8], 'less', 0.5)).toBeNull();
    expect(planned([0.1, 0.2, 0.3], 'less', 0.5)).toBeGreaterThan(2);
  });
});
