import type { Quirks, Refusal, Verdict } from './interface.ts';

const refused = (reason: Verdict['reason']): Verdict => ({ reason, retryable: false });
const passing: Verdict = { reason: 'lms_silent', retryable: true };

/** A column, or one person's grade in it. */
const LOCKED = /\block(?:ed)?\b/iu;

/** What a refusal means by its text, if the status alone does not say. */
const BY_WORDS: readonly (readonly [RegExp, Verdict['reason']])[] = [
  [/attempt/iu, 'attempts_used_up'],
  [/before last updated|(earlier|later) timestamp|later (score|grade)|newer/iu, 'newer_is_there'],
  [/conclu|course (has |is )?(ended|closed|over)/iu, 'course_ended'],
  [/student|learner|grad(ed|able)|enrol|such user|user not found/iu, 'not_gradable'],
  [/scope|permission/iu, 'scope_missing'],
];

/** The token is known to lack the scope, or the response says so: as text, or as in RFC 6750 §3.1. */
function lacksScope(refusal: Refusal): boolean {
  const { scopeGranted, message } = refusal;
  const challenge = refusal.header('www-authenticate') ?? '';
  return !scopeGranted || /scope|permission/iu.test(message) || /insufficient_scope/iu.test(challenge);
}

function byWords(message: string): Verdict | null {
  const found = BY_WORDS.find(([pattern]) => pattern.test(message));
  return found ? refused(found[1]) : null;
}

/** Status codes of AGS 2.0 §3.4.6 and of HTTP, for everything that is not an LMS's own habit. */
export function judgeByStandard(refusal: Refusal): Verdict {
  const { service, status, message } = refusal;
  if (status === 429 || (status === 403 && /rate limit|too many/iu.test(message)))
    return { ...passing, slowDown: true, nothingDone: true };
  // Moodle reports this with 500
  if (service === 'score' && LOCKED.test(message)) return refused('locked_in_lms');
  if (status === 501 || status === 505) return refused('refused');
  // "unavailable" means that the work was not done; other 5xx may come after it
  if (status >= 500) {
    return { ...passing, reason: message === '' ? 'lms_silent' : 'lms_error', nothingDone: status === 503 };
  }
  if (status === 408 || status === 425) return { ...passing, nothingDone: true };
  // AGS and LMSs also use it for a missing scope; otherwise it is about a token that was issued a moment ago
  if (status === 401) return refused(lacksScope(refusal) ? 'scope_missing' : 'token_refused');
  if (status === 403) return byWords(message) ?? refused(lacksScope(refusal) ? 'scope_missing' : 'refused');
  if (status === 404 || status === 410) {
    const said = service === 'score' ? byWords(message) : null;
    return said?.reason === 'not_gradable' ? said : refused('column_gone');
  }
  if (status === 409) return refused('newer_is_there');
  return byWords(message) ?? refused('refused');
}

/** A platform of which nothing is known beyond the standard. */
export const other: Quirks = {
  parallel: 8,
  readsBack: false,
  linkedPages: true,
  toReturnUrl: (returnUrl) => returnUrl,
  scoreExtension: () => ({}),
  judge: judgeByStandard,
  pauseMs: () => 0,
};
