import { OWN_NOTES } from '../../../../contract/grades.ts';
import type { ResultRead } from '../../../lti/results.ts';
import type { Outcome, ServiceFault } from '../../../lti/serviceFault.ts';
import { compareResult, showsScore, type Finding } from '../comparison/compare.ts';
import { mayReadResults, markReadable } from '../comparison/readability.ts';
import type { Conclusion } from './conclusion.ts';
import {
  toAccepted,
  concludeFault,
  concludeHeld,
  noteAnswer,
  rosterStatusOf,
  triedForMs,
  type Run,
} from './run.ts';

/** How long a score waits for a result that cannot be read just now. Then it is sent without: reading is optional. */
export const READ_WAIT_MS = 30 * 60_000;
/** A missing grade is looked for once more after this: lists lag, and a page may omit somebody. */
export const SECOND_READ_MS = 2_000;

export async function read(
  run: Run,
  lineItemUrl: string,
  how?: { whole: boolean },
): Promise<Outcome<ResultRead>> {
  const { deps, job, target } = run;
  const answer = noteAnswer(run, await deps.ags.readResult(target, lineItemUrl, job.claimed.sub, how), true);
  if (!answer.ok) return answer;
  await markReadable(job.column);
  run.lmsMaximum = answer.value.maximum ?? run.lmsMaximum;
  return answer;
}

/** True if the same read may succeed later without anybody doing anything. */
export const isTransient = ({ retryable, unusable }: ServiceFault): boolean => retryable && !unusable;

/** A result that cannot be read: if that may pass, the score waits for a while, otherwise it is sent all the same (null). */
async function concludeUnreadable(run: Run, fault: ServiceFault): Promise<Conclusion | null> {
  // without a token the score cannot be sent either, unless only reading gets none
  const isWithout = fault.noToken && fault.reason !== 'scope_missing';
  const isWaiting = isWithout || (isTransient(fault) && triedForMs(run) < READ_WAIT_MS);
  if (isWaiting) return concludeFault(run, fault, true);
  run.unread = true;
  return null;
}

const REASON = { changed: 'changed_in_lms', cleared: 'cleared_in_lms' } as const;

export function compare({ job: { claimed } }: Run, result: ResultRead): Finding {
  const { trying: wanted, sent, doubts, lmsMaximum } = claimed;
  return compareResult(result, { wanted, sent, doubts, lmsMaximum });
}

/**
 * A grade of ours is missing. A person who left the course took it along; one who came back has it sent again. Otherwise it
 * counts as cleared once it was missing twice, the second time among the results of everybody.
 */
async function concludeMissing(run: Run, lineItemUrl: string): Promise<Finding | Conclusion> {
  const standing = await rosterStatusOf(run);
  if (standing === 'left') return concludeHeld('person_left');
  if (standing === 'returned') return 'empty';
  if (!run.job.claimed.missedAt) return { kind: 'recheck', delayMs: SECOND_READ_MS, wasSent: false };
  const whole = await read(run, lineItemUrl, { whole: true });
  run.receipts.add('read_back', whole);
  return whole.ok ? compare(run, whole.value) : 'cleared';
}

/**
 * Reads the result if a score of ours is or may be there, and concludes without sending if the score has already arrived or a
 * person has changed it. Null: continue and send.
 */
export async function readBeforeSending(run: Run, lineItemUrl: string): Promise<Conclusion | null> {
  const { trying, sent, doubts, mustRead, forcedRevision } = run.job.claimed;
  const isNeeded = sent !== null || mustRead || doubts.length > 0;
  if (!isNeeded || forcedRevision === trying.revision || !mayReadResults(run.job.column)) return null;
  const answer = await read(run, lineItemUrl);
  if (!answer.ok) {
    run.receipts.add('read_back', answer);
    return concludeUnreadable(run, answer.fault);
  }
  const first = compare(run, answer.value);
  if (first !== 'changed') run.receipts.add('read_back', answer);
  const finding = first === 'cleared' ? await concludeMissing(run, lineItemUrl) : first;
  if (typeof finding === 'object') return finding;
  if (finding === 'arrived') return toAccepted(run, answer.value);
  if (finding !== 'changed' && finding !== 'cleared') return null;
  run.receipts.addHeld('read_back', answer, REASON[finding]);
  return concludeHeld(REASON[finding], null, answer.value);
}

/**
 * Checks what happened to a score that was accepted: Moodle returns 200 for one that a teacher has overridden. A check that fails
 * undoes nothing; one that finds nothing at all is followed by a second one.
 */
export async function readBack(run: Run, lineItemUrl: string): Promise<Conclusion> {
  const answer = await read(run, lineItemUrl);
  if (!answer.ok || showsScore(answer.value, run.job.claimed.trying)) {
    run.receipts.add('read_back', answer);
    run.unread = !answer.ok;
    return toAccepted(run, answer.ok ? answer.value : null);
  }
  if (answer.value.score === null) {
    run.receipts.add('read_back', answer);
    return { kind: 'recheck', delayMs: SECOND_READ_MS, wasSent: true };
  }
  run.receipts.addHeld('read_back', answer, 'changed_in_lms');
  return concludeHeld('changed_in_lms', OWN_NOTES.overridden, answer.value);
}

/** "A newer score is there" may mean our own, whose response was lost. */
export async function concludeNewer(run: Run, lineItemUrl: string, fault: ServiceFault): Promise<Conclusion> {
  if (!mayReadResults(run.job.column) || run.unread) return concludeHeld('newer_is_there', fault.lmsMessage);
  const answer = await read(run, lineItemUrl);
  run.receipts.add('read_back', answer);
  if (!answer.ok)
    return (await concludeUnreadable(run, answer.fault)) ?? concludeHeld('newer_is_there', fault.lmsMessage);
  return showsScore(answer.value, run.job.claimed.trying)
    ? toAccepted(run, answer.value)
    : concludeHeld('newer_is_there', fault.lmsMessage, answer.value);
}
