import type { ResultRead } from '../../../lti/results.ts';
import type { Outcome, ServiceFault } from '../../../lti/serviceFault.ts';
import { showsScore } from '../comparison/compare.ts';
import type { DeliveryDoc } from '../deliveries/delivery.model.ts';
import { lineItemKeyOf } from '../columns/lineItemKey.ts';
import { isUnreadable, mayReadResults, markUnreadable } from '../comparison/readability.ts';
import { retryDelayMs } from './backoff.ts';
import type { Conclusion } from './conclusion.ts';
import { mayList } from '../columns/findLineItem.ts';
import { compare, isTransient, read, READ_WAIT_MS, SECOND_READ_MS } from './resultReads.ts';
import { toAccepted, concludeHeld, noteAnswer, rosterStatusOf, triedForMs, type Run } from './run.ts';

type StateBefore = NonNullable<DeliveryDoc['stateBefore']>;

const toUnchanged = (shown: ResultRead | null): Conclusion => ({ kind: 'unchanged', shown });

/**
 * True if the column was deleted with its activity. A 404 for the results alone may come from an LMS that shows none, or from a
 * proxy: the course's list of columns has to respond, and without ours.
 */
async function isColumnGone(run: Run, lineItemUrl: string, fault: ServiceFault): Promise<boolean> {
  const { deps, job, target } = run;
  const { lineItemsUrl } = job.column;
  if (fault.reason !== 'column_gone' || lineItemsUrl === null || !mayList(job.column)) return false;
  const list = noteAnswer(run, await deps.ags.listLineItems(target, lineItemsUrl), true);
  if (isAsked(job.claimed)) run.receipts.add('line_item', list);
  // one that could not be read may be ours
  if (!list.ok || list.skipped) return false;
  const key = lineItemKeyOf(lineItemUrl);
  return !list.value.some(({ id }) => lineItemKeyOf(id) === key);
}

/** Nothing was found out: try later, if that may help; otherwise it stays in its state. */
function concludeUnreadable(run: Run, answer: Extract<Outcome<ResultRead>, { ok: false }>): Conclusion {
  const { fault } = answer;
  if (!isTransient(fault) || triedForMs(run) > READ_WAIT_MS) return toUnchanged(null);
  const { deps, job } = run;
  return {
    kind: 'postponed',
    delayMs: retryDelayMs(job.claimed.tries + 1, fault.retryAfterMs, deps.random),
  };
}

/**
 * Nothing is there, not even at the second look. If it went with an enrolment, it is sent again; otherwise somebody removed it.
 * At night, with nobody to ask, what was never seen does not count as missing: an LMS may not show any score.
 */
async function concludeGone(run: Run, before: StateBefore): Promise<Conclusion> {
  if (before.why === 'returned' && before.reason === 'changed_in_lms') return { kind: 'gone' };
  if (before.why === 'nightly' && run.job.claimed.lmsValue === null) return toUnchanged(null);
  const standing = await rosterStatusOf(run);
  if (standing === 'left') return concludeHeld('person_left');
  return standing === 'returned' ? { kind: 'gone' } : concludeHeld('cleared_in_lms');
}

/**
 * Somebody has chosen, or still has to, between ours and theirs: that stays, as long as theirs does. Whoever still has to choose
 * is told if theirs has changed again.
 */
function concludeChoice(run: Run, before: StateBefore, shown: ResultRead): Conclusion {
  const finding = compare(run, shown);
  if (finding === 'arrived') return toAccepted(run, shown);
  if (finding !== 'changed') return { kind: 'gone' };
  const isKnown = before.state === 'accepted' || shown.score === run.job.claimed.lmsValue;
  return isKnown ? toUnchanged(shown) : concludeHeld('changed_in_lms', null, shown);
}

/** What was accepted, and may have been changed since. A column whose points were changed shows it in other points. */
function concludeAccepted(run: Run, shown: ResultRead): Conclusion {
  return compare(run, shown) === 'changed' ? concludeHeld('changed_in_lms', null, shown) : toUnchanged(shown);
}

function conclude(run: Run, before: StateBefore, shown: ResultRead): Promise<Conclusion> | Conclusion {
  const { claimed } = run.job;
  const isOurZero = before.reason === 'none' && claimed.sent !== null && showsScore(shown, claimed.sent);
  if (shown.score !== null || isOurZero) {
    return before.reason === 'none' ? concludeAccepted(run, shown) : concludeChoice(run, before, shown);
  }
  if (claimed.missedAt === undefined) {
    return { kind: 'recheck', delayMs: SECOND_READ_MS, wasSent: false };
  }
  return concludeGone(run, before);
}

/** True if an admin is waiting for the result of this comparison. */
const isAsked = ({ askedAt, comparisonAt }: Run['job']['claimed']): boolean =>
  askedAt !== undefined && (comparisonAt === undefined || askedAt >= comparisonAt);

/** True if nothing should be requested: there is nothing to read, or nobody is waiting for another refusal. */
function isPointless(run: Run, before: StateBefore): boolean {
  const { deps, job } = run;
  return (
    !mayReadResults(job.column) || (before.why === 'nightly' && isUnreadable(job.column, deps.clock.now()))
  );
}

/**
 * Checks whether the LMS still has what it showed, and sends nothing: for one that was accepted, or that a person has chosen
 * about or is asked about. If it cannot be read, it stays in its state: reading is optional, and an LMS that refuses it is
 * recorded, so that it is not asked forever. A comparison that finds nothing new leaves no history entry, unless somebody asked
 * for it.
 */
export async function compareOnly(run: Run, before: StateBefore): Promise<Conclusion> {
  const { claimed, column } = run.job;
  if (!column.lineItemUrl || isPointless(run, before)) return toUnchanged(null);
  const answer = await read(
    run,
    column.lineItemUrl,
    claimed.missedAt === undefined ? undefined : { whole: true },
  );
  if (!answer.ok) {
    if (isAsked(claimed)) run.receipts.add('read_back', answer);
    if (await isColumnGone(run, column.lineItemUrl, answer.fault)) return concludeHeld('column_gone');
    if (!isTransient(answer.fault)) await markUnreadable(column);
    return concludeUnreadable(run, answer);
  }
  const conclusion = await conclude(run, before, answer.value);
  if (conclusion.kind === 'held') run.receipts.addHeld('read_back', answer, conclusion.reason);
  else if (isAsked(claimed) || !['unchanged', 'recheck'].includes(conclusion.kind)) {
    run.receipts.add('read_back', answer);
  }
  return conclusion;
}
