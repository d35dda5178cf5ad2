// @ts-check

/**
 * What one step adds to the totals.
 *
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} notes one line each: what failed, or why the step did not run
 */

/**
 * How a runner ended, in addition to its report.
 *
 * @typedef {object} RunnerEnd
 * @property {number | null} code
 * @property {boolean} timedOut
 * @property {boolean} filtered the caller selected some tests: those that were not selected are not failures
 */

/**
 * The parts of jest's JSON report that are counted.
 *
 * @typedef {object} JestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {number} numRuntimeErrorTestSuites
 * @property {readonly JestFile[]} testResults
 *
 * @typedef {object} JestFile
 * @property {string} name
 * @property {string} [status]
 * @property {string} [message]
 * @property {readonly {status: string, fullName: string}[]} assertionResults
 */

/**
 * The parts of Playwright's JSON report that are counted.
 *
 * @typedef {object} PlaywrightReport
 * @property {{expected: number, skipped: number, unexpected: number, flaky: number}} stats
 * @property {readonly {message?: string}[]} errors
 * @property {readonly PlaywrightSuite[]} suites
 *
 * @typedef {object} PlaywrightSuite
 * @property {string} title
 * @property {readonly PlaywrightSuite[]} [suites]
 * @property {readonly {title: string, file: string, line: number, tests: readonly {status: string}[]}[]} [specs]
 */

/**
 * Counts of Jest. A test that was skipped, or is only planned (`todo`), is a failure: nothing is omitted silently.
 * A file that could not be loaded counts as one failed test.
 *
 * @param {JestReport | null} report null if the runner wrote none
 * @param {RunnerEnd} end
 * @returns {Outcome}
 */
export function countJest(report, end) {
  if (report === null) return crashed(end);
  const skipped = end.filtered ? 0 : report.numPendingTests + report.numTodoTests;
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites + skipped;
  const notes = report.testResults.flatMap((file) => {
    const bad = file.assertionResults.filter(({ status }) => isBad(status, end.filtered));
    if (bad.length === 0 && file.status === 'failed') return [`could not run: ${file.name}`];
    return bad.map(({ status, fullName }) => `${status}: ${fullName}`);
  });
  return withEnd({ passed: report.numPassedTests, failed, notes }, end);
}

/** @param {string} status @param {boolean} filtered @returns {boolean} */
function isBad(status, filtered) {
  return status === 'failed' || (!filtered && status !== 'passed');
}

/**
 * Counts of Playwright. Tests that were skipped, did not run or are flaky are failures.
 *
 * @param {PlaywrightReport | null} report null if the runner wrote none
 * @param {RunnerEnd} end
 * @returns {Outcome}
 */
export function countPlaywright(report, end) {
  if (report === null) return crashed(end);
  const { expected, skipped, unexpected, flaky } = report.stats;
  const notes = report.suites.flatMap((suite) => badSpecs(suite, []));
  const errors = report.errors.map(
    ({ message = 'an error outside of any test' }) => message.split('\n')[0] ?? '',
  );
  return withEnd(
    { passed: expected, failed: unexpected + skipped + flaky + errors.length, notes: [...notes, ...errors] },
    end,
  );
}

/**
 * @param {PlaywrightSuite} suite
 * @param {readonly string[]} path titles above it
 * @returns {string[]}
 */
function badSpecs(suite, path) {
  const here = [...path, suite.title];
  const own = (suite.specs ?? []).flatMap(({ title, tests }) =>
    tests
      .filter(({ status }) => status !== 'expected')
      .map(({ status }) => `${status === 'unexpected' ? 'failed' : status}: ${[...here, title].join(' › ')}`),
  );
  return [...own, ...(suite.suites ?? []).flatMap((inner) => badSpecs(inner, here))];
}

/** A check prints its findings last, and a long log is often truncated to its end, where the notes are. */
const LINES_NOTED = 30;

/**
 * A step without a report: it counts as one passed or one failed test, with the last lines that it printed.
 *
 * @param {{code: number | null, timedOut: boolean, output?: string}} end
 * @returns {Outcome}
 */
export function countCheck(end) {
  if (end.code === 0 && !end.timedOut) return { passed: 1, failed: 0, notes: [] };
  const outcome = crashed(end);
  const lines = (end.output ?? '').split('\n').filter((line) => line.trim() !== '');
  return { ...outcome, notes: [...outcome.notes, ...lines.slice(-LINES_NOTED)] };
}

/**
 * A step that could not start.
 *
 * @param {string} reason
 * @returns {Outcome}
 */
export function notRun(reason) {
  return { passed: 0, failed: 1, notes: [`not run: ${reason}`] };
}

/**
 * The sum of all steps.
 *
 * @param {Iterable<Outcome>} outcomes
 * @returns {{passed: number, failed: number}} a run without any step has failed
 */
export function total(outcomes) {
  const sum = { passed: 0, failed: 0 };
  for (const { passed, failed } of outcomes) {
    sum.passed += passed;
    sum.failed += failed;
  }
  return sum.passed + sum.failed === 0 ? { passed: 0, failed: 1 } : sum;
}

/**
 * Adds what the exit code and a time-out mean to the counts of a report.
 *
 * @param {Outcome} counted
 * @param {RunnerEnd} end
 * @returns {Outcome}
 */
function withEnd(counted, end) {
  const { passed, failed, notes } = counted;
  if (end.timedOut)
    return { passed, failed: failed + 1, notes: [...notes, 'ended by us: it did not end by itself'] };
  if (passed + failed === 0) return { passed, failed: 1, notes: [...notes, 'it ran no test at all'] };
  if (failed === 0 && end.code !== 0) {
    return {
      passed,
      failed: 1,
      notes: [...notes, `every test passed, but it ended with code ${end.code ?? 'none'}`],
    };
  }
  return counted;
}

/** @param {{code: number | null, timedOut: boolean}} end @returns {Outcome} */
function crashed({ code, timedOut }) {
  const how = timedOut
    ? 'ended by us: its time was up'
    : `ended with code ${code ?? 'none (by a signal, or not started)'}`;
  return { passed: 0, failed: 1, notes: [how] };
}
