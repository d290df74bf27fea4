import { expect, test } from 'vitest';
import { sumOf, tallyOf, tallyOfCheck, tallyOfWindows } from './tally.mjs';

const fine = { success: true, numPassedTests: 3, numFailedTests: 0, testResults: [] };
const unloadable = { status: 'failed', assertionResults: [] };

test.each([
  ['all passed', fine, { passed: 3, failed: 0 }],
  ['one failed', { ...fine, success: false, numFailedTests: 1 }, { passed: 3, failed: 1 }],
  ['a file could not be loaded', { ...fine, success: false, testResults: [unloadable] }, { passed: 3, failed: 1 }],
  ['an error outside of tests', { ...fine, success: false }, { passed: 3, failed: 1 }],
  ['no test ran', { ...fine, numPassedTests: 0 }, { passed: 0, failed: 1 }],
  ['the runner crashed', null, { passed: 0, failed: 1 }],
])('%s', (_case, report, expected) => {
  expect(tallyOf(report)).toEqual(expected);
});

test('a check is one test, and all are summed', () => {
  expect(sumOf([tallyOfCheck(0), tallyOfCheck(2), tallyOf(fine)])).toEqual({ passed: 4, failed: 1 });
});

const opened = { stats: { expected: 2, unexpected: 0, flaky: 0 }, errors: [] };

test.each([
  ['all windows passed', opened, { passed: 2, failed: 0 }],
  ['one failed', { ...opened, stats: { ...opened.stats, unexpected: 1 } }, { passed: 2, failed: 1 }],
  ['one passed at the second try', { ...opened, stats: { ...opened.stats, flaky: 1 } }, { passed: 2, failed: 1 }],
  ['a spec could not be loaded', { ...opened, errors: [{}] }, { passed: 2, failed: 1 }],
  ['no test ran', { ...opened, stats: { expected: 0, unexpected: 0, flaky: 0 } }, { passed: 0, failed: 1 }],
  ['Playwright crashed', null, { passed: 0, failed: 1 }],
])('%s', (_case, report, expected) => {
  expect(tallyOfWindows(report)).toEqual(expected);
});
