import { describe, expect, it } from 'vitest';
import { countClasses } from '#core/data/balanced-order.ts';
import { excessOfEqualNeighbours, holdsClassesAtRandom, tailProbability } from '#core/data/random-order.ts';
import { permutation, randomStream } from '#core/random.ts';

const sorted = (counts: readonly number[]): Int32Array =>
  Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));

function shuffled(labels: Int32Array, seed: number): Int32Array {
  return Int32Array.from(permutation(labels.length, randomStream(seed, 'shuffle', 0)), (place) => labels[place]);
}

/** As version 0.1.0 takes a file: the first nine tenths are trained on, the last tenth is held out. */
function isRandom(labels: Int32Array, heldOut = Math.floor(labels.length / 10)): boolean {
  const end = labels.length;
  const parts = [
    { start: 0, end: end - heldOut },
    { start: end - heldOut, end },
  ];
  return holdsClassesAtRandom({ labels, classes: Math.max(...labels) + 1, parts });
}

describe('the probability of a number of images of a class', () => {
  // p = min(1, 2 min(hypergeom.cdf(x, N, n, m), hypergeom.sf(x - 1, N, n, m))) of SciPy 1.17.1.
  it.each([
    [{ images: 60_000, ofClass: 6000, drawn: 5000, seen: 500 }, 1],
    [{ images: 60_000, ofClass: 6000, drawn: 5000, seen: 600 }, 1.7232267066389476e-6],
    [{ images: 60_000, ofClass: 6000, drawn: 5000, seen: 700 }, 6.795987879744926e-21],
    [{ images: 1003, ofClass: 3, drawn: 100, seen: 3 }, 0.001928805935946192],
    [{ images: 60, ofClass: 20, drawn: 6, seen: 6 }, 0.0015484223549682347],
    [{ images: 10, ofClass: 1, drawn: 1, seen: 1 }, 0.2],
    [{ images: 50_000, ofClass: 5000, drawn: 45_000, seen: 4493 }, 0.7431215232484261],
    [{ images: 1_000_000, ofClass: 10_000, drawn: 5000, seen: 90 }, 3.5930439380926877e-7],
  ])('of %o is %s', (part, expected) => {
    expect(tailProbability(part) / expected).toBeCloseTo(1, 7);
  });
});

// The mean and deviation of 400,000 permutations by NumPy: (5 - 3.9988) / 1.4910 and so on, each to about 0.01.
it.each([
  [[5, 5], 2.68],
  [[10, 3, 7], 5.22],
  [[20, 20, 20], 10.59],
])('equal neighbours of sorted labels %j exceed those of random order by %s deviations', (counts, expected) => {
  const labels = sorted(counts);
  expect(Math.abs(excessOfEqualNeighbours(labels, counts) - expected)).toBeLessThan(0.02);
});

describe('files in random order', () => {
  it('are told so, whatever their sizes and classes', () => {
    const files = [sorted([20, 20, 20]), sorted([500, 300, 40, 5]), sorted(new Array<number>(100).fill(100))];
    for (const [seed, labels] of files.flatMap((file) => [1, 2, 3, 4, 5].map((one) => [one, file] as const))) {
      expect(isRandom(shuffled(labels, seed))).toBe(true);
    }
  });

  it('stay as they are where a few images happen to lack a class', () => {
    const labels = shuffled(sorted(new Array<number>(10).fill(100)), 1);
    const part = { start: 0, end: 15 };
    expect(countClasses(labels.subarray(0, 15), 10)).toContain(0);
    expect(holdsClassesAtRandom({ labels, classes: 10, parts: [part] })).toBe(true);
  });

  it('need not be random where they are better than that: classes in turn', () => {
    expect(isRandom(Int32Array.from({ length: 2000 }, (_, index) => index % 10))).toBe(true);
  });

  // Images of each digit in MNIST's training file, and in its last 10,000, as is well known of them.
  it("MNIST's are", () => {
    const whole = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
    const last = [991, 1064, 990, 1030, 983, 915, 967, 1090, 1009, 961];
    const first = shuffled(sorted(whole.map((count, label) => count - last[label])), 1);
    const labels = Int32Array.from([...first, ...shuffled(sorted(last), 2)]);
    expect(isRandom(labels, 10_000)).toBe(true);
  });
});

describe('files whose parts are not those of random order', () => {
  it.each([
    ['sorted', sorted([180, 180, 180])],
    ['sorted and small', sorted([20, 20, 20])],
    ['sorted the other way', sorted([180, 180, 180]).toReversed()],
    ['sorted in two halves', Int32Array.from([...sorted([90, 90, 90]), ...sorted([90, 90, 90])])],
    ['sorted at their end', Int32Array.from([...shuffled(sorted([300, 300, 300]), 1), ...sorted([50, 50, 50])])],
    ['with a rare class at their end', Int32Array.from([...shuffled(sorted([500, 500]), 1), 2, 2, 2])],
    ['with a class of one image at their end', Int32Array.from([...shuffled(sorted([500, 500]), 1), 2])],
  ])('are found: %s', (_, labels) => {
    expect(isRandom(labels)).toBe(false);
  });

  it('are found where a test file is sorted and only its beginning is tested on', () => {
    const labels = sorted(new Array<number>(10).fill(100));
    expect(holdsClassesAtRandom({ labels, classes: 10, parts: [{ start: 0, end: 100 }] })).toBe(false);
    expect(holdsClassesAtRandom({ labels, classes: 10, parts: [{ start: 0, end: 1000 }] })).toBe(true);
  });

  it('are not those in short groups, whose parts hold every class in its share', () => {
    const labels = Int32Array.from({ length: 3000 }, (_, index) => Math.floor(index / 5) % 10);
    expect(excessOfEqualNeighbours(labels, countClasses(labels, 10))).toBeGreaterThan(5);
    expect(isRandom(labels)).toBe(true);
  });
});
