import type { ResultRead } from '../../../lti/results.ts';
import type { Outcome } from '../../../lti/serviceFault.ts';
import { showsScore } from '../compare.ts';
import type { DeliveryDoc } from '../delivery.model.ts';
import { retryDelayMs } from './backoff.ts';
import type { Conclusion } from './conclusion.ts';
import { compare, mayPass, mayRead, read, READ_WAIT_MS, SECOND_LOOK_MS } from './look.ts';
import { accepted, held, standingOf, triedForMs, type Run } from './run.ts';

type Stood = NonNullable<DeliveryDoc['stood']>;

const unchanged = (shown: ResultRead | null): Conclusion => ({ kind: 'unchanged', shown });

/** Nothing was found out: later, where that may help; else it stands where it stood. */
function concludeBlind(run: Run, answer: Extract<Outcome<ResultRead>, { ok: false }>): Conclusion {
  const { fault } = answer;
  if (!mayPass(fault) || triedForMs(run) > READ_WAIT_MS) return unchanged(null);
  const { deps, job } = run;
  return {
    kind: 'look_later',
    delayMs: retryDelayMs(job.claimed.tries + 1, fault.retryAfterMs, deps.random),
  };
}

/** Nothing stands there, at the second look either. Gone with an enrolment, it is sent again; else somebody took it away. */
async function concludeGone(run: Run, stood: Stood): Promise<Conclusion> {
  // looked at because they had been away
  if (stood.reason === 'changed_in_lms') return { kind: 'gone' };
  const standing = await standingOf(run);
  if (standing === 'left') return held('person_left');
  return standing === 'returned' ? { kind: 'gone' } : held('cleared_in_lms');
}

/** Somebody has chosen, or still has to, between ours and theirs: that stays, as long as theirs does. */
function concludeChoice(run: Run, shown: ResultRead): Conclusion {
  const finding = compare(run, shown);
  if (finding === 'arrived') return accepted(run, shown);
  return finding === 'changed' ? unchanged(shown) : { kind: 'gone' };
}

/** What was accepted, and may have been changed since. A column whose points were changed shows it in other points. */
function concludeAccepted(run: Run, shown: ResultRead): Conclusion {
  return compare(run, shown) === 'changed' ? held('changed_in_lms', null, shown) : unchanged(shown);
}

/**
 * Looks whether the LMS still has what it showed, and sends nothing: one that was accepted, or that a person has chosen about
 * or is asked about. Where it can't be looked at, it stands where it stood: reading is optional. A look that finds nothing
 * new leaves no line of history.
 */
export async function lookOver(run: Run, stood: Stood): Promise<Conclusion> {
  const { claimed, column } = run.job;
  if (!column.lineItemUrl || !mayRead(run)) return unchanged(null);
  const isSecond = claimed.missedAt !== undefined;
  const answer = await read(run, column.lineItemUrl, isSecond ? { whole: true } : undefined);
  if (!answer.ok) return concludeBlind(run, answer);
  const shown = answer.value;
  if (shown.score === null && !(claimed.sent && stood.reason === 'none' && showsScore(shown, claimed.sent))) {
    if (!isSecond) return { kind: 'look_again', delayMs: SECOND_LOOK_MS, wasSent: false };
    const conclusion = await concludeGone(run, stood);
    run.receipts.add('read_back', answer);
    return conclusion;
  }
  const conclusion = stood.reason === 'none' ? concludeAccepted(run, shown) : concludeChoice(run, shown);
  if (conclusion.kind === 'held') run.receipts.addHeld('read_back', answer, conclusion.reason);
  else if (conclusion.kind !== 'unchanged') run.receipts.add('read_back', answer);
  return conclusion;
}
