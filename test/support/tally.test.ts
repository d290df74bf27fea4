import { expect, test } from 'vitest';
import { sumOf, tallyOf, tallyOfCheck, tallyOfWindows } from './tally.mjs';

const fine = { success: true, numPassedTests: 3, numFailedTests: 0, testResults: [] };
const unloadable = { name: 'a.test.ts', status: 'failed', assertionResults: [] };
const half = {
  name: 'b.test.ts',
  status: 'failed',
  assertionResults: [
    { status: 'passed', fullName: 'it adds' },
    { status: 'failed', fullName: 'it divides' },
  ],
};
const outside = 'vitest, outside of any test';

test.each([
  ['all passed', fine, 3, 0, []],
  ['one failed', { ...fine, success: false, numFailedTests: 1, testResults: [half] }, 3, 1, ['b.test.ts: it divides']],
  ['a file could not be loaded', { ...fine, success: false, testResults: [unloadable] }, 3, 1, ['a.test.ts']],
  ['an error outside of tests', { ...fine, success: false }, 3, 1, [outside]],
  ['no test ran', { ...fine, numPassedTests: 0 }, 0, 1, [outside]],
  ['the runner crashed', null, 0, 1, ['vitest']],
])('%s', (_case, report, passed, failed, failures) => {
  expect(tallyOf(report)).toEqual({ passed, failed, failures });
});

test('adds up', () => {
  const sum = sumOf([tallyOfCheck('lint', 0), tallyOfCheck('types', 2), tallyOf(fine)]);
  expect(sum).toEqual({ passed: 4, failed: 1, failures: ['types'] });
});

const stats = { expected: 2, unexpected: 0, flaky: 0 };
const spec = { file: 'a.spec.ts', title: 'it opens', ok: true, tests: [{ status: 'expected' }] };
const opened = { stats, errors: [], suites: [{ specs: [spec], suites: [{ specs: [spec] }] }] };
const withinWindows = (changes: object) => [{ specs: [spec], suites: [{ specs: [{ ...spec, ...changes }] }] }];
const title = ['a.spec.ts: it opens'];

test.each([
  ['all windows passed', opened, 2, 0, []],
  ['one failed', { ...opened, stats: { ...stats, unexpected: 1 }, suites: withinWindows({ ok: false }) }, 2, 1, title],
  [
    'one passed at the second try',
    { ...opened, stats: { ...stats, flaky: 1 }, suites: withinWindows({ tests: [{ status: 'flaky' }] }) },
    2,
    1,
    title,
  ],
  ['a spec could not be loaded', { ...opened, errors: [{}] }, 2, 1, []],
  ['no test ran', { ...opened, stats: { ...stats, expected: 0 } }, 0, 1, ['Playwright']],
  ['Playwright crashed', null, 0, 1, ['Playwright']],
])('%s', (_case, report, passed, failed, failures) => {
  expect(tallyOfWindows(report)).toEqual({ passed, failed, failures });
});
