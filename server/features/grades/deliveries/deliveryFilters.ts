import type { DeliveryAction, DeliveryFilter } from '../../../../contract/grades.ts';
import type { DeliveryReason, DeliveryState } from '../../../../contract/states.ts';
import type { DeliveryDoc } from './delivery.model.ts';

const CHANGED: readonly DeliveryReason[] = ['changed_in_lms', 'cleared_in_lms', 'newer_is_there'];

const OF_STATE: Readonly<Record<Exclude<DeliveryState, 'held'>, DeliveryFilter>> = {
  queued: 'on_the_way',
  sending: 'on_the_way',
  waiting: 'on_the_way',
  accepted: 'in_gradebook',
  closed: 'closed',
};

/** Which filter of the Grades page shows a delivery. */
export function filterOf(state: DeliveryState, reason: DeliveryReason): DeliveryFilter {
  if (state !== 'held') return OF_STATE[state];
  return CHANGED.includes(reason) ? 'changed' : 'need_you';
}

/** The state of a delivery for everybody: while it is only compared, its previous state. */
export function visibleState({
  stateBefore,
  state,
  reason,
}: Pick<DeliveryDoc, 'state' | 'reason' | 'stateBefore'>): Pick<DeliveryDoc, 'state' | 'reason'> {
  return stateBefore ? { state: stateBefore.state, reason: stateBefore.reason } : { state, reason };
}

/** The same as MongoDB expressions. */
export const VISIBLE_STATE = { $ifNull: ['$stateBefore.state', '$state'] };
export const VISIBLE_REASON = { $ifNull: ['$stateBefore.reason', '$reason'] };

/** `filterOf` as a MongoDB expression over the state of a delivery for everybody. */
export const FILTER_OF_STATE_AND_REASON = {
  $switch: {
    branches: [
      {
        case: { $eq: [VISIBLE_STATE, 'held'] },
        then: { $cond: [{ $in: [VISIBLE_REASON, CHANGED] }, 'changed', 'need_you'] },
      },
      ...Object.entries(OF_STATE).map(([state, then]) => ({ case: { $eq: [VISIBLE_STATE, state] }, then })),
    ],
  },
};

const REPAIRS: Partial<Record<DeliveryReason, readonly DeliveryAction[]>> = {
  lms_silent: ['send_now', 'close'],
  token_refused: ['send_now', 'close'],
  scope_missing: ['send_now', 'no_grade'],
  column_gone: ['make_column', 'link_column', 'no_grade'],
  column_missing: ['make_column', 'link_column', 'no_grade'],
  not_gradable: ['close', 'send_now', 'no_grade'],
  person_left: ['close', 'send_now'],
  course_ended: ['close', 'send_now'],
  attempts_used_up: ['send_without_attempt', 'send_now', 'close'],
  changed_in_lms: ['keep_theirs', 'send_ours'],
  cleared_in_lms: ['send_ours', 'leave_empty'],
  refused: ['send_now', 'close'],
  lms_error: ['send_now', 'close'],
  locked_in_lms: ['send_now', 'close'],
};

/** Held for these reasons, a delivery may succeed if it is simply sent again. */
export const SENDABLE: readonly DeliveryReason[] = [
  'lms_silent',
  'token_refused',
  'scope_missing',
  'refused',
  'lms_error',
  'locked_in_lms',
];

/** Held for these reasons, somebody has changed the result in the LMS, and may have changed it again. */
export const CHANGED_BY_SOMEBODY: readonly DeliveryReason[] = ['changed_in_lms', 'cleared_in_lms'];

/**
 * What an admin may do with a delivery, the most likely first.
 *
 * @param may.compare  what its column shows can be read
 * @param may.sendNow  it is waiting for a pause of the whole platform to end
 */
export function actionsFor(
  delivery: { state: DeliveryState; reason: DeliveryReason },
  mayMakeColumn: boolean,
  may: { compare: boolean; sendNow: boolean },
): DeliveryAction[] {
  const { state, reason } = delivery;
  if (state === 'waiting') return ['send_now', 'close'];
  if (state === 'closed') return ['send_now'];
  if (state === 'queued') return may.sendNow ? ['send_now'] : [];
  if (state === 'accepted') return may.compare ? ['compare'] : [];
  if (state !== 'held') return [];
  const repairs = REPAIRS[reason] ?? [];
  const possible = repairs.filter((action) => mayMakeColumn || action !== 'make_column');
  return may.compare && CHANGED_BY_SOMEBODY.includes(reason) ? [...possible, 'compare'] : possible;
}
