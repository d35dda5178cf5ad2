import { OWN_NOTES } from '../../../../contract/grades.ts';
import { randomUUID } from 'node:crypto';
import type { DeliveryReason } from '../../../../contract/states.ts';
import type { Deps } from '../../../deps.ts';
import type { Outcome } from '../../../lti/serviceFault.ts';
import type { DeliveryAttemptDoc } from '../deliveries/deliveryAttempt.model.ts';
import type { ClaimedDelivery } from './claims.ts';

type Kind = DeliveryAttemptDoc['kind'];

/** Without a token no call is made. */
const NOTHING_SENT = { requestHash: null, scoreGiven: null, scoreMaximum: null };

/** What happened during one try, call by call: each gets a receipt or a reason. */
export class Receipts {
  readonly attempts: DeliveryAttemptDoc[] = [];
  readonly #clock: Deps['clock'];
  readonly #claimed: ClaimedDelivery;

  constructor({ clock }: Pick<Deps, 'clock'>, claimed: ClaimedDelivery) {
    this.#clock = clock;
    this.#claimed = claimed;
  }

  /** One call and its response; a refusal that may pass is distinguished from one that will not. */
  add(kind: Kind, outcome: Outcome<unknown>, requestHash?: string): void {
    const line = { ...this.#blank(kind), milliseconds: Math.round(outcome.milliseconds) };
    if (requestHash) line.requestHash = requestHash;
    if (outcome.ok) {
      const note = outcome.skipped ? `${outcome.skipped} entries could not be read and were left out.` : null;
      this.attempts.push({ ...line, httpStatus: outcome.status, lmsMessage: note });
      return;
    }
    const { status, reason, lmsMessage, retryable, noToken } = outcome.fault;
    const said = { httpStatus: status, reason, lmsMessage };
    const what = noToken ? { kind: 'token' as const, ...NOTHING_SENT } : {};
    this.attempts.push({ ...line, ...said, ...what, outcome: retryable ? 'passing_fault' : 'refused' });
  }

  /** A call that succeeded and showed something that a person must decide about. */
  addHeld(kind: Kind, answer: { status: number; milliseconds: number }, reason: DeliveryReason): void {
    const { status: httpStatus, milliseconds } = answer;
    const ms = Math.round(milliseconds);
    this.attempts.push({ ...this.#blank(kind), outcome: 'held', httpStatus, reason, milliseconds: ms });
  }

  /** The previous worker was gone before it could report how its call ended. */
  addLost(): void {
    const lmsMessage = OWN_NOTES.workerEnded;
    const lost = { outcome: 'passing_fault', reason: 'lms_silent', lmsMessage } as const;
    this.attempts.push({ ...this.#blank('score'), ...lost });
  }

  #blank(kind: Kind): DeliveryAttemptDoc {
    const { institutionId, _id: deliveryId, trying } = this.#claimed;
    return {
      _id: randomUUID(),
      institutionId,
      deliveryId,
      at: this.#clock.now(),
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
    };
  }
}
