// @ts-check
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { ensureBuild } from './build.mjs';
import { beginCounting, readCoverage } from './coverage.mjs';
import { npm } from './packages.mjs';
import { inPackages, inRoot, ROOT } from './paths.mjs';
import { run } from './processes.mjs';
import { SetupError } from './progress.mjs';
import { countCheck, countJest, countPlaywright, notRun } from './results.mjs';

/**
 * @typedef {object} Choice
 * @property {readonly string[]} rest passed to Jest and Playwright unchanged
 * @property {boolean} counting Jest measures coverage
 * @property {import('./progress.mjs').Progress} progress
 */

const REPORTS = inRoot('.cache', 'test');
const CHECK_LIMIT_SECONDS = 600;
const JEST_LIMIT_SECONDS = 1500;
const BROWSER_LIMIT_SECONDS = 1200;
/** How long a runner may take to exit after it has written its report. */
const AFTER_REPORT_SECONDS = 20;
const POLL_MS = 500;

/** Only the step's own output matters. */
const SILENT = { say: () => {}, write: () => {} };

/** One that keeps one core busy, and the weight of one with workers of its own for all cores. */
const LIGHT = 1;
const HEAVY = 2;
/** One light step runs beside each heavy one: it takes the time in which all of its workers wait. */
export const SLOTS = HEAVY + LIGHT;
const CORES = availableParallelism();
/** In MB. Each test file builds its modules anew: with Node's default, much of that is copied by the garbage collector. */
const YOUNG_SPACE = '--max-semi-space-size=64';

/**
 * All steps of `npm test`, in order: each starts when there is room for it beside those before it.
 *
 * @param {Choice} choice
 * @returns {import('./steps.mjs').Step[]}
 */
export function testSteps(choice) {
  return [
    check('typecheck', 'typecheck'),
    check('lint', 'lint'),
    build(),
    jest({ project: 'unit', weight: HEAVY, workers: CORES }, choice),
    // its files spend more time waiting for databases, time-outs and other processes than computing
    jest({ project: 'server', weight: HEAVY, workers: CORES + 2, needs: ['mongod'] }, choice),
    jest({ project: 'client', weight: HEAVY, workers: CORES }, choice),
    check('format', 'format:check'),
    check('imports', 'deps'),
    check('unused', 'unused'),
    browser(choice),
    // light: its files mostly wait for answers that are slow on purpose
    jest({ project: 'certification', weight: LIGHT, workers: CORES, needs: ['mongod'] }, choice),
    // alone: it reads what the previous steps write when they end
    { name: 'coverage', weight: SLOTS, run: readCoverage },
  ];
}

/**
 * A check that a script in package.json performs.
 *
 * @param {string} name
 * @param {string} script
 * @returns {import('./steps.mjs').Step}
 */
function check(name, script) {
  return {
    name,
    weight: LIGHT,
    async run({ signal }) {
      const { command, args } = npm(['run', '--silent', script]);
      const result = await run(command, args, { cwd: ROOT, limitSeconds: CHECK_LIMIT_SECONDS, signal });
      return { outcome: countCheck(result), output: result.output };
    },
  };
}

/** @returns {import('./steps.mjs').Step} */
function build() {
  return {
    name: 'build',
    weight: LIGHT,
    async run() {
      try {
        await ensureBuild(SILENT);
        return { outcome: { passed: 1, failed: 0, notes: [] } };
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        return { outcome: { passed: 0, failed: 1, notes: ['it could not be built'] }, output: error.message };
      }
    },
  };
}

/**
 * @param {object} plan
 * @param {string} plan.project of jest.config.mjs
 * @param {number} plan.weight
 * @param {number} plan.workers files at a time
 * @param {readonly string[]} [plan.needs]
 * @param {Choice} choice
 * @returns {import('./steps.mjs').Step}
 */
function jest({ project, weight, workers, needs = [] }, choice) {
  const report = `${REPORTS}/${project}.json`;
  const args = [
    YOUNG_SPACE,
    ...['--experimental-vm-modules', '--no-warnings', inPackages('jest/bin/jest.js')],
    ...['--ci', '--selectProjects', project, '--json', '--outputFile', report],
    `--maxWorkers=${workers}`,
  ];
  const runner = { report, limitSeconds: JEST_LIMIT_SECONDS, count: countJest };
  return {
    name: project,
    weight,
    needs,
    async run(context) {
      const counting = choice.counting ? await beginCounting(project) : [];
      return runReported({ ...runner, args: [...args, ...counting, ...choice.rest] }, context, choice);
    },
  };
}

/**
 * @param {Choice} choice
 * @returns {import('./steps.mjs').Step}
 */
function browser(choice) {
  const report = `${REPORTS}/browser.json`;
  const args = [inPackages('@playwright/test/cli.js'), 'test', '--project=browser', ...choice.rest];
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const runner = { args, report, limitSeconds: BROWSER_LIMIT_SECONDS, count: countPlaywright, env };
  return {
    name: 'browser',
    weight: HEAVY,
    needs: ['mongod', 'Chromium'],
    async run(context) {
      // if only this step was selected, nothing else has been built
      await ensureBuild(SILENT);
      return runReported(runner, context, choice);
    },
  };
}

/**
 * Runs a test runner, shows its output as it arrives, and counts tests by its report.
 *
 * @template R
 * @param {object} runner
 * @param {readonly string[]} runner.args for Node
 * @param {string} runner.report the file it writes
 * @param {number} runner.limitSeconds
 * @param {(report: R | null, end: import('./results.mjs').RunnerEnd) => import('./results.mjs').Outcome} runner.count
 * @param {NodeJS.ProcessEnv} [runner.env]
 * @param {import('./steps.mjs').StepContext} context
 * @param {Choice} choice
 * @returns {Promise<import('./steps.mjs').StepResult>}
 */
async function runReported({ args, report, limitSeconds, count, env = {} }, context, { rest, progress }) {
  await mkdir(REPORTS, { recursive: true });
  await rm(report, { force: true });
  const hung = new AbortController();
  const watch = endAfterReport(report, hung);
  const result = await run(process.execPath, args, {
    cwd: ROOT,
    env: { ...context.env, ...env },
    limitSeconds,
    signal: AbortSignal.any([context.signal, hung.signal]),
    onOutput: progress.write,
  });
  clearInterval(watch);
  const timedOut = result.timedOut || hung.signal.aborted || context.signal.aborted;
  const end = { code: result.code, timedOut, filtered: rest.length > 0 };
  try {
    return { outcome: count(await readReport(report), end) };
  } catch (error) {
    return { outcome: notRun(`its report can't be read: ${String(error)}`) };
  }
}

/**
 * Stops a runner that has written its report but does not exit, because something keeps its process alive.
 *
 * @param {string} report
 * @param {AbortController} hung
 * @returns {NodeJS.Timeout}
 */
function endAfterReport(report, hung) {
  let since = 0;
  return setInterval(async () => {
    const written = await stat(report).catch(() => null);
    if (written === null) return;
    since ||= Date.now();
    if (Date.now() - since > AFTER_REPORT_SECONDS * 1000) hung.abort();
  }, POLL_MS);
}

/** @param {string} file @returns {Promise<any>} null if there is none */
async function readReport(file) {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text);
}
