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
  'database-away.test.ts': 135,
  'deliveries-looks.test.ts': 80,
  'artifacts.races.test.ts': 72,
  'idempotency.test.ts': 66,
  'deliveries-compare.test.ts': 52,
  'idle.test.ts': 48,
  'deliveries-unread.test.ts': 46,
  'artifacts.failover.test.ts': 39,
  'deliveries.test.ts': 39,
  'columns.test.ts': 38,
  'deliveries-order.test.ts': 37,
  'idempotency-struck.test.ts': 34,
  'shutdown.test.ts': 34,
  'deliveries-returns.test.ts': 34,
  'artifacts.unmadeChecks.test.ts': 33,
  'deliveries-nightly.test.ts': 28,
  'evidence-taken-back.test.ts': 28,
  'api-rights.test.ts': 27,
  'deliveries-admin.test.ts': 25,
  'deliveries-trouble.test.ts': 25,
  'deliveries-access.test.ts': 24,
  'decisions-order.test.ts': 23,
  'body-limits.test.ts': 22,
  'lti-liberal.test.ts': 21,
  'artifacts.quotas.test.ts': 21,
  'deliveries-hurry.test.ts': 20,
  'lti-limits.test.ts': 20,
  'client-faults.test.ts': 20,
  'listening.test.ts': 19,
  'reviewers-known.test.ts': 17,
  'deliveries-words.test.ts': 16,
  'scale.test.ts': 16,
  'deliveries-transitions.test.ts': 15,
  'artifacts.uploads.test.ts': 15,
  'cli.test.ts': 15,
  'sessions-ended.test.ts': 14,
  'columns-launches.test.ts': 14,
  'drafts-conflicts.test.ts': 13,
  'clocks-apart.test.ts': 13,
  'replica-set.test.ts': 12,
  'deliveries-hung.test.ts': 12,
  'columns-changed-link.test.ts': 11,
  'artifacts.kept.test.ts': 11,
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
