// @ts-check
import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { inRoot, ROOT } from './paths.mjs';

/**
 * How much of the code the tests run. Jest counts in its own process alone: what a test starts as a process of its own, and the
 * browser tests, add nothing.
 *
 * @typedef {import('istanbul-lib-coverage').CoverageMap} CoverageMap
 * @typedef {import('istanbul-lib-coverage').CoverageSummary} CoverageSummary
 */

/** The steps that are counted; `coverage` judges what all of them ran. */
const COUNTING = ['unit', 'server', 'certification', 'client'];
const PARTS = /** @type {const} */ (['server', 'contract', 'client']);
const COLUMNS = /** @type {const} */ (['statements', 'branches', 'functions', 'lines']);
/**
 * Percent, to be raised as the figures rise. What jest misses of the client is run by browser tests (CONTRIBUTING.md lists it by
 * file).
 */
const LEAST_BRANCHES = { server: 85, contract: 85, client: 76 };
const WORST_NAMED = 10;
const FOLDER = inRoot('.cache', 'test', 'coverage');

/**
 * Entry points, and what only they load: jest's own process runs none of it. Separate processes do in
 * test/server/shutdown.test.ts, test/server/main-job.test.ts and test/server/cli.test.ts, and the browser in
 * test/browser/uploads.spec.ts.
 */
const ENTRY_POINTS = new Set([
  'server/main.ts',
  'server/cli.ts',
  'server/serve.ts',
  'server/shutdown.ts',
  'client/src/main.tsx',
  'client/src/zodQuiet.ts',
  'client/src/uploads/tusTransfer.ts',
]);

/** @param {string} step @returns {string} */
const folderOf = (step) => `${FOLDER}/${step}`;

/**
 * Makes jest count, into a file that is gone before it begins.
 *
 * @param {string} step
 * @returns {Promise<readonly string[]>} jest's arguments
 */
export async function beginCounting(step) {
  await rm(folderOf(step), { recursive: true, force: true });
  return [
    ...['--coverage', '--coverageProvider=babel', '--coverageReporters=json'],
    `--coverageDirectory=${folderOf(step)}`,
  ];
}

/**
 * What the counting steps of this run have left.
 *
 * @returns {Promise<import('./steps.mjs').StepResult>} fails where a step has left nothing, a part falls below the least, or no test
 *   loads a file
 */
export async function readCoverage() {
  const { default: istanbul } = await import('istanbul-lib-coverage');
  const map = istanbul.createCoverageMap({});
  const missing = [];
  for (const step of COUNTING) {
    const text = await readFile(`${folderOf(step)}/coverage-final.json`, 'utf8').catch(() => null);
    if (text === null) missing.push(`nothing was counted by ${step}: it is judged with all of ${COUNTING}`);
    else map.merge(JSON.parse(text));
  }
  const { report, notes } = judge(map, istanbul.createCoverageSummary, await unloaded(map));
  // without them, the figures mean nothing
  const all = missing.length > 0 ? missing : notes;
  return {
    report,
    outcome: { passed: all.length === 0 ? 1 : 0, failed: all.length === 0 ? 0 : 1, notes: all },
  };
}

/**
 * The table, and what is wrong with it.
 *
 * @param {CoverageMap} map its paths are absolute
 * @param {() => CoverageSummary} createSummary an empty one
 * @param {readonly string[]} never files that no test loads
 * @returns {{report: string, notes: readonly string[]}}
 */
export function judge(map, createSummary, never) {
  const files = map
    .files()
    .map((path) => ({ name: nameOf(path), summary: map.fileCoverageFor(path).toSummary() }))
    .filter(({ name }) => !ENTRY_POINTS.has(name));
  const parts = PARTS.map((part) => {
    const own = files.filter(({ name }) => name.startsWith(`${part}/`));
    const sum = createSummary();
    for (const { summary } of own) sum.merge(summary);
    return { part, own, sum };
  });
  const rows = parts.map(({ part, sum }) => [part, ...COLUMNS.map((column) => percent(sum, column))]);
  const lines = [['coverage', ...COLUMNS], ...rows].map(([first = '', ...others]) =>
    [first.padEnd(16), ...others.map((one) => one.padStart(12))].join(''),
  );
  const low = parts.flatMap(({ part, own, sum }) =>
    branchesOf(sum) >= LEAST_BRANCHES[part]
      ? []
      : [
          `${part}: ${percent(sum, 'branches')} of branches, at least ${LEAST_BRANCHES[part]} %`,
          ...worstOf(own),
        ],
  );
  return { report: lines.join('\n'), notes: [...never.map((name) => `no test loads ${name}`), ...low] };
}

/** @param {CoverageSummary} summary @returns {number} rounded down; a part without branches, or without files, has none to show */
function branchesOf({ data: { branches } }) {
  return branches.total === 0 ? 0 : branches.pct;
}

/** @param {CoverageSummary} summary @param {typeof COLUMNS[number]} column @returns {string} */
function percent({ data }, column) {
  const { pct, total } = data[column];
  return total === 0 ? '–' : `${pct.toFixed(1)} %`;
}

/** @param {readonly {name: string, summary: CoverageSummary}[]} files @returns {string[]} where most branches are left */
function worstOf(files) {
  return files
    .map(({ name, summary: { data } }) => ({ name, ...data.branches }))
    .sort((a, b) => b.total - b.covered - (a.total - a.covered))
    .slice(0, WORST_NAMED)
    .filter(({ covered, total }) => covered < total)
    .map(({ name, covered, total }) => `  ${name}: ${total - covered} of ${total} branches not taken`);
}

/** @param {string} path @returns {string} */
function nameOf(path) {
  return relative(ROOT, path).split(sep).join('/');
}

/**
 * Files that would be missing from the table. Those with only types or imports have nothing to run.
 *
 * @param {CoverageMap} map
 * @returns {Promise<string[]>}
 */
async function unloaded(map) {
  const { transform } = await import('@swc/core');
  const loaded = new Set(map.files().map(nameOf));
  const names = [];
  for (const name of await sources()) {
    if (loaded.has(name) || ENTRY_POINTS.has(name)) continue;
    const parser = /** @type {const} */ ({ syntax: 'typescript', tsx: name.endsWith('x') });
    const { code } = await transform(await readFile(inRoot(name), 'utf8'), {
      jsc: { parser, target: 'es2023' },
    });
    const run = code.replace(/\/\*.*?\*\/|^\/\/.*?$|\bimport .*?;$|export\s*\{\s*\};?/gms, '');
    if (run.trim() !== '') names.push(name);
  }
  return names;
}

/** @returns {Promise<string[]>} */
async function sources() {
  const folders = ['client/src', 'contract', 'server'].map(async (folder) => {
    const paths = await readdir(inRoot(folder), { recursive: true });
    return paths.map((path) => nameOf(join(inRoot(folder), path)));
  });
  const names = (await Promise.all(folders)).flat();
  return names.filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts')).sort();
}
