import { OWN_NOTES } from '../../../../contract/grades.ts';
import { randomUUID } from 'node:crypto';
import type { DeliveryReason } from '../../../../contract/states.ts';
import type { Deps } from '../../../deps.ts';
import type { Outcome } from '../../../lti/serviceFault.ts';
import type { DeliveryAttemptDoc } from '../deliveries/deliveryAttempt.model.ts';
import type { Claimed } from './claims.ts';

type Kind = DeliveryAttemptDoc['kind'];

/** What happened during one try, call by call: each gets a receipt or a reason. */
export interface Receipts {
  readonly attempts: DeliveryAttemptDoc[];
  /** One call and its answer; a refusal that may pass is told apart from one that will not. */
  add(kind: Kind, outcome: Outcome<unknown>, requestHash?: string): void;
  /** A call that succeeded and showed something that a person must decide about. */
  addHeld(kind: Kind, answer: { status: number; milliseconds: number }, reason: DeliveryReason): void;
  /** The worker before was gone before it could say how its call ended. */
  addLost(): void;
}

/** Without a token no call is made. */
const NOTHING_SENT = { requestHash: null, scoreGiven: null, scoreMaximum: null };

export function createReceipts({ clock }: Pick<Deps, 'clock'>, claimed: Claimed): Receipts {
  const { trying } = claimed;
  const attempts: DeliveryAttemptDoc[] = [];
  const blank = (kind: Kind): DeliveryAttemptDoc => ({
    _id: randomUUID(),
    institutionId: claimed.institutionId,
    deliveryId: claimed._id,
    at: clock.now(),
    kind,
    outcome: 'accepted',
    httpStatus: null,
    reason: 'none',
    lmsMessage: null,
    requestHash: null,
    scoreGiven: kind === 'score' ? trying.given : null,
    scoreMaximum: kind === 'score' ? trying.maximum : null,
    milliseconds: null,
    revision: trying.revision,
    byPersonId: null,
    choice: null,
  });
  return {
    attempts,
    add(kind, outcome, requestHash) {
      const line = { ...blank(kind), milliseconds: Math.round(outcome.milliseconds) };
      if (requestHash) line.requestHash = requestHash;
      if (outcome.ok) {
        const note = outcome.skipped
          ? `${outcome.skipped} entries could not be read and were left out.`
          : null;
        attempts.push({ ...line, httpStatus: outcome.status, lmsMessage: note });
        return;
      }
      const { status, reason, lmsMessage, retryable, noToken } = outcome.fault;
      const said = { httpStatus: status, reason, lmsMessage };
      const what = noToken ? { kind: 'token' as const, ...NOTHING_SENT } : {};
      attempts.push({ ...line, ...said, ...what, outcome: retryable ? 'passing_fault' : 'refused' });
    },
    addHeld(kind, { status, milliseconds }, reason) {
      const ms = Math.round(milliseconds);
      attempts.push({ ...blank(kind), outcome: 'held', httpStatus: status, reason, milliseconds: ms });
    },
    addLost() {
      const lmsMessage = OWN_NOTES.workerEnded;
      attempts.push({ ...blank('score'), outcome: 'passing_fault', reason: 'lms_silent', lmsMessage });
    },
  };
}
