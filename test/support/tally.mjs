/** @typedef {{ passed: number, failed: number, failures: readonly string[] }} Tally what failed, as far as it has a name */

/**
 * What the tests of vitest came to. A file that could not be loaded, and a run without a test, count as failed.
 * @param {unknown} report of vitest's JSON reporter; null if it left none
 * @returns {Tally}
 */
export function tallyOf(report) {
  if (!isReport(report)) return crashed('vitest');
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failed = report.numFailedTests + unloadable.length;
  const isSilentFailure = failed === 0 && (!report.success || report.numPassedTests === 0);
  const tests = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.flatMap(({ status, fullName }) => (status === 'failed' ? [`${name}: ${fullName}`] : [])),
  );
  const failures = [...unloadable.map(({ name }) => name), ...tests];
  if (isSilentFailure) return { passed: report.numPassedTests, failed: 1, failures: ['vitest, outside of any test'] };
  return { passed: report.numPassedTests, failed, failures };
}

/**
 * @typedef {object} Report
 * @property {boolean} success
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {readonly { name: string, status: string, assertionResults: readonly Assertion[] }[]} testResults by file
 */

/** @typedef {{ status: string, fullName: string }} Assertion */

/** @param {unknown} report @returns {report is Report} */
function isReport(report) {
  return typeof report === 'object' && report !== null && 'testResults' in report && Array.isArray(report.testResults);
}

/**
 * What the tests of Playwright came to. One that only passed when it was tried again has failed; so has a run without a test.
 * @param {unknown} report of Playwright's JSON reporter; null if it left none
 * @returns {Tally}
 */
export function tallyOfWindows(report) {
  if (!isWindowReport(report)) return crashed('Playwright');
  const { expected, unexpected, flaky } = report.stats;
  const failed = unexpected + flaky + report.errors.length;
  if (failed === 0 && expected === 0) return crashed('Playwright');
  return { passed: expected, failed, failures: report.suites.flatMap(failedIn) };
}

/** @param {Suite} suite @returns {string[]} */
function failedIn({ suites = [], specs }) {
  const own = specs.filter(({ ok, tests }) => !ok || tests.some(({ status }) => status === 'flaky'));
  return [...own.map(({ file, title }) => `${file}: ${title}`), ...suites.flatMap(failedIn)];
}

/** A runner that left no report, or ran no test. @param {string} name @returns {Tally} */
function crashed(name) {
  return { passed: 0, failed: 1, failures: [name] };
}

/**
 * @typedef {object} WindowReport
 * @property {{ expected: number, unexpected: number, flaky: number }} stats
 * @property {readonly unknown[]} errors outside of any test
 * @property {readonly Suite[]} suites
 */

/**
 * @typedef {object} Suite
 * @property {readonly Suite[]} [suites]
 * @property {readonly { file: string, title: string, ok: boolean, tests: readonly { status: string }[] }[]} specs
 */

/** @param {unknown} report @returns {report is WindowReport} */
function isWindowReport(report) {
  return typeof report === 'object' && report !== null && 'stats' in report && 'errors' in report;
}

/** A check that passes or fails as a whole. @param {string} name @param {number} exitCode @returns {Tally} */
export function tallyOfCheck(name, exitCode) {
  return exitCode === 0 ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [name] };
}

/** @param {readonly Tally[]} tallies @returns {Tally} */
export function sumOf(tallies) {
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  return { passed, failed, failures: tallies.flatMap(({ failures }) => failures) };
}
