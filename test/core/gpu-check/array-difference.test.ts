import { expect, it } from 'vitest';
import { arrayLength, relativeDifference } from '#core/gpu-check/array-difference.ts';
import { judgedDepths } from '#core/gpu-check/judged-networks.ts';

it('is the length of the difference as a share of the right one', () => {
  expect(relativeDifference(Float32Array.of(3, 4), Float32Array.of(3, 4), 0)).toBe(0);
  // |(0, 5)| / |(3, 4)|
  expect(relativeDifference(Float32Array.of(3, 9), Float32Array.of(3, 4), 0)).toBe(1);
  expect(relativeDifference(Float32Array.of(0, 2), Float32Array.of(0, 0), 4)).toBe(0.5);
  expect(arrayLength([Float32Array.of(1, 2), Float32Array.of(2)])).toBe(3);
});

it('is infinite or no number where the arrays cannot be compared', () => {
  expect(relativeDifference(Float32Array.of(1), Float32Array.of(1, 2), 0)).toBe(Number.POSITIVE_INFINITY);
  expect(relativeDifference(Float32Array.of(Number.NaN), Float32Array.of(1), 0)).toBeNaN();
});

it('all depths are looked at, or five of them', () => {
  expect(judgedDepths(4, false)).toEqual([0, 1, 2, 3]);
  expect(judgedDepths(22, true)).toEqual([0, 6, 11, 17, 21]);
  expect(judgedDepths(2, true)).toEqual([0, 1]);
});
