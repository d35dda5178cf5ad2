// @ts-check
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @type {typeof import('@jest/test-sequencer')} */
const { default: TestSequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

/**
 * Files that take long, in seconds, as measured on two cores: if one of them started last, everything would wait for it. An outdated
 * figure costs time and nothing else.
 *
 * @type {Readonly<Record<string, number>>}
 */
const SECONDS = {
  'server/database-away.test.ts': 135,
  'server/grades/deliveries-comparisons.test.ts': 80,
  'server/artifacts/races.test.ts': 72,
  'server/idempotency/idempotency.test.ts': 66,
  'server/grades/deliveries-compare.test.ts': 52,
  'server/idle.test.ts': 48,
  'server/grades/deliveries-unread.test.ts': 46,
  'server/artifacts/failover.test.ts': 39,
  'server/grades/deliveries.test.ts': 39,
  'server/grades/columns.test.ts': 38,
  'server/grades/deliveries-order.test.ts': 37,
  'server/idempotency/struck.test.ts': 34,
  'server/shutdown.test.ts': 34,
  'server/grades/deliveries-returns.test.ts': 34,
  'server/artifacts/unmadeChecks.test.ts': 33,
  'server/grades/deliveries-nightly.test.ts': 28,
  'server/attempts/evidence-taken-back.test.ts': 28,
  'server/http/rights.test.ts': 27,
  'server/grades/deliveries-admin.test.ts': 25,
  'server/grades/deliveries-trouble.test.ts': 25,
  'server/grades/deliveries-access.test.ts': 24,
  'server/reviews/decisions-order.test.ts': 23,
  'server/http/body-limits.test.ts': 22,
  'server/lti/liberal.test.ts': 21,
  'server/artifacts/quotas.test.ts': 21,
  'server/grades/deliveries-urgent.test.ts': 20,
  'server/lti/limits.test.ts': 20,
  'server/http/client-faults.test.ts': 20,
  'server/http/listening.test.ts': 19,
  'server/reviews/reviewers-known.test.ts': 17,
  'server/grades/deliveries-words.test.ts': 16,
  'server/scale.test.ts': 16,
  'server/grades/deliveries-transitions.test.ts': 15,
  'server/artifacts/uploads.test.ts': 15,
  'server/cli.test.ts': 15,
  'server/sessions/ended.test.ts': 14,
  'server/grades/columns-launches.test.ts': 14,
  'server/attempts/drafts-conflicts.test.ts': 13,
  'server/clocks-apart.test.ts': 13,
  'server/replica-set.test.ts': 12,
  'server/grades/deliveries-hung.test.ts': 12,
  'server/grades/columns-changed-link.test.ts': 11,
  'server/artifacts/kept.test.ts': 11,
};
const OTHERS = 5;

/** @typedef {Parameters<InstanceType<typeof TestSequencer>['allFailedTests']>[0]} Tests */

const TESTS = fileURLToPath(new URL('..', import.meta.url));

/** @param {Tests[number]} test with the duration of its last run, if known */
const secondsOf = ({ path, duration }) =>
  duration ? duration / 1000 : (SECONDS[relative(TESTS, path)] ?? OTHERS);

/** Jest itself goes by the size of files that it has not run yet. */
export default class LongestFirst extends TestSequencer {
  /** @param {Tests} tests @returns {Promise<Tests>} @override */
  async sort(tests) {
    const known = await super.sort(tests);
    return known.sort((a, b) => secondsOf(b) - secondsOf(a));
  }
}
