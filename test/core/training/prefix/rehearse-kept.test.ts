import { expect, it } from 'vitest';
import { rehearseKept } from '#core/training/prefix/rehearse-kept.ts';
import type { RehearsedStep } from '#core/training/session.ts';
import { visitedEpochs } from '../../../support/visited-epochs.ts';

it('rehearses a step from kept values at every depth to come that will have some', () => {
  const rehearsed: (readonly [number, number | undefined])[] = [];
  const session = {
    rehearse: ({ frozenLayers, prefixOutput }: RehearsedStep) => rehearsed.push([frozenLayers, prefixOutput?.length]),
  };
  const keeping = (inMemory: number, to: number) => ({ inMemory, onDisk: { from: 0, to }, ordinaryMs: 0, cachedMs: 0 });
  const rehearse = (order: readonly number[], ...boundaries: ReturnType<typeof keeping>[]) => {
    const visits = visitedEpochs(order.map((boundary) => [{ boundary, steps: 1 }]));
    const [depths, sizes] = [
      [0, 2, 4, 6],
      [10, 20, 30, 40],
    ];
    rehearseKept({ session, plan: { boundaries, savedMs: 0 }, visits, batchSize: 5, depths, sizes });
    return rehearsed.splice(0);
  };
  const [nothing, some] = [keeping(0, 0), keeping(8, 8)];
  expect(rehearse([1, 2, 3], nothing, nothing, some, nothing)).toEqual([
    [4, 150],
    [6, 200],
  ]);
  expect(rehearse([3, 3], nothing, some, some, keeping(0, 1))).toEqual([[6, 200]]);
  expect(rehearse([1, 2, 3], nothing, nothing, nothing, nothing)).toEqual([]);
  // Nothing is left of boundary 3 when the run comes to 1, and 2 is reached from there.
  expect(rehearse([3, 1, 2], nothing, some, nothing, some)).toEqual([
    [2, 100],
    [4, 150],
    [6, 200],
  ]);
});
