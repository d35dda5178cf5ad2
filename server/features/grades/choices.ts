import { randomUUID } from 'node:crypto';
import type { DeliveryAction } from '../../../contract/deliveries.ts';
import { DELIVERY, mayMove } from '../../../contract/states.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { appendAudit } from '../audit/audit.service.ts';
import { bucketOf } from './bucket.ts';
import { DeliveryModel, type DeliveryDoc } from './delivery.model.ts';
import { DeliveryAttemptModel, type DeliveryAttemptDoc } from './deliveryAttempt.model.ts';

type Change = Partial<DeliveryDoc>;

function queued(head: DeliveryDoc, now: Date, rest: Change = {}): Change {
  const earliest = (head.lastTimestamp?.getTime() ?? 0) + 1000;
  const dueAt = new Date(Math.max(now.getTime(), earliest));
  return { state: 'queued', reason: 'none', dueAt, tries: 0, triedSince: null, ...rest };
}

/** These say it better than "closed by an admin". */
const KEPT_REASONS: readonly DeliveryDoc['reason'][] = [
  'person_left',
  'course_ended',
  'not_gradable',
  'cleared_in_lms',
];

function closed(head: DeliveryDoc, rest: Change = {}): Change {
  const reason = KEPT_REASONS.includes(head.reason) ? head.reason : 'closed_by_admin';
  return { state: 'closed', reason, ...rest };
}

/** What a choice about one score makes of its head; null for those that are about its column. */
export function changeFor(head: DeliveryDoc, action: DeliveryAction, now: Date): Change | null {
  switch (action) {
    case 'send_now':
      // whoever runs the course has allowed another attempt
      return queued(head, now, {
        closedForGood: false,
        ...(head.reason === 'attempts_used_up' ? { triedDecisionId: null } : {}),
      });
    case 'send_without_attempt':
      return queued(head, now);
    case 'send_ours':
      return queued(head, now, { forcedRevision: head.wanted.revision });
    case 'keep_theirs':
      // the reason stays: what stands in the gradebook is not what we sent
      return { state: 'accepted', reason: 'changed_in_lms' };
    case 'leave_empty':
    case 'close':
      return closed(head);
    case 'no_grade':
      return head.reason === 'not_gradable' ? closed(head, { closedForGood: true }) : null;
    default:
      return null;
  }
}

/** The line of history that a choice leaves. */
export function choiceLine(
  head: Pick<DeliveryDoc, '_id' | 'institutionId' | 'reason' | 'wanted'>,
  action: DeliveryAction,
  by: { personId: string; at: Date },
): DeliveryAttemptDoc {
  return {
    _id: randomUUID(),
    institutionId: head.institutionId,
    deliveryId: head._id,
    at: by.at,
    kind: 'choice',
    outcome: 'chosen',
    httpStatus: null,
    reason: head.reason,
    lmsMessage: null,
    requestHash: null,
    scoreGiven: head.wanted.given,
    scoreMaximum: head.wanted.maximum,
    milliseconds: null,
    revision: head.wanted.revision,
    byPersonId: by.personId,
    choice: action,
  };
}

const busy = (): AppError =>
  new AppError('DELIVERY_BUSY', 'This score is on its way this very moment. Look again in a minute.');

/**
 * Writes a choice about one score: head, line of history and audit together, and only if nothing has changed since it
 * was read.
 *
 * @throws {AppError} DELIVERY_BUSY
 */
export async function writeChoice(
  { clock }: Pick<Deps, 'clock'>,
  session: LiveSession,
  choice: { head: DeliveryDoc; action: DeliveryAction; change: Change },
): Promise<void> {
  const { head, action, change } = choice;
  const at = clock.now();
  const { institutionId, _id } = head;
  const state = change.state ?? head.state;
  if (!mayMove(DELIVERY, head.state, state)) throw busy();
  const set = { ...change, bucket: bucketOf(state, change.reason ?? head.reason), changedAt: at };
  const isDue = state === 'queued';
  await inTransaction(async (tx) => {
    const moved = await DeliveryModel.updateOne(
      { institutionId, _id, state: head.state, reason: head.reason, 'wanted.revision': head.wanted.revision },
      isDue ? { $set: set } : { $set: set, $unset: { dueAt: 1 } },
      { session: tx },
    );
    if (moved.matchedCount === 0) throw busy();
    await DeliveryAttemptModel.insertMany([choiceLine(head, action, { personId: session.personId, at })], {
      session: tx,
    });
    await appendAudit(
      { clock },
      session,
      { action: 'delivery.chosen', subject: { kind: 'delivery', id: _id }, facts: { choice: action } },
      tx,
    );
  });
}
