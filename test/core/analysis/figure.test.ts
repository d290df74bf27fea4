import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareStudy } from '#core/analysis/comparison.ts';
import { comparisonFigure } from '#core/analysis/figure.ts';
import { figureCaption, shortened } from '#core/analysis/figure-caption.ts';
import { figureRange, speedupTicks } from '#core/analysis/figure-scale.ts';
import { armStyle } from '#core/analysis/figure-style.ts';
import { randomStudy } from '../../support/study-fixture.ts';

const comparison = compareStudy(randomStudy({ policies: 3, seeds: [1, 2, 3] }));
const { datasets } = comparisonFigure({ comparison, studyName: 'quick' }).data;

describe('comparisonFigure', () => {
  it('has a mean and every seed of every arm, in % and points', () => {
    const arm = comparison.arms[1];
    expect(datasets.find((one) => one.label === arm.name)?.data).toEqual([
      { x: 100 * Number(arm.saved.wall), y: arm.errorDelta },
    ]);
    const seeds = arm.points.map((point) => ({ x: 100 * Number(point.wall), y: point.errorDelta }));
    expect(datasets.some((one) => JSON.stringify(one.data) === JSON.stringify(seeds))).toBe(true);
  });

  it('has error bars both ways where there is an interval, and none with one seed', () => {
    const { wall, errorDelta } = comparison.arms[1].ci;
    const bars = datasets.filter((one) => one.type === 'scatterWithErrorBars');
    expect(bars).toHaveLength(6);
    expect(bars[0].data[0]).toMatchObject({
      xMin: 100 * Number(wall?.[0]),
      xMax: 100 * Number(wall?.[1]),
      yMin: errorDelta?.[0],
      yMax: errorDelta?.[1],
    });
    const single = compareStudy(randomStudy({ policies: 3, seeds: [1] }));
    const figure = comparisonFigure({ comparison: single, studyName: 'quick' });
    const singleBars = figure.data.datasets.filter((one) => one.type === 'scatterWithErrorBars');
    expect(singleBars.every((one) => one.data.length === 0)).toBe(true);
  });

  it('links an equal-time baseline to its arm by colour, and draws it hollow', () => {
    const [, policy, equalTime] = datasets;
    expect(equalTime.borderColor).toBe(policy.borderColor);
    expect(equalTime.backgroundColor).not.toBe(policy.backgroundColor);
    expect(equalTime).toMatchObject({ pointStyle: 'circle', label: '' });
  });

  it('draws the front from left to right', () => {
    const front = datasets.find((one) => one.label === 'Pareto front')?.data.map((point) => point.x) ?? [];
    expect(front).toHaveLength(comparison.arms.filter((arm) => arm.onFront).length);
    expect(front).toEqual([...front].sort((one, other) => one - other));
  });

  it('gives up to 49 arms looks of their own', () => {
    const looks = Array.from({ length: 49 }, (_, place) => JSON.stringify(armStyle(place)));
    expect(new Set(looks).size).toBe(49);
  });
});

describe('the frame', () => {
  it('holds the origin and every seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 4 }), (policies, seedCount) => {
        const study = randomStudy({ policies, seeds: Array.from({ length: seedCount }, (_, index) => index + 1) });
        const compared = compareStudy(study);
        const { x, y } = figureRange(compared);
        const points = compared.arms.flatMap((arm) => arm.points);
        for (const { wall, errorDelta } of [...points, { wall: 0, errorDelta: 0 }]) {
          expect(x.min < 100 * Number(wall) && 100 * Number(wall) < x.max).toBe(true);
          expect(y.min < errorDelta && errorDelta < y.max).toBe(true);
        }
      }),
    );
  });

  it('does not grow without bound with the interval of two seeds', () => {
    const compared = compareStudy(randomStudy({ policies: 1, seeds: [1, 2] }));
    const arms = compared.arms.map((arm) => ({
      ...arm,
      ci: { ...arm.ci, errorDelta: [-400, 400] as [number, number] },
    }));
    const { y } = figureRange({ ...compared, arms });
    expect(y.max - y.min).toBeLessThan(40);
  });
});

describe('speedupTicks', () => {
  it('stand where 1 - 1/s of the time is saved', () => {
    expect(speedupTicks({ min: -4, max: 52 })).toEqual([
      { value: 0, label: '1.0×' },
      { value: expect.closeTo(100 * (1 - 1 / 1.2), 9), label: '1.2×' },
      { value: expect.closeTo(100 * (1 - 1 / 1.4), 9), label: '1.4×' },
      { value: 37.5, label: '1.6×' },
      { value: expect.closeTo(100 * (1 - 1 / 1.8), 9), label: '1.8×' },
      { value: 50, label: '2.0×' },
    ]);
  });

  it('are few, apart and inside, for any range', () => {
    const end = fc.double({ min: -300, max: 300, noNaN: true });
    fc.assert(
      fc.property(end, fc.double({ min: 1, max: 300, noNaN: true }), (min, span) => {
        const range = { min, max: min + span };
        const values = speedupTicks(range).map((tick) => tick.value);
        expect(values.length).toBeLessThanOrEqual(11);
        for (const [index, value] of values.entries()) {
          expect(value >= range.min - 1e-9 && value <= range.max + 1e-9 && value < 100).toBe(true);
          if (index > 0) expect(value - values[index - 1]).toBeGreaterThanOrEqual(0.07 * span);
        }
      }),
    );
  });
});

describe('the caption', () => {
  it('names study, n, level and runs', () => {
    const text = figureCaption(comparison, 'quick').join(' ');
    expect(text).toContain('Study “quick”, n = 3 seeds: means with 95 % intervals');
    expect(text).toContain(`Runs: ${comparison.arms[0].points[0].runId.slice(0, 8)}, `);
  });

  it('breaks long names into lines that fit', () => {
    const lines = figureCaption(comparison, `${'word '.repeat(30)}${'x'.repeat(300)}`);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(112);
    expect(lines.join('')).toContain('x'.repeat(100));
  });

  it('shortens arm names in the middle', () => {
    expect(shortened('cubic scaled 0.8')).toBe('cubic scaled 0.8');
    const long = shortened(`curve scaled ${'0.1:0.2 '.repeat(20)}1:1 over 1000 steps`);
    expect(long).toHaveLength(40);
    expect(long).toMatch(/^curve scaled .*…1000 steps$/);
  });
});
