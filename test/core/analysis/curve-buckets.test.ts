import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CurveColumns } from '#core/analysis/curve-buckets.ts';
import { bucketEnds, reduceCurve, strideOf } from '#core/analysis/curve-buckets.ts';
import { movingAverage } from '#core/analysis/moving-average.ts';

/** Losses as they come: mostly finite, now and then not. */
const value = fc.oneof(
  { weight: 20, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
);
const values = fc.array(value, { minLength: 0, maxLength: 300 });
const buckets = fc.integer({ min: 2, max: 64 });

function pointsOf(list: readonly number[]): CurveColumns {
  const count = (scale: number) => Float64Array.from(list, (_, index) => scale * (index + 1));
  return { epoch: count(1), step: count(20), seconds: count(1.5), value: Float64Array.from(list) };
}

const reduced = (list: readonly number[], most: number, smoothing = 0) =>
  reduceCurve({ runId: 'run', layer: null }, pointsOf(list), { buckets: most, smoothing });

describe('the buckets of a curve', () => {
  it('keep low <= last <= high, and are at most as many as asked for', () => {
    fc.assert(
      fc.property(values, buckets, (list, most) => {
        const { low, high, last } = reduced(list, most);
        expect(last.length).toBeLessThanOrEqual(most);
        last.forEach((one, index) => {
          if (Number.isNaN(one)) return;
          expect(low[index]).toBeLessThanOrEqual(one);
          expect(one).toBeLessThanOrEqual(high[index]);
        });
      }),
    );
  });

  it('hold every point between their low and their high', () => {
    fc.assert(
      fc.property(values, buckets, (list, most) => {
        const { low, high } = reduced(list, most);
        const stride = strideOf(list.length, most);
        list.forEach((one, index) => {
          if (Number.isNaN(one)) return;
          const bucket = Math.floor(index / stride);
          expect(low[bucket]).toBeLessThanOrEqual(one);
          expect(high[bucket]).toBeGreaterThanOrEqual(one);
        });
      }),
    );
  });

  it('keep the extremes of the whole curve, infinities too', () => {
    fc.assert(
      fc.property(values, buckets, (list, most) => {
        const known = list.filter((one) => !Number.isNaN(one));
        if (known.length === 0) return;
        const { low, high } = reduced(list, most);
        const seen = (all: readonly number[]) => all.filter((one) => !Number.isNaN(one));
        expect(Math.min(...seen(low))).toBe(Math.min(...known));
        expect(Math.max(...seen(high))).toBe(Math.max(...known));
      }),
    );
  });

  it('are the raw curve where it has no more points than buckets', () => {
    fc.assert(
      fc.property(values, (list) => {
        const { low, high, last, epoch, points } = reduced(list, Math.max(2, list.length));
        expect(last).toEqual(list);
        expect(low).toEqual(list);
        expect(high).toEqual(list);
        expect(epoch).toEqual(list.map((_, index) => index + 1));
        expect(points).toBe(list.length);
      }),
    );
  });

  it('do not move while the curve grows within a stride, and end with its last point', () => {
    fc.assert(
      fc.property(values, buckets, fc.nat(300), (list, most, length) => {
        const prefix = list.slice(0, length);
        if (prefix.length === 0 || strideOf(prefix.length, most) !== strideOf(list.length, most)) return;
        const [before, after] = [reduced(prefix, most), reduced(list, most)];
        const whole = Math.floor(prefix.length / strideOf(list.length, most));
        for (const column of ['epoch', 'step', 'seconds', 'low', 'high', 'last'] as const) {
          expect(after[column].slice(0, whole)).toEqual(before[column].slice(0, whole));
        }
        expect(after.last.at(-1)).toEqual(list.at(-1));
        expect(after.epoch.at(-1)).toBe(list.length);
      }),
    );
  });

  it('become twice as long once they are too many', () => {
    expect(bucketEnds(8, 4)).toEqual([2, 4, 6, 8]);
    expect(bucketEnds(9, 4)).toEqual([4, 8, 9]);
    expect(strideOf(1_000_000, 400)).toBe(4096);
  });
});

describe('the moving average', () => {
  const weight = fc.double({ min: 0.001, max: 0.999, noNaN: true });
  const finite = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });

  it('is the mean of the values so far, each weighted by w to the power of its age', () => {
    fc.assert(
      fc.property(finite, weight, (list, w) => {
        const smooth = movingAverage(Float64Array.from(list), w);
        list.forEach((_, last) => {
          let [sum, weights] = [0, 0];
          for (let index = 0; index <= last; index++) {
            sum += w ** (last - index) * list[index];
            weights += w ** (last - index);
          }
          expect(Math.abs(smooth[last] - sum / weights)).toBeLessThanOrEqual(
            1e-6 * (1 + Math.max(...list.map(Math.abs))),
          );
        });
      }),
    );
  });

  it('begins with the first value and passes on what is not finite', () => {
    const smooth = movingAverage(Float64Array.of(Number.NaN, 4, Number.POSITIVE_INFINITY, 2), 0.5);
    expect([...smooth]).toEqual([Number.NaN, 4, Number.POSITIVE_INFINITY, (0.5 * 2 + 2 * 0.5) / 0.75]);
  });

  it('is taken before the reduction', () => {
    fc.assert(
      fc.property(finite, weight, (list, w) => {
        const all = movingAverage(Float64Array.from(list), w);
        const { smooth } = reduced(list, 4, w);
        expect(smooth).toEqual(bucketEnds(list.length, 4).map((end) => all[end - 1]));
      }),
    );
  });
});
