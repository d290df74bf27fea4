import { expect, test } from 'vitest';
import { nearWords } from '#core/near-words.ts';

test('the words that one meant have few other letters, the fewest first', () => {
  const known = ['seed', 'status', 'started', 'test-error', 'lr'];
  expect(nearWords('SEDE', known)).toEqual(['seed']);
  expect(nearWords('stated', known)).toEqual(['started', 'status']);
  expect(nearWords('tset-eror', known)).toEqual(['test-error']);
  expect(nearWords('network', known)).toEqual([]);
  expect(nearWords('', known)).toEqual([]);
});
