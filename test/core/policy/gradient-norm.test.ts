import { describe, expect, it } from 'vitest';
import { boundaryAfter, decisionSteps } from '#core/policy/gradient-norm.ts';

describe('decisionSteps', () => {
  it.each([
    ['a whole number of steps', 0.05, 100, Array.from({ length: 19 }, (_, index) => 5 * (index + 1))],
    // k 0.05 30 = 1.5, 3, 4.5, 6, ...: halves go up.
    ['halves', 0.05, 30, [2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 20, 21, 23, 24, 26, 27, 29]],
    // k 0.3 11 = 3.3, 6.6, 9.9; 13.2 is beyond the run.
    ['a share that does not divide 1', 0.3, 11, [3, 7, 10]],
    // k 0.1 4 = 0.4, 0.8, 1.2, 1.6, 2.0, 2.4, 2.8, 3.2, 3.6: 0 and 4 are no steps between two, and 1, 2 and 3 come once.
    ['less than a step', 0.1, 4, [1, 2, 3]],
    ['a run of one step', 0.5, 1, []],
  ])('%s', (_, interval, steps, expected) => {
    expect([...decisionSteps({ interval }, steps)]).toEqual(expected);
  });
});

describe('boundaryAfter', () => {
  const boundariesOver = (percentile: number, first: number[], ...later: number[][]) => {
    const boundaries = [boundaryAfter(percentile, { frozenLayers: 0, before: null, norms: first })];
    for (const [place, norms] of later.entries()) {
      const before = [first, ...later][place];
      boundaries.push(boundaryAfter(percentile, { frozenLayers: boundaries[place], before, norms }));
    }
    return boundaries;
  };

  it('decides nothing after the first interval', () => {
    expect(boundaryAfter(50, { frozenLayers: 0, before: null, norms: [1, 2, 3] })).toBe(0);
  });

  it('freezes, interval by interval, what comes before the first layer at or above the median of the changes', () => {
    expect(
      boundariesOver(
        50,
        [10, 10, 10, 10, 10],
        // Changes 0.1, 0.2, 0.4, 0.3, 0.5: the median is 0.3, and the third layer the first above it.
        [9, 12, 14, 7, 15],
        // Of layers 2, 3, 4: 0.5, 0, 0.2, the median 0.2: layer 2 is above it and trains on. What 0 and 1 say is not read.
        [0, 0, 7, 7, 12],
        // Of 2, 3, 4: 1/7, 2/7, 0.5, the median 2/7: layer 3 has just that, and layer 2 freezes.
        [0, 0, 6, 9, 18],
        // Of 3 and 4: 0 and 1, the median, halfway between them, 0.5: the head alone trains.
        [0, 0, 0, 9, 36],
        // The only active layer is at every percentile of its own change.
        [0, 0, 0, 0, 36],
      ),
    ).toEqual([0, 2, 2, 3, 4, 4]);
  });

  it('interpolates other percentiles between the changes, as numpy does', () => {
    const [before, now] = [
      [10, 10, 10, 10, 10],
      [11, 12, 13, 14, 15],
    ];
    // Changes 0.1 .. 0.5 at places 0 .. 4: the 25th percentile is the second, the 80th 0.4 + 0.2 0.1 = 0.42.
    expect([0, 25, 26, 80, 100].map((percentile) => boundariesOver(percentile, before, now)[1])).toEqual([
      0, 1, 2, 4, 4,
    ]);
  });

  it('takes what grew and what fell alike', () => {
    expect(boundariesOver(50, [10, 10, 10], [9, 12, 6])).toEqual([0, 1]);
    expect(boundariesOver(50, [10, 10, 10], [11, 8, 14])).toEqual([0, 1]);
  });

  it('freezes nothing where all change alike', () => {
    expect(boundariesOver(50, [1, 2, 4], [2, 4, 8])).toEqual([0, 0]);
  });

  it('takes a layer that has gradients again for the most changed, and one that still has none for unchanged', () => {
    // Changes: most, 0.1, 0.2; and 0, 0.1, 0.2.
    expect(boundariesOver(50, [0, 10, 10], [1e-9, 11, 12])).toEqual([0, 0]);
    expect(boundariesOver(50, [0, 10, 10], [0, 11, 12])).toEqual([0, 1]);
    // The 75th percentile lies between 0.2 and the most: only the most is above it.
    expect(boundariesOver(75, [10, 10, 0], [11, 12, 3])).toEqual([0, 2]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('leaves the boundary where a norm is %s, or was', (value) => {
    expect(boundariesOver(50, [10, 10, 10], [11, value, 14], [12, 10, 20])).toEqual([0, 0, 0]);
    // Frozen layers do not matter.
    const intervals = { frozenLayers: 1, before: [value, 10, 10], norms: [value, 11, 14] };
    expect(boundaryAfter(50, intervals)).toBe(2);
  });
});
