import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type { DeliveryAction } from '../../../../contract/grades.ts';
import type { Deps } from '../../../deps.ts';
import { AppError } from '../../../errors.ts';
import type { LiveSession } from '../../../http/liveSession.ts';
import { appendAudit } from '../../audit/audit.service.ts';
import type { DeliveryDoc } from './delivery.model.ts';
import { DeliveryAttemptModel, type DeliveryAttemptDoc } from './deliveryAttempt.model.ts';
import { close, keepTheirs, makeUrgent, requeue } from './deliveryTransitions.ts';
import { startComparison } from './comparisonTransitions.ts';
import { moveDeliveries, type Transition } from './transition.ts';

/** These describe it better than "closed by an admin". */
const KEPT_REASONS: readonly DeliveryDoc['reason'][] = [
  'person_left',
  'course_ended',
  'not_gradable',
  'cleared_in_lms',
];

/** As seen by the person who chose. */
type Seen = Pick<DeliveryDoc, 'state' | 'reason' | 'wanted'>;

/** What a choice about one score does, if the score is still as it was seen; null for choices about its column. */
export function transitionFor(seen: Seen, action: DeliveryAction): Transition | null {
  const { state, reason, wanted } = seen;
  const when = { state, reason, 'wanted.revision': wanted.revision };
  switch (action) {
    case 'send_now':
      if (state === 'queued') return makeUrgent({ ...when, stateBefore: { $exists: false } });
      return requeue(when, {
        closedForGood: false,
        // whoever runs the course has allowed another attempt
        ...(reason === 'attempts_used_up' ? { triedDecisionId: null } : {}),
      });
    case 'send_without_attempt':
      return requeue(when);
    case 'send_ours':
      return requeue(when, { forcedRevision: '$wanted.revision' });
    case 'compare':
      return startComparison(when, { askedAt: '$$NOW' });
    case 'keep_theirs':
      return keepTheirs(when);
    case 'leave_empty':
    case 'close':
      return close(KEPT_REASONS.includes(reason) ? reason : 'closed_by_admin', when);
    case 'no_grade':
      return reason === 'not_gradable' ? close(reason, when, true) : null;
    default:
      return null;
  }
}

/** The history entry of a choice. */
export function toActionLine(
  delivery: Pick<DeliveryDoc, '_id' | 'institutionId' | 'reason' | 'wanted'>,
  action: DeliveryAction,
  by: { personId: string; at: Date },
): DeliveryAttemptDoc {
  return {
    _id: randomUUID(),
    institutionId: delivery.institutionId,
    deliveryId: delivery._id,
    at: by.at,
    kind: 'choice',
    outcome: 'chosen',
    httpStatus: null,
    reason: delivery.reason,
    lmsMessage: null,
    requestHash: null,
    scoreGiven: delivery.wanted.given,
    scoreMaximum: delivery.wanted.maximum,
    milliseconds: null,
    revision: delivery.wanted.revision,
    byPersonId: by.personId,
    choice: action,
  };
}

const busy = (): AppError =>
  new AppError('DELIVERY_BUSY', 'This score is on its way this very moment. Look again in a minute.');

/**
 * Applies an admin's action to one score: delivery, history entry and audit, and only if nothing has changed since it was read.
 * Part of the caller's transaction.
 *
 * @throws {AppError} DELIVERY_BUSY
 */
export async function applyAction(
  { clock }: Pick<Deps, 'clock'>,
  session: LiveSession,
  choice: { delivery: DeliveryDoc; action: DeliveryAction; transition: Transition },
  tx: ClientSession,
): Promise<void> {
  const { delivery, action, transition } = choice;
  const { institutionId, _id } = delivery;
  if ((await moveDeliveries({ institutionId, _id }, transition, tx)) === 0) throw busy();
  // in the same commit: a worker may claim it before its lane is resumed
  await moveDeliveries({ institutionId, _id }, makeUrgent(), tx);
  const by = { personId: session.personId, at: clock.now() };
  await DeliveryAttemptModel.insertMany([toActionLine(delivery, action, by)], { session: tx });
  await appendAudit(
    { clock },
    session,
    { action: 'delivery.chosen', subject: { kind: 'delivery', id: _id }, facts: { choice: action } },
    tx,
  );
}
