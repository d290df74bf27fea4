import { expect, it } from 'vitest';
import { rehearseKept } from '#core/training/prefix/rehearse-kept.ts';
import type { RehearsedStep } from '#core/training/session.ts';

it('rehearses a step from kept values at every depth to come that will have some', () => {
  const rehearsed: (readonly [number, number | undefined])[] = [];
  const session = {
    rehearse: ({ frozenLayers, prefixOutput }: RehearsedStep) => rehearsed.push([frozenLayers, prefixOutput?.length]),
  };
  const phase = (inMemory: number, to: number) => ({ inMemory, onDisk: { from: 0, to }, ordinaryMs: 0, cachedMs: 0 });
  const rehearseFrom = (firstPhase: number, ...phases: ReturnType<typeof phase>[]) => {
    const stretches = [1, 2, 3].filter((index) => index >= firstPhase).map((index) => ({ phase: index, steps: 1 }));
    const visits = { epochs: [{ epoch: 1, stretches }], stepsPerEpoch: 3, views: 1, lastEpoch: 1 };
    const sizes = [10, 20, 30, 40];
    rehearseKept({
      session,
      plan: { phases, savedMs: 0 },
      visits,
      batchSize: 5,
      depths: [0, 2, 4, 6],
      sizes,
    });
    return rehearsed.splice(0);
  };
  expect(rehearseFrom(1, phase(0, 0), phase(0, 0), phase(8, 8), phase(0, 0))).toEqual([
    [4, 150],
    [6, 200],
  ]);
  expect(rehearseFrom(3, phase(0, 0), phase(8, 8), phase(8, 8), phase(0, 1))).toEqual([[6, 200]]);
  expect(rehearseFrom(1, phase(0, 0), phase(0, 0), phase(0, 0), phase(0, 0))).toEqual([]);
});
