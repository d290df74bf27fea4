import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '#core/records.ts';
import { RUN_STATUSES } from '#core/run.ts';
import { fieldAtEpoch, RUN_FIELDS } from '#core/run-fields.ts';
import { parseRunFilter } from '#core/run-filter.ts';
import { readFilter } from '#core/run-filter-reader.ts';
import { FilterError, filterParts } from '#core/run-filter-syntax.ts';
import {
  FLAG_WORDS,
  OPERATOR_SIGNS,
  OPERATOR_WORDS,
  STATUS_WORDS,
  UNIT_SECONDS,
  UNKNOWN_WORDS,
} from '#core/run-filter-words.ts';
import { resolvedSpec, runSummary } from '../support/run-summary.ts';

const NOW = new Date(2026, 10, 24, 12).getTime();
const context = { fields: RUN_FIELDS, now: NOW };

function holds(filter: string, run: RunSummary = runSummary()): boolean {
  return parseRunFilter(filter, context).test(run);
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
    // As people write it.
    ['t0=0.8', true],
    ['t0 = 0.8', true],
    ['t0 > 0.5', true],
    ['t0 ≥ 0.9', false],
    ['t0 != 0.8', false],
    ['t0 0.5..0.8', true],
    ['t0:0.5..', true],
    ['t0 ..0.7', false],
    ['t0 0.8', true],
    ['t0 = 0.5 – 0.8', true],
    ['t0 between 0.5 and 0.7', false],
    ['t0:0.5 to 0.8', true],
    ['t0:0.5|0.8', true],
    ['test error < 8', true],
    ['test error < 8 %', true],
    ['cubic test error<7', false],
    ['cubic test error<8 fashion', true],
    ['test error is above 7.8', true],
    ['test error above 7.8', true],
    ['t0 is between 0.5 and 0.8', true],
    ['test error at most 7.8', false],
    ['network reads:none', true],
    ['time>5min', true],
    ['time > 5 min', true],
    ['time>30min', false],
    ['time at least 0.1 h', true],
    ['time:9min..11min', true],
    ['time:9m59s..10min1s', true],
    ['status:failed|finished', true],
    ['status:failed, paused', false],
    ['status:(failed OR finished) t0>0.5', true],
    ['status:failed|t0:0.8', true],
    ['status is done', true],
    ['status is not finished', false],
    ['status!=failed', true],
    ['finished', true],
    ['done', true],
    ['not finished', false],
    ['!finished', false],
    ['not failed and not paused', true],
    ['failed or finished', true],
    ['failed|finished', true],
    ['"finished"', true],
    ['locked', true],
    ['not locked', false],
    ['policy:none', false],
    ['policy:freezeout', true],
    ['network=densenet-bc', true],
    ['width:none', true],
    ['tag:none', false],
    ['tag is paper', true],
    ['tag:"say \\"hi\\""', false],
    ['ended since yesterday', true],
    ['ended after 2026-11-23', false],
    ['ended:2026-11-20..2026-11-23', true],
    ['ended:..2026-11-22', false],
    ['ended < 2026-11-23 09:30', false],
  ])('%s on a finished run: %s', (filter, expected) => {
    expect(holds(filter, finished)).toBe(expected);
  });

  it('finds neither more nor less of what is not known', () => {
    expect(holds('t0:<1', baseline)).toBe(false);
    expect(holds('t0:>=0', baseline)).toBe(false);
    expect(holds('-t0:*', baseline)).toBe(true);
    expect(holds('scaled:false', baseline)).toBe(false);
    expect([holds('policy:none', baseline), holds('t0:none', baseline), holds('tag:none', baseline)]).toEqual([
      true,
      true,
      true,
    ]);
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
    for (const filter of ['validation-error-at-epoch-7:25', 'validation error at epoch 7 = 25']) {
      const { test } = parseRunFilter(filter, { fields, now: NOW });
      expect([test(runSummary()), test(runSummary({ id: 'other' }))]).toEqual([true, false]);
    }
  });

  it.each([
    ['nothing:1', 0, 'There is no field “nothing” (character 1): put a text that is searched for in quotes.', null],
    [
      'finished erorr:1',
      9,
      'There is no field “erorr” (character 10): you may mean test-error.',
      'finished test-error:1',
    ],
    ['sede:1', 0, 'There is no field “sede” (character 1): you may mean seed.', 'seed:1'],
    ['test eror < 6', 0, 'There is no field “test eror” (character 1): you may mean test-error.', 'test-error < 6'],
    [
      '"tset error":<6 x',
      0,
      'There is no field “tset error” (character 1): you may mean test-error.',
      'test-error:<6 x',
    ],
    ['test:1', 0, 'There is no field “test” (character 1): you may mean test-error.', 'test-error:1'],
    ['t0:high', 3, '“t0” is a number, like 5, 0.1 or 1e-4 (character 4).', null],
    ['t0=0,8 x', 3, '“t0” is a number, like 5, 0.1 or 1e-4 (character 4): you may mean 0.8.', 't0=0.8 x'],
    ['t0>0.5..0.8', 3, 'A range has no > before it: write t0:0.5..0.8 (character 4).', null],
    ['0.5..0.8', 0, 'A range needs a field before it, like t0:0.5..0.8 (character 1).', null],
    ['status:>finished', 8, '“status” is a text, which < and > cannot compare (character 9).', null],
    ['status:finihsed', 7, 'There is no status “finihsed” (character 8): you may mean finished.', 'status:finished'],
    ['locked:maybe', 7, '“locked” is yes or no (character 8).', null],
    [
      'created:2026-02-30',
      8,
      '“created” is a day like 2026-11-24, today or yesterday, or "2026-11-24 10:30" (character 9).',
      null,
    ],
    ['training:2weeks', 9, '“training” is a number, like 90, 45s, 30min or 1h30min (character 10).', null],
    ['tag:[1 TO 2]', 4, '“tags” is not a number, so it has no range (character 5).', null],
    ['tag:/a+/', 4, 'Patterns are not possible: write * for any letters and ? for any one letter (character 5).', null],
    ['t0:..', 5, '“t0” has no value after it (character 6).', null],
    ['status:', 7, '“status” has no value after it (character 8).', null],
    ['t0 between 1 x', 12, '“t0” has no value after it (character 13).', null],
    ['cubic)', 5, 'At character 6 there cannot be “)”: put values with signs or spaces in quotes.', null],
    ['failed, paused', 6, 'A comma (character 7) may mean AND or OR: write one of them.', null],
    ...['tag:"paper', 'not', 'cubic and', 'or cubic', '(cubic', 'status:(a'].map((filter) => [
      filter,
      expect.any(Number),
      'The filter is incomplete: a quote, a bracket, or what belongs before or after AND, OR or NOT is missing.',
      null,
    ]),
    ['('.repeat(101), 100, 'Brackets and NOTs go deeper than 100.', null],
  ])('%s is refused at %s', (filter, at, message, instead) => {
    const parse = () => parseRunFilter(filter, context);
    expect(parse).toThrow(FilterError);
    expect(parse).toThrow(expect.objectContaining({ at, message, instead }));
    if (typeof instead === 'string') expect(() => parseRunFilter(instead, context)).not.toThrow();
  });

  it('consists of parts that stand in its text', () => {
    const text = 'cubic test error < 6 % (failed or "not done") -tag:draft AND t0 0.5..0.8';
    const parts = filterParts(readFilter(text, RUN_FIELDS));
    expect(parts.map(({ from, to }) => text.slice(from, to))).toEqual([
      'cubic',
      'test error < 6 %',
      '(failed or "not done")',
      '-tag:draft',
      't0 0.5..0.8',
    ]);
    expect(filterParts(readFilter(' ', RUN_FIELDS))).toEqual([]);
  });
});

describe('docs/filters.md', () => {
  const code = [...readFileSync(new URL('../../docs/filters.md', import.meta.url), 'utf8').matchAll(/`([^`\n]+)`/g)];
  const named = new Set(code.map(([, text]) => text));

  it('has every field, every word and every unit', () => {
    const words = [STATUS_WORDS, OPERATOR_WORDS, FLAG_WORDS, UNIT_SECONDS].flatMap((table) => Object.keys(table));
    const others = Object.values(STATUS_WORDS).flat();
    const fields = RUN_FIELDS.flatMap(({ key, aliases }) => [key, ...aliases]);
    const all = [...words, ...others, ...fields, ...Object.keys(OPERATOR_SIGNS), ...UNKNOWN_WORDS];
    expect(all.filter((word) => !named.has(word) && !RUN_STATUSES.some((status) => status === word))).toEqual([]);
  });

  it('shows filters that can be read', () => {
    const shown = [...named].filter((text) =>
      / (<|is|OR) (?!20)|^t0|^tag:|^not|^-tag|time >|created|ended since/.test(text),
    );
    expect(shown.length).toBeGreaterThan(12);
    for (const filter of shown) expect(() => parseRunFilter(filter.replaceAll('\\|', '|'), context)).not.toThrow();
  });
});
