import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUN_FIELDS } from '#core/run-fields.ts';
import { parseRunFilter } from '#core/run-filter.ts';
import { completed, completionsAt } from '../../../../src-renderer/lib/runs-table/filter-completion.ts';
import { runSummary } from '../../../support/run-summary.ts';

const runs = [
  runSummary({ id: '1', arm: 'baseline', tags: ['paper'] }),
  runSummary({ id: '2', tags: ['paper', 'second try'] }),
  runSummary({ id: '3' }),
];
const source = { fields: RUN_FIELDS, runs };

/** Labels for a text in which | is the caret. */
function offered(marked: string): string[] {
  const caret = marked.indexOf('|');
  return completionsAt(marked.replace('|', ''), caret, source).all.map(({ label }) => label);
}

describe('what is offered', () => {
  it('is the fields that begin so, then those that hold it', () => {
    expect(offered('sta|')).toEqual(['status:', 'started:']);
    expect(offered('status:finished AND (loc|')).toEqual(['locked:']);
    expect(offered('-err|')).toEqual(['test-error:', 'validation-error:', 'best-validation-error:']);
    expect(offered('cubic best val|')).toEqual(['best-validation-loss:', 'best-validation-error:']);
    expect(offered('not inter|')).toEqual(['interrupted']);
  });

  it('is the values that runs have, the most frequent first', () => {
    expect(offered('tag:|')).toEqual(['paper', 'second try']);
    expect(offered('arm:|')).toEqual(['cubic scaled 0.8', 'baseline']);
    expect(offered('locked:|')).toEqual(['yes', 'no']);
    expect(offered('created:tod|')).toEqual(['today']);
    expect(offered('tag=pa|')).toEqual(['paper']);
    expect(completionsAt('arm:baseline|cub', 16, source)).toMatchObject({
      from: 13,
      all: [{ text: '"cubic scaled 0.8"' }],
    });
  });

  it('is nothing within quotes, in the middle of a word, after a sign and where there is nothing to complete', () => {
    expect(
      ['', 'tag:"pa|', 'st|atus', 't0:>|', 'a AND|', 'tag:paper|', 'gone:|'].flatMap((text) => offered(text)),
    ).toEqual([]);
  });
});

describe('what is taken', () => {
  it('stands in the text, in quotes where it must', () => {
    const take = (text: string, place = 0) => {
      const completions = completionsAt(text, text.length, source);
      const completion = completions.all[place];
      return completion && completed(text, completions, completion);
    };
    expect(take('seed:1 sta')).toEqual(['seed:1 status:', 14]);
    expect(take('tag:sec')).toEqual(['tag:"second try" ', 17]);
    expect(take('cubic test er')).toEqual(['cubic test-error:', 17]);
    expect(take('tag:paper|sec')).toEqual(['tag:paper|"second try" ', 23]);
  });

  it('is always a filter that finds the run it came from', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.constantFrom('arm', 'tag', 'study'), (value, field) => {
        const run = runSummary({ arm: value, tags: [value], studyName: value });
        const completions = completionsAt(`${field}:`, field.length + 1, { fields: RUN_FIELDS, runs: [run] });
        const [completion] = completions.all;
        if (completion === undefined) return;
        const [text] = completed(`${field}:`, completions, completion);
        expect(parseRunFilter(text, { fields: RUN_FIELDS, now: 0 }).test(run)).toBe(true);
      }),
    );
  });
});
