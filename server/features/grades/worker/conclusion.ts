import type { DeliveryReason } from '../../../../contract/states.ts';
import type { ResultRead } from '../../../lti/results.ts';
import type { DeliveryAttemptDoc } from '../deliveries/deliveryAttempt.model.ts';

/** How one try ended. */
export type Conclusion =
  | {
      kind: 'accepted';
      shown: ResultRead | null;
      /** The LMS accepted the score, and did not let us read the result. */
      unread: boolean;
    }
  | {
      kind: 'retry';
      reason: DeliveryReason;
      lmsMessage: string | null;
      delayMs: number;
      /** The LMS may have stored the score all the same. */
      doubt: boolean;
    }
  | {
      kind: 'held';
      reason: DeliveryReason;
      lmsMessage: string | null;
      shown: ResultRead | null;
      /**
       * The LMS issued a token and does not accept scores for this course with it: it will respond the same to all scores of the
       * column.
       */
      isColumns?: boolean;
    }
  /** The LMS has no score where it should: looked for once more before anybody is told. */
  | {
      kind: 'recheck';
      delayMs: number;
      /** The LMS has accepted this very score just now. */
      wasSent: boolean;
    }
  /** Only compared, and unchanged; `shown` is null if it could not be compared. */
  | { kind: 'unchanged'; shown: ResultRead | null }
  /** Only compared, and not possible just now. */
  | { kind: 'postponed'; delayMs: number }
  /** Only compared: the score in the LMS is gone with somebody's enrolment. */
  | { kind: 'gone' }
  /** Not tried at all: back to its previous state. */
  | { kind: 'released' }
  /** Its link has no grade any more. */
  | { kind: 'dropped' };

/** A try that has ended, with everything that happened in it. */
export interface TryResult {
  conclusion: Conclusion;
  attempts: DeliveryAttemptDoc[];
  /** How long the platform wants to be left alone, as it said in its responses or showed by not responding. */
  pauseMs: number;
  /** True if the platform is at fault: no response, a server error, no token. */
  platformFault: boolean;
}
