import { prepareScore, type PreparedScore } from '../../../lti/ags.ts';
import { AGS_SCOPE } from '../../../lti/claimNames.ts';
import { quirksOf } from '../../../lti/quirks.ts';
import type { TryResult, Conclusion } from './conclusion.ts';
import { findLineItem } from '../columns/findLineItem.ts';
import { concludeNewer, readBeforeSending, readBack } from './resultReads.ts';
import { compareOnly } from './compareOnly.ts';
import { mayReadResults } from '../comparison/readability.ts';
import { Receipts } from './receipts.ts';
import {
  toAccepted,
  concludeFault,
  concludeHeld,
  noteAnswer,
  type DeliverDeps,
  type Job,
  type Run,
} from './run.ts';

/**
 * Sends one claimed score: finds its column, reads the result first if a score of ours may be there, sends, and reads again where
 * the LMS's 200 may not be true. Reading is optional: a result that cannot be read never blocks a score for good. Never throws
 * because of an LMS.
 */
export async function deliver(deps: DeliverDeps, job: Job): Promise<TryResult> {
  const { claimed, column, platform } = job;
  const receipts = new Receipts(deps, claimed);
  const target = { platform, offered: column.scopes };
  const nothingYet = { pauseMs: 0, platformFault: false, unread: false, lmsMaximum: null };
  const run: Run = { deps, job, target, receipts, ...nothingYet };
  if (claimed.trying.tookOver) receipts.addLost();
  const conclusion = await attempt(run);
  const { pauseMs, platformFault } = run;
  return { conclusion, attempts: receipts.attempts, pauseMs, platformFault };
}

async function attempt(run: Run): Promise<Conclusion> {
  const { deps, job, target, receipts } = run;
  if (job.claimed.stateBefore) return compareOnly(run, job.claimed.stateBefore);
  const { scopes, turnedAway } = job.column;
  if (!scopes.includes(AGS_SCOPE.score)) {
    return concludeHeld(turnedAway?.reason ?? 'scope_missing', turnedAway?.lmsMessage ?? null);
  }
  const found = await findLineItem(deps, { column: job.column, target, receipts });
  if (found.kind === 'fault') {
    noteAnswer(run, { ok: false, fault: found.fault, milliseconds: 0 });
    return concludeFault(run, found.fault, true);
  }
  if (found.kind === 'missing') return concludeHeld('column_missing');
  const known = await readBeforeSending(run, found.url);
  return known ?? send(run, found.url);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The comment that is sent with a score: who approved it and why stays in Waymark, and so do a reviewer's words.
 *
 * @param zone  the institution's IANA time zone, for the date
 */
export function commentFor(decidedAt: Date, zone: string, locale = 'en-GB'): string {
  const key = `${locale} ${zone}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: zone });
    formats.set(key, format);
  }
  return `Approved ${format.format(decidedAt)} in Waymark`;
}

/** Canvas refuses a submission from the future, so a clock that runs ahead must not create one. */
function notAfter(submittedAt: Date | null, timestamp: Date): Date | null {
  return submittedAt && submittedAt > timestamp ? timestamp : submittedAt;
}

async function prepare({ deps, job }: Run): Promise<PreparedScore> {
  const { claimed, platform } = job;
  const { trying, wanted } = claimed;
  const zone = await deps.zoneOf(claimed.institutionId);
  return prepareScore(platform, {
    userId: claimed.sub,
    scoreGiven: trying.given,
    scoreMaximum: trying.maximum,
    comment: commentFor(wanted.decidedAt, zone),
    timestamp: trying.timestamp,
    firstTry: trying.first,
    launchUrl: deps.launchUrl,
    submittedAt: notAfter(wanted.submittedAt, trying.timestamp),
    forced: claimed.forcedRevision === trying.revision,
  });
}

async function send(run: Run, lineItemUrl: string): Promise<Conclusion> {
  const { deps, job, target, receipts } = run;
  const score = await prepare(run);
  const answer = noteAnswer(run, await deps.ags.sendScore(target, lineItemUrl, score));
  receipts.add('score', answer, score.hash);
  if (!answer.ok) {
    return answer.fault.reason === 'newer_is_there'
      ? concludeNewer(run, lineItemUrl, answer.fault)
      : concludeFault(run, answer.fault);
  }
  // what could not be read a moment ago is not requested again
  const isLookedAt = quirksOf(job.platform.family).readsBack && mayReadResults(job.column) && !run.unread;
  return isLookedAt ? readBack(run, lineItemUrl) : toAccepted(run, null);
}
