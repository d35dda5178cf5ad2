import type { Deps } from '../../../deps.ts';
import {
  prepareScore,
  type AgsClient,
  type AgsTarget,
  type PreparedScore,
} from '../../../lti/ags.ts';
import type { ResultRead } from '../../../lti/results.ts';
import { quirksOf } from '../../../lti/quirks.ts';
import { AGS_SCOPE } from '../../../lti/claimNames.ts';
import type { Outcome, ServiceFault } from '../../../lti/serviceFault.ts';
import type { ServicePlatform } from '../../../lti/token.ts';
import type { ColumnDoc } from '../column.model.ts';
import { compareResult, showsScore } from '../compare.ts';
import { GIVE_UP_MS, retryDelayMs } from './backoff.ts';
import type { Claimed } from './claims.ts';
import { commentFor } from './comment.ts';
import type { Concluded, Conclusion } from './conclusion.ts';
import { findLineItem } from './findLineItem.ts';
import { createReceipts, type Receipts } from './receipts.ts';

export interface DeliverDeps {
  clock: Deps['clock'];
  ags: AgsClient;
  /** What an LMS opens to show the work. */
  launchUrl: string;
  random: () => number;
  zoneOf(institutionId: string): Promise<string>;
  /** True when the course's roster says that the person is no longer in it. */
  hasLeft(institutionId: string, contextId: string, sub: string): Promise<boolean>;
}

export interface Job {
  claimed: Claimed;
  column: ColumnDoc;
  platform: ServicePlatform;
}

/** One try on its way: what it knows, and what it leaves behind. */
interface Run {
  deps: DeliverDeps;
  job: Job;
  target: AgsTarget;
  receipts: Receipts;
  pauseMs: number;
  platformFault: boolean;
}

const held = (reason: Extract<Conclusion, { kind: 'held' }>['reason'], lmsMessage: string | null = null) =>
  ({ kind: 'held', reason, lmsMessage, shown: null }) as const satisfies Conclusion;

/**
 * Sends one claimed score: finds its column, looks at the result first where something of ours may stand there, sends,
 * and looks again where the LMS's 200 can lie. Never throws for what an LMS does.
 */
export async function deliver(deps: DeliverDeps, job: Job): Promise<Concluded> {
  const { claimed, column, platform } = job;
  const receipts = createReceipts(deps, claimed);
  const target = { platform, offered: column.scopes };
  const run: Run = { deps, job, target, receipts, pauseMs: 0, platformFault: false };
  if (claimed.trying.tookOver) receipts.addLost();
  const conclusion = await attempt(run);
  const { pauseMs, platformFault } = run;
  return { conclusion, attempts: receipts.attempts, pauseMs, platformFault };
}

async function attempt(run: Run): Promise<Conclusion> {
  const { deps, job, target, receipts } = run;
  if (!job.column.scopes.includes(AGS_SCOPE.score)) return held('scope_missing');
  const found = await findLineItem(deps, { column: job.column, target, receipts });
  if (found.kind === 'fault') {
    noted(run, { ok: false, fault: found.fault, milliseconds: 0 });
    return concludeFault(run, found.fault, true);
  }
  if (found.kind === 'missing') return held('column_missing');
  const known = await lookFirst(run, found.url);
  return known ?? send(run, found.url);
}

/** Notes what a call says about the platform as a whole, and hands its answer on. */
function noted<T>(run: Run, outcome: Outcome<T>): Outcome<T> {
  if (outcome.ok) run.pauseMs = Math.max(run.pauseMs, outcome.pauseMs);
  else {
    const { retryable, slowDown, retryAfterMs, reason } = outcome.fault;
    run.platformFault ||= retryable || reason === 'token_refused';
    if (slowDown) run.pauseMs = Math.max(run.pauseMs, retryAfterMs ?? 2_000);
  }
  return outcome;
}

async function read(run: Run, lineItemUrl: string): Promise<Outcome<ResultRead>> {
  const { deps, job, target } = run;
  return noted(run, await deps.ags.readResult(target, lineItemUrl, job.claimed.sub));
}

/**
 * Reads the result where something of ours stands or may stand there, and concludes without sending when the score has
 * arrived already or a person has changed it. Null: go on and send.
 */
async function lookFirst(run: Run, lineItemUrl: string): Promise<Conclusion | null> {
  const { claimed, column } = run.job;
  const { trying, sent, doubts } = claimed;
  const isNeeded = sent !== null || claimed.mustRead || doubts.length > 0;
  const isChosen = claimed.forcedRevision === trying.revision;
  if (!isNeeded || isChosen || !column.scopes.includes(AGS_SCOPE.result)) return null;
  const answer = await read(run, lineItemUrl);
  if (!answer.ok) {
    run.receipts.add('read_back', answer);
    return concludeFault(run, answer.fault, true);
  }
  const finding = compareResult(answer.value, { wanted: trying, sent, doubts });
  if (finding === 'changed' || finding === 'cleared') {
    const reason = finding === 'changed' ? 'changed_in_lms' : 'cleared_in_lms';
    run.receipts.addHeld('read_back', answer, reason);
    return { ...held(reason), shown: answer.value };
  }
  run.receipts.add('read_back', answer);
  return finding === 'arrived' ? { kind: 'accepted', shown: answer.value } : null;
}

/** Canvas refuses a submission from the future, so a clock that runs ahead must not make one. */
function earlier(submittedAt: Date | null, timestamp: Date): Date | null {
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
    submittedAt: earlier(wanted.submittedAt, trying.timestamp),
    forced: claimed.forcedRevision === trying.revision,
  });
}

async function send(run: Run, lineItemUrl: string): Promise<Conclusion> {
  const { deps, job, target, receipts } = run;
  const score = await prepare(run);
  const answer = noted(run, await deps.ags.sendScore(target, lineItemUrl, score));
  receipts.add('score', answer, score.hash);
  if (!answer.ok) {
    return answer.fault.reason === 'newer_is_there'
      ? concludeNewer(run, lineItemUrl, answer.fault)
      : concludeFault(run, answer.fault);
  }
  if (!quirksOf(job.platform.family).readsBack || !job.column.scopes.includes(AGS_SCOPE.result)) {
    return { kind: 'accepted', shown: null };
  }
  return readBack(run, lineItemUrl);
}

/** Moodle answers 200 to a score that a teacher has overridden: what the result shows is what counts. */
async function readBack(run: Run, lineItemUrl: string): Promise<Conclusion> {
  const answer = await read(run, lineItemUrl);
  if (!answer.ok) {
    run.receipts.add('read_back', answer);
    const { reason, lmsMessage, retryAfterMs } = answer.fault;
    const delayMs = retryDelayMs(run.job.claimed.tries + 1, retryAfterMs, run.deps.random);
    return {
      kind: 'retry',
      reason: reason === 'none' ? 'lms_silent' : reason,
      lmsMessage,
      delayMs,
      doubt: true,
    };
  }
  if (showsScore(answer.value, run.job.claimed.trying)) {
    run.receipts.add('read_back', answer);
    return { kind: 'accepted', shown: answer.value };
  }
  const reason = answer.value.score === null ? 'cleared_in_lms' : 'changed_in_lms';
  run.receipts.addHeld('read_back', answer, reason);
  return {
    ...held(reason, 'The LMS keeps the grade that was entered there; take that back in the LMS first.'),
    shown: answer.value,
  };
}

/** "A newer score is there" may mean our own, whose answer was lost. */
async function concludeNewer(run: Run, lineItemUrl: string, fault: ServiceFault): Promise<Conclusion> {
  if (!run.job.column.scopes.includes(AGS_SCOPE.result)) return held('newer_is_there', fault.lmsMessage);
  const answer = await read(run, lineItemUrl);
  run.receipts.add('read_back', answer);
  if (!answer.ok) return concludeFault(run, answer.fault, true);
  return showsScore(answer.value, run.job.claimed.trying)
    ? { kind: 'accepted', shown: answer.value }
    : { ...held('newer_is_there', fault.lmsMessage), shown: answer.value };
}

/** @param wasRead  the call only looked, so nothing can have been stored by it */
async function concludeFault(run: Run, fault: ServiceFault, wasRead = false): Promise<Conclusion> {
  const { deps, job } = run;
  const { claimed } = job;
  const { reason, lmsMessage } = fault;
  if (fault.retryable) {
    const since = claimed.triedSince?.getTime() ?? Infinity;
    if (deps.clock.now().getTime() - since > GIVE_UP_MS) return held('lms_silent', lmsMessage);
    const delayMs = retryDelayMs(claimed.tries + 1, fault.retryAfterMs, deps.random);
    return { kind: 'retry', reason, lmsMessage, delayMs, doubt: !wasRead && !fault.nothingDone };
  }
  const { institutionId, contextId, sub } = claimed;
  if (reason === 'not_gradable' && (await deps.hasLeft(institutionId, contextId, sub))) {
    return held('person_left', lmsMessage);
  }
  return held(reason, lmsMessage);
}
