import type { DeliveryReason } from '../../../../contract/states.ts';
import type { ResultRead } from '../../../lti/results.ts';
import type { DeliveryAttemptDoc } from '../deliveries/deliveryAttempt.model.ts';

/** How one try ended. */
export type Conclusion =
  | {
      kind: 'accepted';
      shown: ResultRead | null;
      /** The LMS took the score, and did not let us read the result. */
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
      /** The LMS gave a token and does not let us send to this course by it: so it will answer all scores of the column. */
      isColumns?: boolean;
    }
  /** Nothing stands in the LMS where something should: looked for once more before anybody is told. */
  | {
      kind: 'look_again';
      delayMs: number;
      /** The LMS has taken this very score just now. */
      wasSent: boolean;
    }
  /** Only looked at, and it stands where it stood; `shown` is null where it could not be looked at. */
  | { kind: 'unchanged'; shown: ResultRead | null }
  /** Only looked at, and not possible just now. */
  | { kind: 'look_later'; delayMs: number }
  /** Only looked at: what stood in the LMS is gone with somebody's enrolment. */
  | { kind: 'gone' }
  /** Not tried at all: back to where it came from. */
  | { kind: 'released' }
  /** Its link has no grade any more. */
  | { kind: 'dropped' };

/** A try that has ended, with all that happened in it. */
export interface Concluded {
  conclusion: Conclusion;
  attempts: DeliveryAttemptDoc[];
  /** The platform wants to be left alone so long, after answers or instead of them. */
  pauseMs: number;
  /** True when the platform did not do its part: no answer, a server's fault, no token. */
  platformFault: boolean;
}
