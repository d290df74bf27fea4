import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoundaryPlan, CacheProblem } from '#core/training/prefix/cache-plan.ts';
import { homeAt, planCache } from '#core/training/prefix/cache-plan.ts';
import { decisionAt, withoutDisk } from '#core/training/prefix/decision.ts';
import { visitedEpochs } from '../../../support/visited-epochs.ts';

/** Four boundaries over nine epochs of 20 steps; an image has 1 kB at every boundary but twice that at the second. */
const problem: CacheProblem = {
  costs: {
    batchSize: 10,
    stepMs: [0, 5, 5, 5],
    advanceMs: [0, 5, 5, 5],
    fixedShare: 0,
    bytes: [1000, 1000, 2000, 1000],
    copyMsPerByte: 1e-6,
    activeMs: [90, 70, 50, 30],
    disk: null,
  },
  visits: visitedEpochs([1, 1, 1, 2, 2, 2, 3, 3, 3].map((boundary) => [{ boundary, steps: 20 }])),
  count: 200,
  budget: { memoryBytes: 1e9, diskBytes: 0 },
};

const problems: fc.Arbitrary<CacheProblem> = fc
  .record({
    boundaries: fc.integer({ min: 1, max: 5 }),
    order: fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }),
    isRising: fc.boolean(),
    views: fc.integer({ min: 1, max: 3 }),
    hasDisk: fc.boolean(),
    fixedShare: fc.double({ min: 0, max: 1, noNaN: true }),
    copyMsPerByte: fc.constantFrom(0, 1e-6, 1e-3),
    memoryBytes: fc.integer({ min: 0, max: 300_000 }),
    diskBytes: fc.integer({ min: 0, max: 300_000 }),
    sizes: fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 6, maxLength: 6 }),
    times: fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 6, maxLength: 6 }),
    msPerByte: fc.constantFrom(1e-5, 1e-2),
  })
  .map(
    ({ boundaries, order, isRising, views, hasDisk, sizes, times, msPerByte, memoryBytes, diskBytes, ...costs }) => ({
      costs: {
        ...costs,
        batchSize: 10,
        stepMs: [0, ...times.slice(0, boundaries)],
        advanceMs: [0, ...times.slice(0, boundaries).toReversed()],
        bytes: sizes.slice(0, boundaries + 1),
        activeMs: times.slice(0, boundaries + 1),
        disk: hasDisk ? { readMsPerByte: msPerByte, writeMsPerByte: msPerByte } : null,
      },
      visits: visitedEpochs(
        (isRising ? order.toSorted((left, right) => left - right) : order).map((boundary) => [
          { boundary: Math.min(boundary, boundaries), steps: 20 },
        ]),
        views,
      ),
      count: 200 * views,
      budget: { memoryBytes, diskBytes: hasDisk ? diskBytes : 0 },
    }),
  );

describe('the plan of a run whose layers train again', () => {
  // The second boundary is the largest by far.
  const costs = { ...problem.costs, bytes: [1000, 1000, 8000, 1000] };
  const budget = { memoryBytes: 100_000, diskBytes: 0 };
  const planOf = (order: readonly number[]) => {
    const visits = visitedEpochs(order.map((boundary) => [{ boundary, steps: 20 }]));
    return planCache({ ...problem, costs, budget, visits });
  };

  it('holds as much at a deep boundary as if it never came to the larger one, where all is dropped in between', () => {
    expect(planOf([3, 3, 3, 3]).boundaries[3].inMemory).toBe(100);
    expect(planOf([3, 3, 3, 3, 2, 2, 2, 2]).boundaries.map(({ inMemory }) => inMemory)).toEqual([0, 0, 12, 100]);
  });

  it('predicts the same for a boundary whether the run came from in front of it or from behind it', () => {
    const fallen = planOf([3, 3, 3, 3, 1, 1, 1, 1]).boundaries[1];
    expect(fallen).toEqual({ ...planOf([1, 1, 1, 1]).boundaries[1], inMemory: 100, onDisk: fallen.onDisk });
    expect(fallen.cachedMs).toBeLessThan(fallen.ordinaryMs);
  });

  it('keeps nothing at a boundary in front of which layers train again before an image is read again', () => {
    expect(planOf([3, 2, 1, 0]).boundaries.map(({ inMemory }) => inMemory)).toEqual([0, 0, 0, 0]);
    expect(planOf([3, 2, 1, 0]).savedMs).toBe(0);
  });
});

describe('the plan', () => {
  it('keeps all in memory at every depth where that costs little', () => {
    const { boundaries, savedMs } = planCache(problem);
    expect(boundaries.map(({ inMemory }) => inMemory)).toEqual([0, 200, 200, 200]);
    // 180 steps would run 1, 2 and 3 parts of 5 ms; now each image passes each part once, in 20 steps.
    expect(savedMs).toBeCloseTo(60 * (5 + 10 + 15) - 3 * 20 * 5, -2);
  });

  it('holds as many images as will fit at the largest boundary to come, so that none has to be thrown out', () => {
    const costs = { ...problem.costs, bytes: [1000, 2000, 1000, 1000] };
    const { boundaries } = planCache({ ...problem, costs, budget: { memoryBytes: 100_000, diskBytes: 0 } });
    expect(boundaries.map(({ inMemory }) => inMemory)).toEqual([0, 50, 100, 100]);
  });

  it('passes over a boundary that half as many images would fit at', () => {
    const { boundaries } = planCache({ ...problem, budget: { memoryBytes: 100_000, diskBytes: 0 } });
    expect(boundaries.map(({ inMemory }) => inMemory)).toEqual([0, 100, 0, 100]);
    expect(decisionAt(boundaries, 2, problem.costs.bytes)).toMatchObject({
      place: 'none',
      reason: 'Too few steps are left at this depth: values that were kept at an earlier depth are used from there.',
    });
  });

  it('gives the disk what memory cannot hold, where the disk is fast enough', () => {
    const budget = { memoryBytes: 100_000, diskBytes: 1e9 };
    const [fast, slow] = [1e-6, 1].map((msPerByte) => {
      const disk = { readMsPerByte: msPerByte, writeMsPerByte: msPerByte };
      return planCache({ ...problem, costs: { ...problem.costs, disk }, budget });
    });
    expect(fast.boundaries.slice(1).map(({ onDisk }) => onDisk.to)).toEqual([200, 200, 200]);
    expect(slow).toEqual(planCache({ ...problem, budget }));
    expect(decisionAt(fast.boundaries, 3, problem.costs.bytes)).toMatchObject({
      ...{ place: 'disk', images: 200, bytes: 200_000, reason: 'Keeping pays: 100 in memory, 100 on disk.' },
    });
    expect(withoutDisk(fast).boundaries.map((boundary) => homeAt(boundary, 199))).toEqual([null, null, null, null]);
  });

  it('keeps nothing where copies cost more than layers, or where no input comes again', () => {
    const dear = planCache({ ...problem, costs: { ...problem.costs, copyMsPerByte: 1 } });
    const visits = visitedEpochs(
      [1, 1, 1, 2, 2, 2, 3, 3, 3].map((boundary) => [{ boundary, steps: 20 }]),
      9,
    );
    const never = planCache({ ...problem, visits, count: 1800 });
    for (const { boundaries, savedMs } of [dear, never]) {
      expect(savedMs).toBe(0);
      expect(boundaries.every((boundary) => homeAt(boundary, 0) === null)).toBe(true);
    }
    expect(decisionAt(dear.boundaries, 1, problem.costs.bytes)).toEqual({
      ...{ place: 'none', images: 0, bytes: 0, predictedSaved: 0, reason: 'Keeping would cost more than it saves.' },
    });
  });

  it('passes over a depth that too few steps are left at', () => {
    // Two of three epochs at the first boundary, the last one at the second, where nothing is read again.
    const visits = visitedEpochs([1, 1, 2].map((boundary) => [{ boundary, steps: 20 }]));
    const { boundaries } = planCache({ ...problem, visits });
    expect(decisionAt(boundaries, 2, problem.costs.bytes).predictedSaved).toBeGreaterThan(0);
  });

  it('never predicts a loss, and never more than all that the frozen layers take', () => {
    fc.assert(
      fc.property(problems, (any) => {
        const { boundaries, savedMs } = planCache(any);
        const ordinary = boundaries.reduce((sum, { ordinaryMs }) => sum + ordinaryMs, 0);
        expect(savedMs).toBeGreaterThanOrEqual(0);
        expect(savedMs).toBeLessThanOrEqual(ordinary + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('never holds more than the budgets, wherever images are on their way from one boundary to the next', () => {
    fc.assert(
      fc.property(problems, fc.nat(1000), (any, seed) => {
        const { boundaries } = planCache(any);
        const onDisk = new Map<number, number>();
        for (let image = 0; image < any.count; image++) {
          const last = lastKept(any, boundaries, { image, seed });
          if (last > 0 && homeAt(boundaries[last], image) === 'disk') onDisk.set(image, any.costs.bytes[last]);
        }
        const largest = Math.max(0, ...onDisk.values());
        expect(onDisk.size * largest).toBeLessThanOrEqual(any.budget.diskBytes);
        // While images are on their way to a smaller boundary, it is the memory itself that takes no more than fits.
        const atOnePhase = boundaries.map(({ inMemory }, boundary) => inMemory * any.costs.bytes[boundary]);
        expect(Math.max(...atOnePhase)).toBeLessThanOrEqual(any.budget.memoryBytes);
      }),
      { numRuns: 100 },
    );
  });
});

/** The boundary of an image's values after a run in which some epochs have not read the image yet. */
function lastKept(
  { visits }: CacheProblem,
  boundaries: readonly BoundaryPlan[],
  { image, seed }: { readonly image: number; readonly seed: number },
): number {
  let last = 0;
  for (const [index, { boundary, isReadAgain }] of visits.stretches.entries()) {
    if (boundary < last) last = 0;
    const isRead = (seed + image * 7 + index * 13) % 3 > 0;
    if (isRead && isReadAgain && homeAt(boundaries[boundary], image) !== null) last = boundary;
  }
  return last;
}
