import type { Quirks, ScoreFacts } from './interface.ts';
import { judgeByStandard, other } from './other.ts';

const SUBMISSION = 'https://canvas.instructure.com/lti/submission';
/** With 401: the tool is not installed, or not enabled, in this course. */
const NOT_IN_COURSE = /not linked to a tool|not enabled/iu;
/** Out of 700 units that refill by 10 per second: below this, wait until some are back. */
const LOW_WATER = 100;

/**
 * Canvas creates an attempt for each score unless told not to, and the number of attempts may be limited: so only the first try
 * for a submission creates one. The submission is our launch URL, so that SpeedGrader opens our read-only view.
 */
function submission({ firstTry, launchUrl, submittedAt, forced }: ScoreFacts): Record<string, unknown> {
  return {
    [SUBMISSION]: {
      new_submission: firstTry,
      submission_type: 'basic_lti_launch',
      submission_data: launchUrl,
      ...(submittedAt ? { submitted_at: submittedAt.toISOString() } : {}),
      // between our read of the result and this call a teacher may have typed a grade: theirs stays
      ...(forced || firstTry ? {} : { prioritize_non_tool_grade: true }),
    },
  };
}

/** Canvas: one call after the other, a rate limit in units, reasons as text. */
export const canvas: Quirks = {
  ...other,
  parallel: 1,
  scoreExtension: submission,
  judge(refusal) {
    const { status, message } = refusal;
    if (status === 400 && /before last updated/iu.test(message)) {
      return { reason: 'newer_is_there', retryable: false };
    }
    if (status === 401 && NOT_IN_COURSE.test(message)) return { reason: 'scope_missing', retryable: false };
    return judgeByStandard(refusal);
  },
  pauseMs(header) {
    const remaining = Number(header('x-rate-limit-remaining') ?? NaN);
    return remaining < LOW_WATER ? Math.min(10_000, (LOW_WATER - remaining) * 100) : 0;
  },
};
