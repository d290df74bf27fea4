import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CacheProblem } from '#core/training/prefix/cache-plan.ts';
import { homeAt, planCache } from '#core/training/prefix/cache-plan.ts';
import { decisionAt, withoutDisk } from '#core/training/prefix/decision.ts';

/** Four phases over nine epochs of 20 steps; an image has 1 kB at every boundary but twice that at the second. */
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
  visits: {
    epochs: [1, 1, 1, 2, 2, 2, 3, 3, 3].map((phase, index) => ({
      epoch: index + 1,
      stretches: [{ phase, steps: 20 }],
    })),
    stepsPerEpoch: 20,
    views: 1,
    lastEpoch: 9,
  },
  count: 200,
  budget: { memoryBytes: 1e9, diskBytes: 0 },
};

const problems: fc.Arbitrary<CacheProblem> = fc
  .record({
    phases: fc.integer({ min: 1, max: 5 }),
    epochs: fc.integer({ min: 1, max: 6 }),
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
  .map(({ phases, epochs, views, hasDisk, sizes, times, msPerByte, memoryBytes, diskBytes, ...costs }) => ({
    costs: {
      ...costs,
      batchSize: 10,
      stepMs: [0, ...times.slice(0, phases)],
      advanceMs: [0, ...times.slice(0, phases).toReversed()],
      bytes: sizes.slice(0, phases + 1),
      activeMs: times.slice(0, phases + 1),
      disk: hasDisk ? { readMsPerByte: msPerByte, writeMsPerByte: msPerByte } : null,
    },
    visits: {
      epochs: Array.from({ length: epochs * phases }, (_, index) => ({
        epoch: index + 1,
        stretches: [{ phase: 1 + Math.floor(index / epochs), steps: 20 }],
      })),
      stepsPerEpoch: 20,
      views,
      lastEpoch: epochs * phases,
    },
    count: 200 * views,
    budget: { memoryBytes, diskBytes: hasDisk ? diskBytes : 0 },
  }));

describe('the plan', () => {
  it('keeps all in memory at every depth where that costs little', () => {
    const { phases, savedMs } = planCache(problem);
    expect(phases.map(({ inMemory }) => inMemory)).toEqual([0, 200, 200, 200]);
    // 180 steps would run 1, 2 and 3 parts of 5 ms; now each image passes each part once, in 20 steps.
    expect(savedMs).toBeCloseTo(60 * (5 + 10 + 15) - 3 * 20 * 5, -2);
  });

  it('holds as many images as will fit at the largest boundary to come, so that none has to be thrown out', () => {
    const costs = { ...problem.costs, bytes: [1000, 2000, 1000, 1000] };
    const { phases } = planCache({ ...problem, costs, budget: { memoryBytes: 100_000, diskBytes: 0 } });
    expect(phases.map(({ inMemory }) => inMemory)).toEqual([0, 50, 100, 100]);
  });

  it('passes over a boundary that half as many images would fit at', () => {
    const { phases } = planCache({ ...problem, budget: { memoryBytes: 100_000, diskBytes: 0 } });
    expect(phases.map(({ inMemory }) => inMemory)).toEqual([0, 100, 0, 100]);
    expect(decisionAt(phases, 2, problem.costs.bytes)).toMatchObject({
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
    expect(fast.phases.slice(1).map(({ onDisk }) => onDisk.to)).toEqual([200, 200, 200]);
    expect(slow).toEqual(planCache({ ...problem, budget }));
    expect(decisionAt(fast.phases, 3, problem.costs.bytes)).toMatchObject({
      ...{ place: 'disk', images: 200, bytes: 200_000, reason: 'Keeping pays: 100 in memory, 100 on disk.' },
    });
    expect(withoutDisk(fast).phases.map((phase) => homeAt(phase, 199))).toEqual([null, null, null, null]);
  });

  it('keeps nothing where copies cost more than layers, or where no input comes again', () => {
    const dear = planCache({ ...problem, costs: { ...problem.costs, copyMsPerByte: 1 } });
    const never = planCache({ ...problem, visits: { ...problem.visits, views: 9 }, count: 1800 });
    for (const { phases, savedMs } of [dear, never]) {
      expect(savedMs).toBe(0);
      expect(phases.every((phase) => homeAt(phase, 0) === null)).toBe(true);
    }
    expect(decisionAt(dear.phases, 1, problem.costs.bytes)).toEqual({
      ...{ place: 'none', images: 0, bytes: 0, predictedSaved: 0, reason: 'Keeping would cost more than it saves.' },
    });
  });

  it('passes over a depth that too few steps are left at', () => {
    // Two of three epochs at the first boundary, the last one at the second, where nothing is read again.
    const epochs = problem.visits.epochs.slice(1, 4).map(({ stretches }, index) => ({ epoch: index + 1, stretches }));
    const { phases } = planCache({ ...problem, visits: { ...problem.visits, epochs, lastEpoch: 3 } });
    expect(decisionAt(phases, 2, problem.costs.bytes).predictedSaved).toBeGreaterThan(0);
  });

  it('never predicts a loss, and never more than all that the frozen layers take', () => {
    fc.assert(
      fc.property(problems, (any) => {
        const { phases, savedMs } = planCache(any);
        const ordinary = phases.reduce((sum, { ordinaryMs }) => sum + ordinaryMs, 0);
        expect(savedMs).toBeGreaterThanOrEqual(0);
        expect(savedMs).toBeLessThanOrEqual(ordinary + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('never holds more than the budgets, wherever images are on their way from one boundary to the next', () => {
    fc.assert(
      fc.property(problems, fc.array(fc.nat(4), { minLength: 600, maxLength: 600 }), (any, visited) => {
        const { phases } = planCache(any);
        const onDisk = new Map<number, number>();
        for (let image = 0; image < any.count; image++) {
          // Each image was read last at any phase: its values are of the last phase up to there that kept them.
          const last = [...phases.keys()]
            .filter((phase) => phase <= visited[image] && homeAt(phases[phase], image))
            .at(-1);
          if (last !== undefined && homeAt(phases[last], image) === 'disk') onDisk.set(image, any.costs.bytes[last]);
        }
        const largest = Math.max(0, ...onDisk.values());
        expect(onDisk.size * largest).toBeLessThanOrEqual(any.budget.diskBytes);
        // While images are on their way to a smaller boundary, it is the memory itself that takes no more than fits.
        const atOnePhase = phases.map(({ inMemory }, phase) => inMemory * any.costs.bytes[phase]);
        expect(Math.max(...atOnePhase)).toBeLessThanOrEqual(any.budget.memoryBytes);
      }),
      { numRuns: 60 },
    );
  });
});
