import { parseUrl } from '../../url.ts';
import type { Quirks } from './interface.ts';
import { judgeByStandard, other } from './other.ts';

const RETURN_PAGE = '/mod/lti/return.php';

/**
 * Moodle's return page requires the key of the session that launched (`require_sesskey`): to anybody who has signed in again
 * since then it shows an error, and otherwise the course. So we use the course directly.
 */
function courseOf(returnUrl: string): string {
  const url = parseUrl(returnUrl);
  const course = url?.searchParams.get('course');
  if (!url || !course || !/^\d+$/.test(course) || !url.pathname.endsWith(RETURN_PAGE)) return returnUrl;
  url.pathname = `${url.pathname.slice(0, -RETURN_PAGE.length)}/course/view.php`;
  url.search = `?id=${course}`;
  return url.href;
}

/**
 * Moodle returns 200 for a score that a teacher has overridden, gives reasons in the status line only, calls everybody who cannot
 * be graded an "incorrect score", and links its pages of line items with a header that nobody can parse.
 */
export const moodle: Quirks = {
  ...other,
  parallel: 4,
  readsBack: true,
  linkedPages: false,
  toReturnUrl: courseOf,
  judge(refusal) {
    const { service, status, message } = refusal;
    if (service === 'score' && status === 400 && /incorrect score/iu.test(message)) {
      return { reason: 'not_gradable', retryable: false };
    }
    // a locked column returns 500 and has stored nothing; so may a server in trouble: look before sending again
    return judgeByStandard(refusal);
  },
};
