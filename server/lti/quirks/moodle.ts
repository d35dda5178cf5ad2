import type { Quirks } from './interface.ts';
import { judgeByStandard, other } from './other.ts';

/**
 * Moodle answers 200 to a score that a teacher has overridden, says reasons in the status line only, calls everybody
 * who can't be graded an "incorrect score", and links its pages of line items with a header nobody can read.
 */
export const moodle: Quirks = {
  ...other,
  parallel: 4,
  readsBack: true,
  linkedPages: false,
  judge(refusal) {
    const { service, status, message } = refusal;
    if (service === 'score' && status === 400 && /incorrect score/iu.test(message)) {
      return { reason: 'not_gradable', retryable: false };
    }
    // a locked column answers 500 and has stored nothing; so may a server in trouble: look before sending again
    return judgeByStandard(refusal);
  },
};
