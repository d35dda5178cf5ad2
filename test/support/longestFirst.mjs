// @ts-check
import { createRequire } from 'node:module';
import { basename } from 'node:path';

/** @type {typeof import('@jest/test-sequencer')} */
const { default: TestSequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

/**
 * Files that take long, in seconds, as measured on two cores: begun last, one of them would be waited for alone. A figure that is
 * not true any more costs time, and nothing else.
 *
 * @type {Readonly<Record<string, number>>}
 */
const SECONDS = {
  'database-away.test.ts': 125,
  'deliveries-looks.test.ts': 71,
  'idempotency.test.ts': 56,
  'deliveries-unread.test.ts': 51,
  'idle.test.ts': 48,
  'columns.test.ts': 39,
  'deliveries.test.ts': 39,
  'artifacts.failover.test.ts': 38,
  'deliveries-returns.test.ts': 35,
  'artifacts.unmadeChecks.test.ts': 32,
  'idempotency-struck.test.ts': 32,
  'evidence-taken-back.test.ts': 29,
  'shutdown.test.ts': 29,
  'api-rights.test.ts': 28,
  'deliveries-order.test.ts': 28,
  'decisions-order.test.ts': 23,
  'deliveries-admin.test.ts': 22,
  'deliveries-access.test.ts': 22,
  'artifacts.quotas.test.ts': 21,
  'body-limits.test.ts': 20,
  'deliveries-trouble.test.ts': 19,
  'scale.test.ts': 16,
  'lti-limits.test.ts': 15,
  'cli.test.ts': 15,
  'artifacts.uploads.test.ts': 14,
  'columns-launches.test.ts': 13,
  'lti-liberal.test.ts': 13,
  'replica-set.test.ts': 12,
  'deliveries-transitions.test.ts': 12,
  'deliveries-words.test.ts': 12,
};
const OTHERS = 5;

/** @typedef {Parameters<InstanceType<typeof TestSequencer>['allFailedTests']>[0]} Tests */

/** @param {Tests[number]} test as it took when it ran last, where that is known */
const secondsOf = ({ path, duration }) => (duration ? duration / 1000 : (SECONDS[basename(path)] ?? OTHERS));

/** Jest goes by the size of files that it has not run yet. */
export default class LongestFirst extends TestSequencer {
  /** @param {Tests} tests @returns {Promise<Tests>} @override */
  async sort(tests) {
    const known = await super.sort(tests);
    return known.sort((a, b) => secondsOf(b) - secondsOf(a));
  }
}
