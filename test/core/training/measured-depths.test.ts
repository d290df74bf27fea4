import { describe, expect, it } from 'vitest';
import { takeFirstKept, takeFirstSteps, timeDepths } from '#core/training/measured-depths.ts';
import type { RehearsedStep } from '#core/training/session.ts';

const batch = { images: new Float32Array(8), labels: new Int32Array(4), count: 4 };
const SIZES = [2, 5, 3];

/** A machine on which a step takes what the test says, on a clock of its own. */
function machine(stepMs: (step: RehearsedStep, number: number) => number) {
  let clock = 0;
  const steps: RehearsedStep[] = [];
  const session = {
    // A pass through a layer takes 15 ms.
    advance: (_: Float32Array, count: number, { to }: { readonly to: number }) => {
      clock += 15 * to;
      return new Float32Array(count * SIZES[to]);
    },
    rehearse: (step: RehearsedStep) => {
      clock += stepMs(step, steps.length);
      steps.push(step);
    },
  };
  return { session, steps, now: () => clock };
}

describe('the first steps', () => {
  it('go from the deepest depth to the unfrozen step, with the time of each and what the process has grown by', () => {
    const { session, steps, now } = machine(({ frozenLayers }) => 100 - frozenLayers);
    const grown = [10, 40, 30];
    const first = takeFirstSteps({ session, depths: [1, 2], batch, now }, () => grown.shift() ?? 0);
    expect(steps.map(({ frozenLayers }) => frozenLayers)).toEqual([2, 1, 0]);
    expect(first.ms).toEqual([98, 99, 100]);
    // The library does not give memory back, but another part of the process may.
    expect([...first.bytes]).toEqual([
      [2, 10],
      [1, 40],
      [0, 40],
    ]);
  });
});

describe('the timed depths', () => {
  const stepMs = ({ frozenLayers, prefixOutput }: RehearsedStep) =>
    frozenLayers === 0 ? 100 : prefixOutput === undefined ? 80 - 10 * frozenLayers : 20;

  it('have the median ratios of frozen and of kept steps to the unfrozen one next to them', () => {
    // The machine becomes slower and slower.
    const { session, now } = machine((step, number) => stepMs(step) * (1 + number / 1000));
    const [first, second] = timeDepths({ session, depths: [1, 2], batch, sizes: SIZES, isKept: false, now }, 0);
    expect(first).toMatchObject({ frozenLayers: 1, steps: 3 });
    expect(first.ratio.median).toBeCloseTo(0.7, 2);
    expect(second.ratio.median).toBeCloseTo(0.6, 2);
    expect([first.cachedRatio, second.cachedRatio]).toEqual([expect.closeTo(0.2, 2), expect.closeTo(0.2, 2)]);
  });

  it('have the ratio of a step that fills the cache where values are kept', () => {
    const { session, now } = machine(stepMs);
    const timed = { session, depths: [1, 2], batch, sizes: SIZES, now };
    const ratiosOf = (isKept: boolean) => timeDepths({ ...timed, isKept }, 0).map(({ fillingRatio }) => fillingRatio);
    expect(ratiosOf(false)).toEqual([null, null]);
    // Passes of 15 and 30 ms, and a step of 20 ms from their output.
    expect(ratiosOf(true)).toEqual([expect.closeTo(0.35, 9), expect.closeTo(0.5, 9)]);
  });

  it('give kept steps the values of their boundary, and begin with the first ones of each depth', () => {
    const seen = new Set<number>();
    const { session, steps, now } = machine((step) => {
      const isFirst = step.prefixOutput !== undefined && !seen.has(step.frozenLayers);
      if (isFirst) seen.add(step.frozenLayers);
      return isFirst ? 5000 : stepMs(step);
    });
    const timed = { session, depths: [1, 2], batch, sizes: SIZES, isKept: true, now };
    // With a pass, a step from its output and one from kept values.
    expect(takeFirstKept(timed)).toEqual([5000 + 15 + 20, 5000 + 30 + 20]);
    expect(timeDepths(timed, 0).map(({ cachedRatio }) => cachedRatio)).toEqual([0.2, 0.2]);
    const sizes = steps.flatMap(({ frozenLayers, prefixOutput }) =>
      prefixOutput === undefined ? [] : [[frozenLayers, prefixOutput.length]],
    );
    expect(new Set(sizes.map(String))).toEqual(new Set(['1,20', '2,12']));
    expect(takeFirstKept({ ...timed, isKept: false })).toEqual([]);
  });

  it('make as many rounds as fit into the budget, from 3 to 15, in either order', () => {
    const roundsIn = (budgetMs: number) => {
      const { session, steps, now } = machine(stepMs);
      const [{ steps: count }] = timeDepths(
        { session, depths: [1], batch, sizes: SIZES, isKept: false, now },
        budgetMs,
      );
      return { count, order: steps.slice(0, 6).map(({ frozenLayers }) => frozenLayers) };
    };
    // A round is 100 + 70 + 20 ms.
    expect(roundsIn(0)).toEqual({ count: 3, order: [0, 1, 1, 1, 1, 0] });
    expect(roundsIn(5 * 190).count).toBe(5);
    expect(roundsIn(Infinity).count).toBe(15);
  });
});
