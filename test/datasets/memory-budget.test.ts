import { expect, test } from 'vitest';
import { memoryBudget } from '../../src-main/datasets/memory-budget.ts';

test.each([
  ['0', 0],
  ['1234', 1234],
  ['2k', 2048],
  ['512M', 2 ** 29],
  ['1.5G', 1.5 * 2 ** 30],
])('%s is %i bytes', (setting, bytes) => {
  expect(memoryBudget(setting)).toBe(bytes);
});

test('without a setting is at most 1 GiB', () => {
  expect(memoryBudget('')).toBeGreaterThan(0);
  expect(memoryBudget('')).toBeLessThanOrEqual(2 ** 30);
});

test.each(['much', '-1', '1T', '1 G'])('%s is refused', (setting) => {
  expect(() => memoryBudget(setting)).toThrow(`FREEZEOUT_LAB_MEMORY is "${setting}"`);
});
