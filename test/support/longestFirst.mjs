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
  'server/database-away.test.ts': 153,
  'server/idempotency/idempotency.test.ts': 111,
  'server/grades/deliveries-comparisons.test.ts': 90,
  'server/lti/limits.test.ts': 87,
  'server/cli.test.ts': 67,
  'server/idle.test.ts': 63,
  'client/autosave/interleavings.test.ts': 62,
  'server/lti/liberal.test.ts': 57,
  'server/http/client-faults.test.ts': 51,
  'server/grades/deliveries-unread.test.ts': 47,
  'server/idempotency/struck.test.ts': 46,
  'server/artifacts/failover.test.ts': 44,
  'server/bundles/studio.test.ts': 39,
  'server/grades/deliveries-compare.test.ts': 39,
  'client/studio/studio-pages.test.tsx': 38,
  'server/grades/deliveries-returns.test.ts': 37,
  'server/shutdown.test.ts': 37,
  'server/grades/columns.test.ts': 36,
  'server/grades/deliveries-order.test.ts': 36,
  'server/artifacts/unmadeChecks.test.ts': 35,
  'server/grades/deliveries.test.ts': 33,
  'certification/services.test.ts': 31,
  'server/http/rights.test.ts': 31,
  'client/studio/module-form.test.tsx': 30,
  'server/scale.test.ts': 30,
  'client/studio/alignments.test.tsx': 29,
  'server/artifacts/races.test.ts': 29,
  'server/grades/deliveries-nightly.test.ts': 27,
  'server/artifacts/uploads.test.ts': 26,
  'server/grades/deliveries-access.test.ts': 26,
  'server/grades/deliveries-transitions.test.ts': 25,
  'server/http/listening.test.ts': 25,
  'server/reviews/reviewers-known.test.ts': 25,
  'server/sessions/ended.test.ts': 25,
  'server/audit/audit.test.ts': 24,
  'server/grades/deliveries-trouble.test.ts': 23,
  'server/http/body-limits.test.ts': 23,
  'client/attempts/refused-sends.test.tsx': 22,
  'server/frameworks/importing.test.ts': 22,
  'server/grades/deliveries-admin.test.ts': 22,
  'server/reviews/peers.test.ts': 22,
  'unit/artifacts.work.test.ts': 22,
  'client/attempts/states.test.tsx': 21,
  'server/attempts/evidence-taken-back.test.ts': 21,
  'server/grades/columns-changed-link.test.ts': 21,
  'server/grades/deliveries-words.test.ts': 21,
  'server/artifacts/quotas.test.ts': 20,
  'server/artifacts/checks.test.ts': 19,
  'server/grades/deliveries-hung.test.ts': 19,
  'server/bundles/bundles.test.ts': 18,
  'client/studio/rule-pages.test.tsx': 17,
  'server/contentFiles/contentFiles.test.ts': 17,
  'server/grades/deliveries-urgent.test.ts': 17,
  'server/institutions/settings.test.ts': 17,
  'server/reviews/returns-undone.test.ts': 17,
  'server/submissions/pieces.test.ts': 17,
  'certification/message.test.ts': 16,
  'certification/state.test.ts': 16,
  'server/artifacts/reading.test.ts': 16,
  'server/frameworks/publishing.test.ts': 16,
  'server/lti/modes.test.ts': 16,
  'server/pathways/completion.test.ts': 16,
  'server/pathways/moving.test.ts': 16,
  'server/pathways/tracks.test.ts': 16,
  'server/studio/publishing.test.ts': 16,
  'client/pathways/map.test.tsx': 15,
  'server/audit/chain.test.ts': 15,
  'server/clocks-apart.test.ts': 15,
  'server/reviews/decisions-order.test.ts': 15,
  'client/studio/others-changes.test.tsx': 14,
  'server/artifacts/kept.test.ts': 14,
  'server/assignments/assignments.test.ts': 14,
  'server/replica-set.test.ts': 14,
  'client/attempts/evidence.test.tsx': 13,
  'client/attempts/writing.test.tsx': 13,
  'client/studio/unlisted.test.tsx': 13,
  'server/attempts/drafts-conflicts.test.ts': 13,
  'server/frameworks/statements.test.ts': 13,
  'server/grades/columns-launches.test.ts': 13,
  'server/pathways/rules.test.ts': 13,
  'server/artifacts/refusals.test.ts': 12,
  'server/http/bad-input.test.ts': 12,
  'server/http/deep-json.test.ts': 12,
  'server/main-job.test.ts': 12,
  'server/reviews/outlook.test.ts': 12,
  'server/studio/parts.test.ts': 12,
  'client/autosave/windows.test.ts': 11,
  'client/reviews/before-deciding.test.tsx': 11,
  'client/studio/draft-preview.test.tsx': 11,
  'client/studio/practice.test.tsx': 11,
  'server/attempts/history-pages.test.ts': 11,
  'server/attempts/work.test.ts': 11,
  'server/foundations.test.ts': 11,
  'server/lti/way-back.test.ts': 11,
  'server/pathways/version-links.test.ts': 11,
  'client/grades/deliveries-truth.test.tsx': 9,
  'client/studio/notes.test.tsx': 9,
  'client/attempts/steps.test.tsx': 8,
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
