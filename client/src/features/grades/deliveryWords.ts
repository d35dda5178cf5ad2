import { isOwnNote, OWN_NOTES } from '../../../../contract/grades.ts';
import type { DeliveryAttempt, DeliveryRow } from '../../../../contract/grades.ts';
import type { DeliveryReason } from '../../../../contract/states.ts';
import type { StateName } from '../../theme/tokens.ts';

type Reason = Exclude<DeliveryReason, 'none'>;
/** Key below `happened` and `why` in the wording of the Grades page. */
export type HappenedWord = Reason | 'accepted' | 'pointsChanged' | 'onTheWay';

/** What happened to a score, in the wording for admins (ux: "Grade, in plain words"). */
export function happenedWord(row: DeliveryRow): HappenedWord {
  if (row.reason !== 'none') return row.reason;
  if (row.state === 'accepted') {
    const { lmsMaximum, scoreMaximum } = row;
    // a column without points shows nothing that could be compared
    const changed = lmsMaximum !== null && lmsMaximum > 0 && lmsMaximum !== scoreMaximum;
    return changed ? 'pointsChanged' : 'accepted';
  }
  if (row.state === 'waiting') return 'lms_silent';
  if (row.state === 'held') return 'refused';
  return row.state === 'closed' ? 'closed_by_admin' : 'onTheWay';
}

/** What the LMS shows of our score if the course changed its points. */
export function shownInLms(row: DeliveryRow): number | null {
  if (row.lmsValue !== null) return row.lmsValue;
  if (row.lmsMaximum === null || !(row.scoreMaximum > 0)) return null;
  return (row.scoreGiven / row.scoreMaximum) * row.lmsMaximum;
}

export type ChipWord = 'repair' | 'choice' | 'left' | 'trying' | 'onTheWay' | 'arrived' | 'closed';

const CHOICES: readonly DeliveryReason[] = ['changed_in_lms', 'cleared_in_lms'];

export function chipOf(row: DeliveryRow): { state: StateName; word: ChipWord } {
  switch (row.state) {
    case 'accepted':
      return { state: 'approved', word: 'arrived' };
    case 'waiting':
      return { state: 'notStarted', word: 'trying' };
    case 'held':
      if (row.reason === 'newer_is_there') return { state: 'locked', word: 'left' };
      return CHOICES.includes(row.reason)
        ? { state: 'returned', word: 'choice' }
        : { state: 'error', word: 'repair' };
    case 'closed':
      return { state: 'locked', word: 'closed' };
    case 'queued':
    case 'sending':
      return { state: 'submitted', word: 'onTheWay' };
  }
}

/** Why no try has succeeded so far, for a row that is waiting: the LMS did not respond, or another reason. */
export type WaitingWord = 'lms_silent' | 'lms_busy' | 'unreadable' | 'switchedOff' | 'ownFault';

/** What a row that is waiting, or was given up, waits for. */
export function waitingWord({ lmsMessage }: Pick<DeliveryRow, 'lmsMessage'>): WaitingWord {
  if (lmsMessage === OWN_NOTES.switchedOff) return 'switchedOff';
  if (lmsMessage === OWN_NOTES.ownFault) return 'ownFault';
  if (lmsMessage !== null) return isOwnNote(lmsMessage) ? 'unreadable' : 'lms_busy';
  return 'lms_silent';
}

/**
 * True if what a row says will change within moments without any other notification: a comparison, or the time of the next try.
 */
export function isMoving({ comparing, nextAt }: DeliveryRow): boolean {
  return nextAt === null ? comparing : new Date(nextAt) <= new Date();
}

/** True if the row asks which of two grades should remain: one dialog with both, not a button for each. */
export function isChoice(row: DeliveryRow): boolean {
  return row.actions.some((action) => action === 'keep_theirs' || action === 'leave_empty');
}

/** The wording for how a call ended: one that may succeed later got no response, or one that says so. */
export function outcomeWord({ outcome, httpStatus, lmsMessage }: DeliveryAttempt) {
  if (outcome !== 'passing_fault') return outcome;
  if (lmsMessage === OWN_NOTES.workerEnded) return 'lost';
  if (httpStatus === null) return outcome;
  return lmsMessage !== null && isOwnNote(lmsMessage) ? 'unreadable' : 'busy';
}

/** True for an attempt that proves what arrived. */
export function isReceipt(attempt: DeliveryAttempt): boolean {
  return attempt.kind === 'score' && attempt.outcome === 'accepted';
}
