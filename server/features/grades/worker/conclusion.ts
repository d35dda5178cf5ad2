import type { DeliveryReason } from '../../../../contract/states.ts';
import type { ResultRead } from '../../../lti/results.ts';
import type { DeliveryAttemptDoc } from '../deliveryAttempt.model.ts';

/** How one try ended. */
export type Conclusion =
  | { kind: 'accepted'; shown: ResultRead | null }
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
    }
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
