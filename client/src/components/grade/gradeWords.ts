import type { GradeLine } from '../../../../contract/pathways.ts';
import type { DeliveryReason } from '../../../../contract/states.ts';

/** Messages without arguments. */
type PlainWord =
  | 'onTheWay'
  | 'silent'
  | 'givenUp'
  | 'tokenRefused'
  | 'scopeMissing'
  | 'columnGone'
  | 'columnMissing'
  | 'notGradable'
  | 'personLeft'
  | 'courseEnded'
  | 'attemptsUsedUp'
  | 'newerIsThere'
  | 'cleared'
  | 'refused'
  | 'lmsError'
  | 'lockedInLms'
  | 'practice'
  | 'closed';

/** What is said about a grade, before translation. */
export type GradeWord =
  | { readonly word: PlainWord }
  | { readonly word: 'inGradebook'; readonly at: string }
  | { readonly word: 'changed'; readonly value: number | null }
  | { readonly word: 'pointsChanged'; readonly value: number; readonly maximum: number };

/** Facts about the delivery of a score, common to a teacher's line and an admin's row. */
export type GradeFacts = Pick<
  GradeLine,
  'state' | 'reason' | 'scoreGiven' | 'scoreMaximum' | 'acceptedAt' | 'lmsValue' | 'lmsMaximum'
>;

const BY_REASON: Readonly<Partial<Record<DeliveryReason, PlainWord>>> = {
  lms_silent: 'silent',
  token_refused: 'tokenRefused',
  scope_missing: 'scopeMissing',
  column_gone: 'columnGone',
  column_missing: 'columnMissing',
  not_gradable: 'notGradable',
  person_left: 'personLeft',
  course_ended: 'courseEnded',
  attempts_used_up: 'attemptsUsedUp',
  newer_is_there: 'newerIsThere',
  cleared_in_lms: 'cleared',
  refused: 'refused',
  lms_error: 'lmsError',
  locked_in_lms: 'lockedInLms',
  test_user: 'practice',
  closed_by_admin: 'closed',
};

function hasChangedPoints(facts: GradeFacts): GradeWord | null {
  const { scoreGiven, scoreMaximum, lmsMaximum } = facts;
  if (scoreGiven === null || scoreMaximum === null || lmsMaximum === null) return null;
  // a column without points shows nothing that could be compared
  if (lmsMaximum === scoreMaximum || !(scoreMaximum > 0) || !(lmsMaximum > 0)) return null;
  const value = facts.lmsValue ?? (scoreGiven / scoreMaximum) * lmsMaximum;
  return { word: 'pointsChanged', value, maximum: lmsMaximum };
}

/** The plain wording for the state of a score (ux: "Grade, in plain words"), or null if there is nothing to say yet. */
export function gradeWord(facts: GradeFacts): GradeWord | null {
  if (facts.reason === 'changed_in_lms') return { word: 'changed', value: facts.lmsValue };
  if (facts.reason === 'lms_silent' && facts.state === 'held') return { word: 'givenUp' };
  const reason = BY_REASON[facts.reason as DeliveryReason];
  if (reason !== undefined) return { word: reason };
  if (facts.state === 'accepted' && facts.acceptedAt !== null) {
    return hasChangedPoints(facts) ?? { word: 'inGradebook', at: facts.acceptedAt };
  }
  if (facts.state === 'queued' || facts.state === 'sending') return { word: 'onTheWay' };
  if (facts.state === 'waiting') return { word: 'silent' };
  if (facts.state === 'held') return { word: 'refused' };
  return facts.state === 'closed' ? { word: 'closed' } : null;
}
