import { expect, it } from 'vitest';
import { firstSteps } from '../../../src-renderer/lib/first-steps.ts';

const study = (id: string, finished: number, seeds: number[]) => ({ id, seeds, counts: { finished }, createdAt: 0 });
const done = (...args: Parameters<typeof firstSteps>) => firstSteps(...args)?.map(({ isDone }) => isDone) ?? null;

it('are ticked off one by one, and go away with the last, or where somebody knows the way', () => {
  expect(done([], false)).toBeNull();
  expect(done([study('a', 0, [1])], false)).toEqual([false, false, false, false]);
  expect(done([study('a', 2, [1, 2, 3])], true)).toEqual([true, true, true, false]);
  expect(done([study('a', 2, [1, 2, 3]), study('b', 0, [1])], true)).toBeNull();
  expect(
    done(
      ['a', 'b', 'c', 'd'].map((id) => study(id, 0, [1])),
      false,
    ),
  ).toBeNull();
});
