/** @typedef {{ passed: number, failed: number }} Tally */

/**
 * What the tests of vitest came to. A file that could not be loaded, and a run without a test, count as failed.
 * @param {unknown} report of vitest's JSON reporter; null if it left none
 * @returns {Tally}
 */
export function tallyOf(report) {
  if (!isReport(report)) return { passed: 0, failed: 1 };
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failed = report.numFailedTests + unloadable.length;
  const isSilentFailure = failed === 0 && (!report.success || report.numPassedTests === 0);
  return { passed: report.numPassedTests, failed: isSilentFailure ? 1 : failed };
}

/**
 * @typedef {object} Report
 * @property {boolean} success
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {readonly { status: string, assertionResults: readonly unknown[] }[]} testResults by file
 */

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
  if (!isWindowReport(report)) return { passed: 0, failed: 1 };
  const { expected, unexpected, flaky } = report.stats;
  const failed = unexpected + flaky + report.errors.length;
  return { passed: expected, failed: failed === 0 && expected === 0 ? 1 : failed };
}

/**
 * @typedef {object} WindowReport
 * @property {{ expected: number, unexpected: number, flaky: number }} stats
 * @property {readonly unknown[]} errors outside of any test
 */

/** @param {unknown} report @returns {report is WindowReport} */
function isWindowReport(report) {
  return typeof report === 'object' && report !== null && 'stats' in report && 'errors' in report;
}

/** A check that passes or fails as a whole. @param {number} exitCode @returns {Tally} */
export function tallyOfCheck(exitCode) {
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** @param {readonly Tally[]} tallies @returns {Tally} */
export function sumOf(tallies) {
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  return { passed, failed: tallies.reduce((sum, tally) => sum + tally.failed, 0) };
}
