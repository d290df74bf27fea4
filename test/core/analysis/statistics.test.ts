import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean, pairedInterval } from '#core/analysis/statistics.ts';

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

  it('is the mean alone where all differences are the same', () => {
    expect(pairedInterval([0.25, 0.25, 0.25], 0.95)).toEqual([0.25, 0.25]);
  });

  it('contains the mean, is symmetric about it, and widens with the level', () => {
    const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 12 }), (differences) => {
        const [low, high] = pairedInterval(differences, 0.95) ?? [Number.NaN, Number.NaN];
        const [narrowLow, narrowHigh] = pairedInterval(differences, 0.5) ?? [Number.NaN, Number.NaN];
        expect((low + high) / 2).toBeCloseTo(Number(mean(differences)), 6);
        expect(low).toBeLessThanOrEqual(narrowLow);
        expect(high).toBeGreaterThanOrEqual(narrowHigh);
      }),
    );
  });
});
