import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '#core/records.ts';
import { RUN_FIELDS } from '#core/run-fields.ts';
import { parseRunFilter } from '#core/run-filter.ts';
import { readFilter } from '#core/run-filter-reader.ts';
import type { FilterTerm } from '#core/run-filter-syntax.ts';
import { FilterError, filterText } from '#core/run-filter-syntax.ts';
import { matchesWildcards } from '#core/run-filter-values.ts';
import { resolvedSpec, runSummary } from '../support/run-summary.ts';

const context = { fields: RUN_FIELDS, now: new Date(2026, 10, 24, 12).getTime() };

function holds(filter: string, run: RunSummary = runSummary()): boolean {
  return parseRunFilter(filter, context).test(run);
}

/** A filter as a tree, with its text and what it says of a run, told apart from the code that is tested. */
interface Case {
  readonly text: string;
  readonly holds: (run: RunSummary) => boolean;
}

const leaf: fc.Arbitrary<Case> = fc.oneof(
  fc.constantFrom('queued', 'running', 'finished').map((status) => ({
    text: `status:${status}`,
    holds: (run: RunSummary) => run.status === status,
  })),
  fc.tuple(fc.constantFrom('<', '<=', '>', '>=', ''), fc.integer({ min: 1, max: 5 })).map(([sign, seed]) => ({
    text: `seed:${sign}${seed}`,
    holds: (run: RunSummary) => {
      const difference = Math.sign(run.spec.seed - seed);
      return { '<': [-1], '<=': [-1, 0], '>': [1], '>=': [0, 1], '': [0] }[sign]?.includes(difference) ?? false;
    },
  })),
  fc.boolean().map((locked) => ({ text: `locked:${locked}`, holds: (run: RunSummary) => run.locked === locked })),
  fc
    .constantFrom('paper', 'draft')
    .map((tag) => ({ text: `tag:${tag}`, holds: (run: RunSummary) => run.tags.includes(tag) })),
);

const tree: fc.Arbitrary<Case> = fc.letrec<{ tree: Case }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    tie('tree').map((one) => ({ text: `NOT (${one.text})`, holds: (run: RunSummary) => !one.holds(run) })),
    fc.array(fc.array(tie('tree'), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }).chain((groups) =>
      fc.constantFrom(' ', ' AND ').map((and) => ({
        text: `(${groups.map((terms) => terms.map(({ text }) => text).join(and)).join(' OR ')})`,
        holds: (run: RunSummary) => groups.some((terms) => terms.every((term) => term.holds(run))),
      })),
    ),
  ),
})).tree;

const someRun = fc
  .record({
    status: fc.constantFrom('queued', 'running', 'finished'),
    seed: fc.integer({ min: 0, max: 6 }),
    locked: fc.boolean(),
    tags: fc.subarray(['paper', 'draft']),
  })
  .map(({ status, seed, locked, tags }) =>
    runSummary({ status: status as RunSummary['status'], spec: resolvedSpec({ seed }), locked, tags }),
  );

/** What a text says; null where it says nothing, or is refused. */
function termOf(text: string): FilterTerm | null {
  try {
    return readFilter(text, RUN_FIELDS);
  } catch (error) {
    if (error instanceof FilterError) return null;
    throw error;
  }
}

function withoutPlaces(term: FilterTerm): unknown {
  return JSON.parse(JSON.stringify(term, (key, value) => (key === 'from' || key === 'to' ? undefined : value)));
}

describe('any filter', () => {
  it('says of any run what its tree says', () => {
    fc.assert(
      fc.property(tree, someRun, (one, run) => {
        expect(holds(one.text, run)).toBe(one.holds(run));
      }),
      { numRuns: 200 },
    );
  });

  const typed = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc
      .array(
        fc.constantFrom(
          ...['t0', 'test error', 'status', 'time', 'created', 'tag', 'finished', 'done', 'none', '0.5', '5', '30min'],
          ...[
            ':',
            '>',
            '<=',
            '=',
            '!=',
            '≠',
            ' is not ',
            ' at least ',
            ' between ',
            ' and ',
            '..',
            ' to ',
            ' TO ',
            '%',
          ],
          ...[
            '(',
            ')',
            '"',
            "'",
            '“',
            ' ',
            ' ',
            ' ',
            ' AND ',
            ' or ',
            ' NOT ',
            '-',
            '!',
            '|',
            ',',
            '*',
            '[',
            '}',
            '\\',
          ],
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join('')),
  );

  it('is a test or a sentence with its place, whatever is typed', () => {
    fc.assert(
      fc.property(typed, (text) => {
        try {
          expect(typeof holds(text)).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(FilterError);
          expect((error as FilterError).at).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('says the same once it is written out and read again', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const term = termOf(text);
        if (term === null) return;
        const again = termOf(filterText(term));
        expect(again && withoutPlaces(again)).toEqual(withoutPlaces(term));
      }),
      { numRuns: 1000 },
    );
  });

  it('matches wildcards as an anchored pattern does', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
    fc.assert(
      fc.property(letters, pattern, (text, wild) => {
        const expected = new RegExp(`^${wild.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
        expect(matchesWildcards(text, wild)).toBe(expected);
      }),
    );
  });
});
