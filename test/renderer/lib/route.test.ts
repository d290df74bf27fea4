import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Route } from '../../../src-renderer/lib/route.ts';
import { hrefOf, parseRoute } from '../../../src-renderer/lib/route.ts';

const id = fc
  .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
  .filter((text) => !['new', 'compare', '.', '..'].includes(text));
const listed = id.filter((text) => !text.includes(','));

const route: fc.Arbitrary<Exclude<Route, { readonly view: 'unknown' }>> = fc.oneof(
  fc.constantFrom(
    { view: 'studies' as const },
    { view: 'runs' as const },
    { view: 'datasets' as const },
    { view: 'queue' as const },
    { view: 'settings' as const },
    { view: 'settings' as const, part: 'backups' as const },
  ),
  fc.record({ view: fc.constant('study' as const), id }),
  fc.record({ view: fc.constant('run' as const), id }),
  fc.record({ view: fc.constant('run' as const), id, tab: fc.string() }),
  fc.record({ view: fc.constant('search' as const), id }),
  fc.record({ view: fc.constant('help' as const), page: fc.option(id), section: fc.option(id) }),
  fc.record({ view: fc.constant('compare-runs' as const), ids: fc.array(listed) }),
  fc.record({ view: fc.constant('comparison' as const), saved: id, studies: fc.constant([]) }),
  fc.record({ view: fc.constant('comparison' as const), saved: fc.constant(null), studies: fc.array(listed) }),
  fc.record({
    view: fc.constant('new-study' as const),
    from: fc.record({ kind: fc.constantFrom('study' as const, 'run' as const), id }),
  }),
);

test('every place has an address that leads back to it', () => {
  fc.assert(
    fc.property(route, (place) => {
      expect(parseRoute(hrefOf(place))).toEqual(place);
    }),
  );
});

test.each(['#/', '', '#'])('begins with the studies: %j', (hash) => {
  expect(parseRoute(hash)).toEqual({ view: 'studies' });
});

test.each(['#/nowhere', '#/runs/a/b', '#/settings/x', '#/%E0%A4%A'])('knows no such place: %s', (hash) => {
  expect(parseRoute(hash)).toEqual({ view: 'unknown' });
});
