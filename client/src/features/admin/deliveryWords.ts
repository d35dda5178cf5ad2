import type { DeliveryAttempt, DeliveryRow } from '../../../../contract/deliveries.ts';
import type { DeliveryReason } from '../../../../contract/states.ts';
import type { StateName } from '../../theme/tokens.ts';

type Reason = Exclude<DeliveryReason, 'none'>;
/** Key below `happened` and `why` in the words of the Grades page. */
export type HappenedWord = Reason | 'accepted' | 'pointsChanged' | 'onTheWay';

/** What happened to a score, as an admin reads it (ux: "Grade, in plain words"). */
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

/** What the LMS shows of our score where the course changed its points. */
export function shownInLms(row: DeliveryRow): number | null {
  if (row.lmsValue !== null) return row.lmsValue;
  if (row.lmsMaximum === null || !(row.scoreMaximum > 0)) return null;
  return (row.scoreGiven / row.scoreMaximum) * row.lmsMaximum;
}

export type ChipWord = 'repair' | 'choice' | 'trying' | 'onTheWay' | 'arrived' | 'closed';

const CHOICES: readonly DeliveryReason[] = ['changed_in_lms', 'cleared_in_lms', 'newer_is_there'];

export function chipOf(row: DeliveryRow): { state: StateName; word: ChipWord } {
  switch (row.state) {
    case 'accepted':
      return { state: 'approved', word: 'arrived' };
    case 'waiting':
      return { state: 'notStarted', word: 'trying' };
    case 'held':
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

/** True where the row asks which of two grades shall stand: one dialog with both, not a button for each. */
export function isChoice(row: DeliveryRow): boolean {
  return row.actions.some((action) => action === 'keep_theirs' || action === 'leave_empty');
}

/** True for an attempt that proves what arrived. */
export function isReceipt(attempt: DeliveryAttempt): boolean {
  return attempt.kind === 'score' && attempt.outcome === 'accepted';
}
