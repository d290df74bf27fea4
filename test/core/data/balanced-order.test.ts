import fc from 'fast-check';
import { expect, test } from 'vitest';
import { balancedOrder } from '#core/data/balanced-order.ts';

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
