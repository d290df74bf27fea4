import fc from 'fast-check';
import { expect, it } from 'vitest';
import { choosing, extending, NOTHING_CHOSEN, reaching, toggling } from '../../../src-renderer/lib/selection.ts';

const rows = ['a', 'b', 'c', 'd'].map((key) => ({ key, ids: [key] }));
const group = { key: 'group', ids: ['a', 'b'] };
const ids = ({ ids: chosen }: { readonly ids: ReadonlySet<string> }) => [...chosen].toSorted();

it('chooses one, adds and takes away', () => {
  const one = choosing(rows[1]);
  expect(ids(one)).toEqual(['b']);
  const two = toggling(one, rows[3]);
  expect(ids(two)).toEqual(['b', 'd']);
  expect(ids(toggling(two, rows[1]))).toEqual(['d']);
});

it('chooses all runs of a group that was chosen in part, and none of one that was chosen', () => {
  const all = toggling(choosing(rows[0]), group);
  expect(ids(all)).toEqual(['a', 'b']);
  expect(ids(toggling(all, group))).toEqual([]);
});

it('reaches from where it began, as far as one goes and back', () => {
  const begun = toggling(choosing(rows[3]), rows[1]);
  const reached = reaching(begun, rows, 3);
  expect(ids(reached)).toEqual(['b', 'c', 'd']);
  expect(ids(reaching(reached, rows, 0))).toEqual(['a', 'b']);
  expect(ids(reaching(NOTHING_CHOSEN, rows, 2))).toEqual(['c']);
});

it('adds or takes away all boxes up to the one that is clicked with Shift, and keeps the others', () => {
  const begun = toggling(choosing(rows[3]), rows[0]);
  const added = extending(begun, rows, 1);
  expect(ids(added)).toEqual(['a', 'b', 'd']);
  expect(ids(extending(added, rows, 3))).toEqual(['a']);
  expect(ids(extending(NOTHING_CHOSEN, rows, 2))).toEqual(['c']);
  const withGroup = [group, ...rows.slice(2)];
  expect(ids(extending(toggling(NOTHING_CHOSEN, withGroup[2]), withGroup, 0))).toEqual(['a', 'b', 'c', 'd']);
});

it('holds exactly what was toggled an odd number of times', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 })), (places) => {
      const selection = places.reduce((before, place) => toggling(before, rows[place]), NOTHING_CHOSEN);
      const odd = rows.filter((_, place) => places.filter((one) => one === place).length % 2 === 1);
      expect(ids(selection)).toEqual(odd.map(({ key }) => key));
    }),
  );
});
