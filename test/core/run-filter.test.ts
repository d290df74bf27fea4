import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '#core/records.ts';
import { fieldAtEpoch, RUN_FIELDS } from '#core/run-fields.ts';
import { FilterError, parseRunFilter } from '#core/run-filter.ts';
import { matchesWildcards } from '#core/run-filter-values.ts';
import { resolvedSpec, runSummary } from '../support/run-summary.ts';

const NOW = new Date(2026, 10, 24, 12).getTime();
const context = { fields: RUN_FIELDS, now: NOW };

function holds(filter: string, run: RunSummary = runSummary()): boolean {
  return parseRunFilter(filter, context)(run);
}

const finished = runSummary({
  id: 'k3',
  status: 'finished',
  testError: 0.0789,
  tags: ['paper', 'second try'],
  note: 'Batch norm frozen late',
  locked: true,
  endedAt: new Date(2026, 10, 23, 9, 30).getTime(),
});
const baseline = runSummary({ arm: 'none', spec: resolvedSpec({ policy: { kind: 'none' } }) });

describe('a filter', () => {
  it.each([
    ['', true],
    ['status:finished', true],
    ['status:FIN', true],
    ['status:=fin', false],
    ['tag:paper', true],
    ['tags:"second try"', true],
    ['tag:=try', false],
    ['tag:pap*', true],
    ['tag:*per', true],
    ['tag:p?per', true],
    ['tag:ape*', false],
    ['cubic', true],
    ['linear', false],
    ['"norm FROZEN"', true],
    ['densenet', true],
    ['t0:0.8', true],
    ['t0:>0.8', false],
    ['t0:>=0.8', true],
    ['t0:[0.5 TO 0.8]', true],
    ['t0:[0.5 TO 0.8}', false],
    ['t0:{0.7 TO 0.9}', true],
    ['test-error:<8', true],
    ['test-error:<8%', true],
    ['testError:7.89', true],
    ['"test error":<7', false],
    ['error:>7.8% AND error:<7.9%', true],
    ['note:"90%"', false],
    ['weight-decay:<=1e-4', true],
    ['lr:0.1', true],
    ['training:<15min', true],
    ['training:>0.5h', false],
    ['training:10min', true],
    ['training:<=0.17h 16.5x', false],
    ['weight-decay:1.0e-4', true],
    ['training:600', true],
    ['locked:true', true],
    ['locked:no', false],
    ['scaled:yes', true],
    ['skip:true', false],
    ['width:null', true],
    ['width:*', false],
    ['ended:*', true],
    ['ended:yesterday', true],
    ['ended:<today', true],
    ['ended:2026-11-23', true],
    ['ended:>2026-11-23', false],
    ['ended:>=2026-11-23', true],
    ['ended:"2026-11-23 09:30"', true],
    ['ended:<"2026-11-23 09:30"', false],
    ['NOT tag:paper', false],
    ['-tag:draft', true],
    ['status:finished AND (t0:>0.9 OR tag:paper) "cubic"', true],
    ['status:failed OR tag:paper AND locked:true', true],
    ['tag:paper OR status:finished AND status:failed', true],
    ['status:failed AND tag:paper OR tag:paper', true],
    ['(tag:paper OR status:failed) AND status:failed', false],
  ])('%s on a finished run: %s', (filter, expected) => {
    expect(holds(filter, finished)).toBe(expected);
  });

  it('finds neither more nor less of what is not known', () => {
    expect(holds('t0:<1', baseline)).toBe(false);
    expect(holds('t0:>=0', baseline)).toBe(false);
    expect(holds('-t0:*', baseline)).toBe(true);
    expect(holds('scaled:false', baseline)).toBe(false);
  });

  it('reads NaN as no number, but finds it', () => {
    const diverged = runSummary({
      series: { ...runSummary().series, trainLoss: { last: Number.NaN, lastEpoch: 3, best: 2, bestEpoch: 1 } },
    });
    expect(holds('train-loss:>0 OR train-loss:<0', diverged)).toBe(false);
    expect(holds('train-loss:nan', diverged)).toBe(true);
  });

  it('speaks of a series at an epoch, where a column shows it', () => {
    const fields = [...RUN_FIELDS, fieldAtEpoch('validationError', 7, new Map([['run-1', 0.25]]))];
    const test = parseRunFilter('validation-error-at-epoch-7:25', { fields, now: NOW });
    expect([test(runSummary()), test(runSummary({ id: 'other' }))]).toEqual([true, false]);
  });

  it.each([
    ['nothing:1', 0, 'There is no field “nothing” (character 1); there is note, normalization.'],
    ['status:finished erorr:1', 16, 'There is no field “erorr” (character 17).'],
    ['test:1', 0, 'There is no field “test” (character 1); there is test-error.'],
    ['t0:high', 3, '“t0” is a number, like 5, 0.1 or 1e-4 (character 4).'],
    ['status:>finished', 8, '“status” is a text, which < and > cannot compare (character 9).'],
    ['locked:maybe', 7, '“locked” is yes or no (character 8).'],
    [
      'created:2026-02-30',
      8,
      '“created” is a day like 2026-11-24, today or yesterday, or "2026-11-24 10:30" (character 9).',
    ],
    ['training:2weeks', 9, '“training” is a number, like 90, 45s, 30min or 2h (character 10).'],
    ['tag:[1 TO 2]', 4, '“tags” is not a number, so it has no range (character 5).'],
    ['tag:/a+/', 4, 'Patterns are not possible: write * for any letters and ? for any one letter (character 5).'],
    ['status:', 7, '“status:” has no value after it (character 8).'],
    ['k=12', 1, 'At character 2 there cannot be “=”: put values with signs or spaces in quotes.'],
    [
      'tag:"paper',
      10,
      'The filter is incomplete: a quote, a bracket or the second half of AND or OR is missing at its end.',
    ],
  ])('%s is refused at %i', (filter, at, message) => {
    const parse = () => parseRunFilter(filter, context);
    expect(parse).toThrow(FilterError);
    expect(parse).toThrow(expect.objectContaining({ at, message }));
  });

  it.each(['.a:1', 'x AND .constructor.name:y', '".a":1', '(.a:1)', '-.a:1'])(
    '%s never becomes a function',
    (filter) => {
      const original = globalThis.Function;
      globalThis.Function = class {
        constructor() {
          throw new Error('eval');
        }
      } as unknown as FunctionConstructor;
      try {
        expect(() => parseRunFilter(filter, context)).toThrow('Names of fields begin with a letter');
      } finally {
        globalThis.Function = original;
      }
    },
  );
});

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

describe('any filter', () => {
  it('says of any run what its tree says', () => {
    fc.assert(
      fc.property(tree, someRun, (one, run) => {
        expect(holds(one.text, run)).toBe(one.holds(run));
      }),
      { numRuns: 200 },
    );
  });

  it('is a test or a sentence with its place, whatever is typed', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(
          fc.constantFrom('t0', ':', '>', '(', ')', '"', ' ', 'AND', 'OR', 'NOT', '-', '.', '*', '5', '[', ' TO ', ']'),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(typed, (text) => {
        try {
          expect(typeof holds(text)).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(FilterError);
          expect((error as FilterError).at).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 500 },
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
