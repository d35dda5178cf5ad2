// @ts-check
import { createRequire } from 'node:module';
import { selectFresh } from './freshCoverage.mjs';

/**
 * What Jest calls for each test file.
 *
 * @typedef {(...given: [unknown, unknown, Environment, ...unknown[]]) => Promise<unknown>} Runner
 * @typedef {{global: {__coverage__?: Record<string, import('./freshCoverage.mjs').FileCoverage>}}} Environment
 */

/** @type {{default: Runner}} */
const { default: runTests } = createRequire(import.meta.url)('jest-circus/runner');

/** @type {import('./freshCoverage.mjs').Hits} */
const hitsOfProcess = new Map();

/**
 * Jest's own runner of a test file. Where coverage is measured, it hands on only the source files of which this test file ran what no
 * earlier one did in this process. Otherwise Jest copies several hundred for every test file, sends them to another process and
 * merges them there, each with the place of every statement: half a second of CPU time for a test file of the server.
 *
 * So hits are counted too low, but nothing that was run is reported as not run.
 *
 * @type {Runner}
 */
export default async function runAndCountOnce(...given) {
  const result = await runTests(...given);
  const { global } = given[2];
  if (global.__coverage__) global.__coverage__ = selectFresh(global.__coverage__, hitsOfProcess);
  return result;
}
