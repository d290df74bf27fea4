import { expect, it } from 'vitest';
import { median, quantile } from '#core/analysis/quantile.ts';

it('interpolates between the two numbers around its place, in whatever order they come', () => {
  expect(quantile([4, 1, 3, 2], 0)).toBe(1);
  expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
  expect(quantile([4, 1, 3, 2], 1)).toBe(4);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([30, 10, 20])).toBe(20);
  expect(median([7])).toBe(7);
});
