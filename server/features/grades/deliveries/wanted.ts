import type { ColumnEffect } from '../../../../contract/reviews.ts';
import { AGS_SCOPE } from '../../../lti/claimNames.ts';
import { resourceIdOf } from '../../../lti/policy.ts';
import { visibleState } from './deliveryFilters.ts';
import type { ColumnDoc } from '../columns/column.model.ts';
import type { DeliveryDoc, ScoreValue } from './delivery.model.ts';
import { score, type Progress } from '../columns/scoreRule.ts';
import type { ScoreTargetDoc } from '../columns/scoreTarget.model.ts';

const DONE: Progress = { approved: 1, all: 1 };

/**
 * What an approval of a module counts in a column: the one module that its link shows, or how far the whole enrolment has got;
 * null if the approval is not about what the link shows.
 */
export function progressIn(
  { resourceId }: Pick<ColumnDoc, 'resourceId'>,
  { pathwayKey, moduleKey }: { pathwayKey: string; moduleKey: string | null },
  ofEnrolment: Progress,
): Progress | null {
  if (resourceId === resourceIdOf(pathwayKey, null)) return ofEnrolment;
  return resourceId === resourceIdOf(pathwayKey, moduleKey) ? DONE : null;
}

/** One target for each column and person: a link may have shown something else before. */
export function onePerColumn(targets: readonly ScoreTargetDoc[]): ScoreTargetDoc[] {
  return [...new Map(targets.map((target) => [`${target.columnId} ${target.personId}`, target])).values()];
}

type Rule = Pick<ColumnDoc, 'rule' | 'points' | 'state'>;
type SendingAccess = Rule & Pick<ColumnDoc, 'lineItemUrl' | 'lineItemsUrl' | 'scopes'>;

/** True if a decision leaves nothing in a column: a link without grade that never had one. */
export const isWithoutGrade = (column: Rule, delivery: DeliveryDoc | null): boolean =>
  column.state === 'no_grade' && !delivery;

/** The score that a column gets for some progress; null if there is nothing to tell the LMS. */
export function computeWantedScore(
  column: Rule,
  progress: Progress,
  delivery: DeliveryDoc | null,
): ScoreValue | null {
  const given = score(progress, column.rule, column.points);
  return given === 0 && !delivery ? null : { given, maximum: column.points };
}

/** True if nothing can be sent before somebody has changed something in the course. */
const isUnsendable = ({ lineItemUrl, lineItemsUrl, scopes }: SendingAccess): boolean =>
  !scopes.includes(AGS_SCOPE.score) || (!lineItemUrl && !lineItemsUrl);

/**
 * What happens to such a score once it is recorded, as far as is known beforehand: a description of what `updateWanted` does with
 * it.
 */
export function effectOf(
  column: SendingAccess,
  delivery: DeliveryDoc | null,
  wanted: ScoreValue | null,
): ColumnEffect {
  if (column.state === 'no_grade' || delivery?.closedForGood) return 'off';
  if (!wanted) return 'nothing';
  const { state, reason } = delivery ? visibleState(delivery) : { state: null, reason: null };
  const isSame = wanted.given === delivery?.wanted.given && wanted.maximum === delivery.wanted.maximum;
  if (state === 'accepted' && isSame) return 'unchanged';
  // a person who chose to keep theirs is asked again about a newer score
  if (reason === 'changed_in_lms' || (state === 'held' && reason === 'cleared_in_lms')) return 'choice';
  return state === 'held' || isUnsendable(column) ? 'held' : 'sent';
}
