import fc from 'fast-check';
import { expect, test } from 'vitest';
import { balancedOrder, classOrder, countClasses } from '#core/data/balanced-order.ts';

test('mixes classes by their shares', () => {
  // Places 0 .. 3 of the first class, 4 and 5 of the second: at 1/8, 3/8, 5/8, 7/8 and 1/4, 3/4.
  expect([...balancedOrder([4, 2])]).toEqual([0, 4, 1, 2, 5, 3]);
  expect([...balancedOrder([2, 0, 2])]).toEqual([0, 2, 1, 3]);
  expect([...balancedOrder([])]).toEqual([]);
});

test('holds every image once, and in any first part about the share of each class', () => {
  const counts = fc.array(fc.nat(30), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(counts, (classes) => {
      const order = balancedOrder(classes);
      const total = classes.reduce((sum, count) => sum + count, 0);
      expect(order.toSorted()).toEqual(Uint32Array.from({ length: total }, (_, place) => place));
      const labels = classes.flatMap((count, label) => new Array<number>(count).fill(label));
      const seen = classes.map(() => 0);
      order.forEach((place, index) => {
        seen[labels[place]]++;
        for (const [label, count] of classes.entries()) {
          expect(Math.abs(seen[label] - ((index + 1) * count) / total)).toBeLessThanOrEqual(classes.length);
        }
      });
    }),
  );
});

// By NumPy: np.lexsort((labels, (k + 0.5) / n[labels])), where k counts the images of each class and n has their numbers.
test('orders labels by class as NumPy does', () => {
  const labels = Int32Array.from([
    ...[2, 1, 2, 2, 1, 2, 2, 0, 0, 0, 0, 2, 2, 0, 1, 2, 0, 2, 0, 1, 2, 0, 1, 0, 2, 0, 2, 1, 1, 1],
  ]);
  expect([...classOrder(labels, 3)]).toEqual([
    ...[0, 7, 1, 2, 8, 4, 3, 9, 5, 14, 10, 6, 19, 13, 11, 12, 16, 22, 15, 18, 27, 17, 21, 20, 28, 23, 24, 29, 25, 26],
  ]);
});

// The counts of scikit-learn 1.9.1's StratifiedShuffleSplit for train_size and test_size, where the shares are whole numbers.
test.each([
  [[500, 500, 500], 1350, 150, [450, 450, 450], [50, 50, 50]],
  [[60, 30, 10], 50, 20, [30, 15, 5], [12, 6, 2]],
  [[180, 180, 180], 486, 54, [162, 162, 162], [18, 18, 18]],
])('gives images %j, of which %i and %i are taken, the numbers of scikit-learn', (counts, first, last, begin, end) => {
  const labels = Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));
  const ordered = Int32Array.from(classOrder(labels, counts.length), (place) => labels[place]);
  expect(countClasses(ordered.subarray(0, first), counts.length)).toEqual(begin);
  expect(countClasses(ordered.subarray(-last), counts.length)).toEqual(end);
});

test('leaves alone what is in that order', () => {
  const identity = (count: number) => Uint32Array.from({ length: count }, (_, place) => place);
  const inTurn = Int32Array.from({ length: 200 }, (_, index) => index % 10);
  expect(classOrder(inTurn, 10)).toEqual(identity(200));
  const sorted = Int32Array.from([...new Array<number>(40).fill(0), ...new Array<number>(7).fill(1), 2]);
  const once = Int32Array.from(classOrder(sorted, 3), (place) => sorted[place]);
  expect(classOrder(once, 3)).toEqual(identity(48));
});

test('orders a million images of a thousand classes within a second or two', () => {
  const labels = Int32Array.from({ length: 1_000_000 }, (_, index) => (index * 7919) % 1000);
  const started = performance.now();
  const order = classOrder(labels, 1000);
  expect(performance.now() - started).toBeLessThan(8000);
  expect(order).toHaveLength(1_000_000);
});
