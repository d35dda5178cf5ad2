import { describe, expect, it } from '@jest/globals';
import { countCheck, countJest, countPlaywright, notRun, total } from '../../../scripts/lib/results.mjs';

const ENDED_WELL = { code: 0, timedOut: false, filtered: false };
const ENDED_BADLY = { code: 1, timedOut: false, filtered: false };

function jestReport(overrides: Partial<Parameters<typeof countJest>[0] & object> = {}) {
  return {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
    testResults: [],
    ...overrides,
  };
}

function playwrightReport(stats: Partial<Record<'expected' | 'skipped' | 'unexpected' | 'flaky', number>>) {
  return { stats: { expected: 0, skipped: 0, unexpected: 0, flaky: 0, ...stats }, errors: [], suites: [] };
}

describe("jest's count", () => {
  it('is the number of tests that passed and failed, with the names of the failed', () => {
    const report = jestReport({
      numPassedTests: 41,
      numFailedTests: 1,
      testResults: [
        {
          name: 'a.test.ts',
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'adds' },
            { status: 'failed', fullName: 'divides' },
          ],
        },
      ],
    });

    expect(countJest(report, ENDED_BADLY)).toEqual({ passed: 41, failed: 1, notes: ['failed: divides'] });
  });

  it('takes skipped and planned tests as failed', () => {
    const report = jestReport({ numPassedTests: 5, numPendingTests: 2, numTodoTests: 1 });

    expect(countJest(report, ENDED_WELL)).toMatchObject({ passed: 5, failed: 3 });
  });

  it('leaves out what the caller filtered away', () => {
    const report = jestReport({ numPassedTests: 1, numPendingTests: 80 });

    expect(countJest(report, { ...ENDED_WELL, filtered: true })).toMatchObject({ passed: 1, failed: 0 });
  });

  it('takes a file that could not be loaded as one failed', () => {
    const report = jestReport({
      numPassedTests: 3,
      numRuntimeErrorTestSuites: 1,
      testResults: [{ name: 'broken.test.ts', status: 'failed', assertionResults: [] }],
    });

    expect(countJest(report, ENDED_BADLY)).toEqual({
      passed: 3,
      failed: 1,
      notes: ['could not run: broken.test.ts'],
    });
  });

  it('is a failure when no test ran at all', () => {
    expect(countJest(jestReport(), ENDED_WELL)).toMatchObject({ passed: 0, failed: 1 });
  });

  it('is a failure when the runner crashed without a report', () => {
    expect(countJest(null, { code: 134, timedOut: false, filtered: false })).toEqual({
      passed: 0,
      failed: 1,
      notes: ['ended with code 134'],
    });
  });

  it('is a failure when all passed but the runner hung or ended badly', () => {
    const report = jestReport({ numPassedTests: 9 });

    expect(countJest(report, { ...ENDED_WELL, code: null, timedOut: true })).toMatchObject({
      passed: 9,
      failed: 1,
    });
    expect(countJest(report, ENDED_BADLY)).toMatchObject({ passed: 9, failed: 1 });
  });
});

describe("Playwright's count", () => {
  it('takes skipped, flaky and unexpected as failed', () => {
    const report = playwrightReport({ expected: 10, skipped: 1, flaky: 2, unexpected: 3 });

    expect(countPlaywright(report, ENDED_BADLY)).toMatchObject({ passed: 10, failed: 6 });
  });

  it('counts an error outside of any test', () => {
    const report = { ...playwrightReport({ expected: 2 }), errors: [{ message: 'globalSetup broke\nat x' }] };

    expect(countPlaywright(report, ENDED_BADLY)).toEqual({
      passed: 2,
      failed: 1,
      notes: ['globalSetup broke'],
    });
  });

  it('names what failed by file and titles', () => {
    const spec = { title: 'approves', file: 'a.spec.ts', line: 3, tests: [{ status: 'unexpected' }] };
    const suites = [{ title: 'a.spec.ts', suites: [{ title: 'review', specs: [spec] }] }];
    const report = { ...playwrightReport({ unexpected: 1 }), suites };

    expect(countPlaywright(report, ENDED_BADLY).notes).toEqual(['failed: a.spec.ts › review › approves']);
  });

  it('is a failure when no test ran, or no report was written', () => {
    expect(countPlaywright(playwrightReport({}), ENDED_WELL)).toMatchObject({ passed: 0, failed: 1 });
    expect(countPlaywright(null, ENDED_WELL)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('a check', () => {
  it('notes the end of what it printed, for whoever reads only the end of a log', () => {
    const output = Array.from({ length: 100 }, (_, index) => `line ${index + 1}\n`).join('\n');

    const { failed, notes } = countCheck({ code: 1, timedOut: false, output });

    expect(failed).toBe(1);
    expect(notes).toHaveLength(31);
    expect(notes[0]).toBe('ended with code 1');
    expect(notes.at(-1)).toBe('line 100');
  });
});

describe('the count of all steps', () => {
  it('adds up, a check as one', () => {
    const outcomes = [
      countCheck({ code: 0, timedOut: false }),
      countCheck({ code: 2, timedOut: false }),
      countJest(jestReport({ numPassedTests: 7 }), ENDED_WELL),
      notRun('no MongoDB'),
    ];

    expect(total(outcomes)).toEqual({ passed: 8, failed: 2 });
  });

  it('is a failure when nothing was run', () => {
    expect(total([])).toEqual({ passed: 0, failed: 1 });
  });
});
