import type { ErrorCode } from '../../contract/errors.ts';
import type pages from '../words/en/pages.json';

type Words = typeof pages;
/** Codes with their own title and text for the person who launched. */
type WordedCode = keyof Words['refused'] & ErrorCode;
/** Reasons with their own title and text, different from those of their code. */
type WordedReason = keyof Words['refusedFor'];

/** What is known of the reason `R`. */
interface Refusal<R> {
  /** Determines the status, and what the person is told if `page` says so. */
  code: ErrorCode;
  /** Title and text of the page, as keys of `pages.json` without `.title` and `.text`. */
  page: R extends WordedReason ? `refusedFor.${R}` : `refused.${WordedCode}` | 'refusedElse' | 'away';
  /**
   * Who may see the reason. `person`: the page shows the code and the reason's sentence, to pass on to an LMS admin, and it is
   * stored in `launchRefusals`. `operator`: it is in the log only, since it says nothing about the launch; the page says that
   * Waymark cannot respond just now. Values of the request (`facts`) are only for an operator in any case.
   */
  seenBy: 'person' | 'operator';
}

/** Shown with the text of its code. */
const withTextOfCode = (code: WordedCode) => ({ code, page: `refused.${code}`, seenBy: 'person' }) as const;
/** Shown with its own text, because that of its code would mislead people. */
const withOwnText = <R extends WordedReason>(code: ErrorCode, reason: R) =>
  ({ code, page: `refusedFor.${reason}`, seenBy: 'person' }) as const;
/** Shown with a text that fits any refusal: the reader cannot do anything about it. */
const withGeneralText = (code: ErrorCode) => ({ code, page: 'refusedElse', seenBy: 'person' }) as const;
/** Nothing was wrong with the request. */
const withOutageText = (code: ErrorCode) => ({ code, page: 'away', seenBy: 'operator' }) as const;

/**
 * The complete list of reasons to refuse a login, launch or registration. To add one, add one line here and its sentence for an
 * admin in `pages.json` (`reasons`); without it, or without a text for its page, this does not compile. A reason named like a
 * code is that of any error with this code (`toRefusal`). `npm run docs` generates the table in `docs/lms-setup.md` from it.
 */
export const REFUSAL_REASONS = {
  // the token
  TOKEN_MALFORMED: withTextOfCode('LAUNCH_MALFORMED'),
  CRIT: withTextOfCode('TOKEN_REFUSED'),
  ALG: withTextOfCode('TOKEN_REFUSED'),
  KID_MISSING: withTextOfCode('TOKEN_REFUSED'),
  KID_UNKNOWN: withTextOfCode('TOKEN_REFUSED'),
  KEY_SET_UNREACHABLE: withTextOfCode('UNAVAILABLE'),
  SIGNATURE: withTextOfCode('TOKEN_REFUSED'),
  TOKEN_NOT_VALID: withTextOfCode('TOKEN_REFUSED'),
  CLAIM_ISS: withTextOfCode('TOKEN_REFUSED'),
  CLAIM_AUD: withTextOfCode('TOKEN_REFUSED'),
  ISS: withTextOfCode('TOKEN_REFUSED'),
  AUD: withTextOfCode('TOKEN_REFUSED'),
  AZP: withTextOfCode('TOKEN_REFUSED'),
  AZP_MISSING: withTextOfCode('TOKEN_REFUSED'),
  EXP_MISSING: withTextOfCode('TOKEN_REFUSED'),
  IAT_MISSING: withTextOfCode('TOKEN_REFUSED'),
  IAT_AHEAD: withTextOfCode('CLOCK_OFF'),
  TOKEN_EXPIRED: withTextOfCode('LAUNCH_EXPIRED'),
  TOKEN_OLD: withTextOfCode('LAUNCH_EXPIRED'),
  NONCE_MISSING: withTextOfCode('TOKEN_REFUSED'),
  NONCE_NOT_OF_LOGIN: withTextOfCode('TOKEN_REFUSED'),
  DEPLOYMENT_NOT_OF_LOGIN: withTextOfCode('TOKEN_REFUSED'),

  // the message
  MESSAGE_TYPE: withTextOfCode('LAUNCH_MALFORMED'),
  VERSION: withTextOfCode('LAUNCH_MALFORMED'),
  DEPLOYMENT_ID_MISSING: withTextOfCode('LAUNCH_MALFORMED'),
  CLAIM_DEPLOYMENT_ID: withTextOfCode('LAUNCH_MALFORMED'),
  TARGET_LINK_URI_MISSING: withTextOfCode('LAUNCH_MALFORMED'),
  TARGET_LINK_URI_FOREIGN: withTextOfCode('LAUNCH_MALFORMED'),
  RESOURCE_LINK_ID_MISSING: withTextOfCode('LAUNCH_MALFORMED'),
  CLAIM_RESOURCE_LINK: withTextOfCode('LAUNCH_MALFORMED'),
  ROLES_MISSING: withTextOfCode('LAUNCH_MALFORMED'),
  CLAIM_ROLES: withTextOfCode('LAUNCH_MALFORMED'),
  SUB_MISSING: withTextOfCode('NO_PERSON'),
  CLAIM_SUB: withTextOfCode('LAUNCH_MALFORMED'),
  FOR_USER_MISSING: withTextOfCode('LAUNCH_MALFORMED'),
  CLAIM_FOR_USER: withTextOfCode('LAUNCH_MALFORMED'),
  DEEP_LINK_RETURN_URL: withTextOfCode('LAUNCH_MALFORMED'),
  DEEP_LINK_DATA: withTextOfCode('LAUNCH_MALFORMED'),

  // the person
  ROLE_MENTOR: withTextOfCode('NO_ROLE'),
  DEEP_LINKING_BY_LEARNER: withOwnText('NO_ROLE', 'DEEP_LINKING_BY_LEARNER'),
  SUBMISSION_REVIEW_BY_LEARNER: withOwnText('NO_ROLE', 'SUBMISSION_REVIEW_BY_LEARNER'),
  TOO_MANY_REFUSED: withTextOfCode('RATE_LIMITED'),

  // the browser, and the login that it started
  BINDING_MISSING: withTextOfCode('LAUNCH_BINDING_MISSING'),
  BINDING_NOT_OF_LOGIN: withTextOfCode('LAUNCH_BINDING_MISSING'),
  STATE_MISSING: withTextOfCode('LAUNCH_EXPIRED'),
  STATE_MALFORMED: withTextOfCode('LAUNCH_MALFORMED'),
  STATE_UNKNOWN: withTextOfCode('LAUNCH_EXPIRED'),
  STATE_USED: withTextOfCode('LAUNCH_USED'),
  STATE_EXPIRED: withTextOfCode('LAUNCH_EXPIRED'),
  ERROR_FROM_PLATFORM: withTextOfCode('LAUNCH_DENIED_BY_LMS'),
  BODY: withTextOfCode('LAUNCH_MALFORMED'),
  LAUNCH_BY_GET: withTextOfCode('LAUNCH_MALFORMED'),

  // platform and deployment
  DEPLOYMENT_PENDING: withTextOfCode('DEPLOYMENT_PENDING'),
  DEPLOYMENT_DISABLED: withTextOfCode('DEPLOYMENT_DISABLED'),
  SWITCHED_OFF_JUST_NOW: withTextOfCode('DEPLOYMENT_DISABLED'),
  PLATFORM_DISABLED: withTextOfCode('DEPLOYMENT_DISABLED'),
  PLATFORM_GONE: withTextOfCode('LAUNCH_EXPIRED'),
  PLATFORM_UNKNOWN: withTextOfCode('PLATFORM_UNKNOWN'),
  CLIENT_ID_MISSING: withTextOfCode('PLATFORM_AMBIGUOUS'),

  // the login
  LOGIN_ISS: withTextOfCode('LAUNCH_MALFORMED'),
  LOGIN_LOGIN_HINT: withTextOfCode('LAUNCH_MALFORMED'),
  LOGIN_TARGET_LINK_URI: withTextOfCode('LAUNCH_MALFORMED'),
  LOGIN_TARGET_FOREIGN: withTextOfCode('LAUNCH_MALFORMED'),
  LOGIN_LTI_MESSAGE_HINT: withTextOfCode('LAUNCH_MALFORMED'),

  // the invite
  TOO_MANY_REGISTRATIONS: withTextOfCode('RATE_LIMITED'),
  INVITE_MALFORMED: withTextOfCode('INVITE_UNKNOWN'),
  INVITE_UNKNOWN: withTextOfCode('INVITE_UNKNOWN'),
  INVITE_EXPIRED: withTextOfCode('INVITE_UNKNOWN'),
  INVITE_USED: withTextOfCode('INVITE_USED'),
  INVITE_BUSY: withTextOfCode('INVITE_USED'),

  // the registration
  QUERY: withTextOfCode('REGISTRATION_REFUSED'),
  OPENID_CONFIGURATION_MISSING: withOwnText('REGISTRATION_REFUSED', 'OPENID_CONFIGURATION_MISSING'),
  METHOD: withTextOfCode('REGISTRATION_REFUSED'),
  CONFIGURATION_ADDRESS_REFUSED: withTextOfCode('REGISTRATION_REFUSED'),
  CONFIGURATION_TIMEOUT: withTextOfCode('REGISTRATION_REFUSED'),
  CONFIGURATION_NETWORK: withTextOfCode('REGISTRATION_REFUSED'),
  CONFIGURATION_TOO_LARGE: withTextOfCode('REGISTRATION_REFUSED'),
  CONFIGURATION_FAILED: withTextOfCode('REGISTRATION_REFUSED'),
  CONFIGURATION_STATUS: withTextOfCode('REGISTRATION_REFUSED'),
  CONFIGURATION_SHAPE: withTextOfCode('REGISTRATION_REFUSED'),
  CONFIGURATION_ADDRESS: withTextOfCode('REGISTRATION_REFUSED'),
  ISSUER_NOT_ADDRESS: withTextOfCode('REGISTRATION_REFUSED'),
  ISSUER_NOT_OF_HOST: withTextOfCode('REGISTRATION_REFUSED'),
  REGISTRATION_ADDRESS_REFUSED: withTextOfCode('REGISTRATION_REFUSED'),
  REGISTRATION_TIMEOUT: withTextOfCode('REGISTRATION_REFUSED'),
  REGISTRATION_NETWORK: withTextOfCode('REGISTRATION_REFUSED'),
  REGISTRATION_TOO_LARGE: withTextOfCode('REGISTRATION_REFUSED'),
  REGISTRATION_FAILED: withTextOfCode('REGISTRATION_REFUSED'),
  REGISTRATION_STATUS: withTextOfCode('REGISTRATION_REFUSED'),
  REGISTRATION_REPLY: withTextOfCode('REGISTRATION_REFUSED'),
  UPDATE_UNREADABLE: withTextOfCode('REGISTRATION_REFUSED'),
  PLATFORM_OF_ANOTHER_INSTITUTION: withTextOfCode('REGISTRATION_REFUSED'),
  PLATFORM_EXISTS: withTextOfCode('REGISTRATION_REFUSED'),

  // anything else thrown on the way
  MALFORMED_BODY: withGeneralText('MALFORMED_BODY'),
  BODY_TOO_LARGE: withGeneralText('BODY_TOO_LARGE'),
  MEDIA_TYPE_REFUSED: withGeneralText('MEDIA_TYPE_REFUSED'),
  VALIDATION_FAILED: withGeneralText('VALIDATION_FAILED'),
  REQUEST_TIMEOUT: withGeneralText('REQUEST_TIMEOUT'),
  NOT_FOUND: withGeneralText('NOT_FOUND'),
  FORBIDDEN: withGeneralText('FORBIDDEN'),
  PRECONDITION_FAILED: withGeneralText('PRECONDITION_FAILED'),
  RANGE_REFUSED: withGeneralText('RANGE_REFUSED'),
  UNAVAILABLE: withTextOfCode('UNAVAILABLE'),
  INTERNAL: withTextOfCode('INTERNAL'),
  DATABASE_AWAY: withOutageText('DATABASE_AWAY'),
  SERVER_STOPPING: withOutageText('SERVER_STOPPING'),
} as const satisfies { [R in keyof Words['reasons']]: Refusal<R> };

/** Exact; only for `launchRefusals` and the log. */
export type RefusalReason = keyof typeof REFUSAL_REASONS;

export const isRefusalReason = (value: string): value is RefusalReason =>
  Object.hasOwn(REFUSAL_REASONS, value);
