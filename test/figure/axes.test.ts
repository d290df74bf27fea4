import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { niceTicks, tickText } from '#core/figure/axes.ts';
import { frameAround } from '#core/figure/figure-range.ts';
import { timeTicks } from '#core/figure/run-axis.ts';
import { speedupTicks } from '#core/figure/speedup-ticks.ts';

const end = fc.double({ min: -300, max: 300, noNaN: true });
const span = fc.double({ min: 1e-6, max: 1e6, noNaN: true });

describe('niceTicks', () => {
  it('are 1, 2 or 5 times a power of ten apart, inside, and no more than asked for', () => {
    fc.assert(
      fc.property(end, span, fc.integer({ min: 3, max: 12 }), (min, width, most) => {
        const ticks = niceTicks({ min, max: min + width }, most);
        expect(ticks.length).toBeLessThanOrEqual(most + 1);
        const slack = 1e-6 * (Math.abs(min) + width);
        for (const tick of ticks) expect(tick >= min - slack && tick <= min + width + slack).toBe(true);
        if (ticks.length < 2 || width < 1e-3) return;
        const step = ticks[1] - ticks[0];
        const lead = step / 10 ** Math.floor(Math.log10(step * (1 + 1e-6)));
        expect([1, 2, 5].some((one) => Math.abs(lead - one) < 1e-3)).toBe(true);
      }),
    );
  });

  it('are written with as many decimals as they need, and a true minus sign', () => {
    const text = (min: number, max: number) => {
      const ticks = niceTicks({ min, max }, 6).map((value) => ({ value }));
      return ticks.map(({ value }) => tickText(value, ticks));
    };
    expect(text(-1, 1)).toEqual(['−1.0', '−0.5', '0.0', '0.5', '1.0']);
    expect(text(0, 50_000)).toEqual(['0', '10\u2009000', '20\u2009000', '30\u2009000', '40\u2009000', '50\u2009000']);
    expect(text(0, 0.004)).toEqual(['0.000', '0.001', '0.002', '0.003', '0.004']);
  });
});

describe('timeTicks', () => {
  it('stand at round minutes and hours', () => {
    expect(timeTicks(0, 240)).toEqual([0, 30, 60, 90, 120, 150, 180, 210, 240]);
    expect(timeTicks(0, 2400).map((seconds) => seconds / 60)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40]);
    expect(timeTicks(0, 36_000).map((seconds) => seconds / 3600)).toEqual([0, 2, 4, 6, 8, 10]);
  });
});

describe('frameAround', () => {
  it('does not grow without bound with the interval of two seeds', () => {
    const { min, max } = frameAround([0, 1, 2], [-400, 400], 0.4);
    expect(max - min).toBeLessThan(10);
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

  it('keep 1× where the range is wide', () => {
    expect(speedupTicks({ min: -130, max: 100 }).map((tick) => tick.label)).toEqual([
      '0.5×',
      '1.0×',
      '1.5×',
      '2.0×',
      '3.0×',
      '10.0×',
    ]);
  });

  it('are few, apart and inside, for any range', () => {
    fc.assert(
      fc.property(end, fc.double({ min: 1, max: 300, noNaN: true }), (min, width) => {
        const range = { min, max: min + width };
        const values = speedupTicks(range).map((tick) => tick.value);
        expect(values.length).toBeLessThanOrEqual(11);
        for (const [index, value] of values.entries()) {
          // A speedup counts as inside up to 1e-9, which is 1e-7 of a percent saved.
          expect(value >= range.min - 1e-6 && value <= range.max + 1e-6 && value < 100).toBe(true);
          if (index > 0) expect(value - values[index - 1]).toBeGreaterThanOrEqual(0.07 * width);
        }
      }),
    );
  });
});
