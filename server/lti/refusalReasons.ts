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
const told = (code: WordedCode) => ({ code, page: `refused.${code}`, seenBy: 'person' }) as const;
/** Shown with its own text, because that of its code would mislead people. */
const toldApart = <R extends WordedReason>(code: ErrorCode, reason: R) =>
  ({ code, page: `refusedFor.${reason}`, seenBy: 'person' }) as const;
/** Shown with a text that fits any refusal: the reader cannot do anything about it. */
const toldInGeneral = (code: ErrorCode) => ({ code, page: 'refusedElse', seenBy: 'person' }) as const;
/** Nothing was wrong with the request. */
const away = (code: ErrorCode) => ({ code, page: 'away', seenBy: 'operator' }) as const;

/**
 * The complete list of reasons to refuse a login, launch or registration. To add one, add one line here and its sentence for an
 * admin in `pages.json` (`reasons`); without it, or without a text for its page, this does not compile. A reason named like a
 * code is that of any error with this code (`toRefusal`). `npm run docs` generates the table in `docs/lms-setup.md` from it.
 */
export const REFUSAL_REASONS = {
  // the token
  TOKEN_MALFORMED: told('LAUNCH_MALFORMED'),
  CRIT: told('TOKEN_REFUSED'),
  ALG: told('TOKEN_REFUSED'),
  KID_MISSING: told('TOKEN_REFUSED'),
  KID_UNKNOWN: told('TOKEN_REFUSED'),
  KEY_SET_UNREACHABLE: told('UNAVAILABLE'),
  SIGNATURE: told('TOKEN_REFUSED'),
  TOKEN_NOT_VALID: told('TOKEN_REFUSED'),
  CLAIM_ISS: told('TOKEN_REFUSED'),
  CLAIM_AUD: told('TOKEN_REFUSED'),
  ISS: told('TOKEN_REFUSED'),
  AUD: told('TOKEN_REFUSED'),
  AZP: told('TOKEN_REFUSED'),
  AZP_MISSING: told('TOKEN_REFUSED'),
  EXP_MISSING: told('TOKEN_REFUSED'),
  IAT_MISSING: told('TOKEN_REFUSED'),
  IAT_AHEAD: told('CLOCK_OFF'),
  TOKEN_EXPIRED: told('LAUNCH_EXPIRED'),
  TOKEN_OLD: told('LAUNCH_EXPIRED'),
  NONCE_MISSING: told('TOKEN_REFUSED'),
  NONCE_NOT_OF_LOGIN: told('TOKEN_REFUSED'),
  DEPLOYMENT_NOT_OF_LOGIN: told('TOKEN_REFUSED'),

  // the message
  MESSAGE_TYPE: told('LAUNCH_MALFORMED'),
  VERSION: told('LAUNCH_MALFORMED'),
  DEPLOYMENT_ID_MISSING: told('LAUNCH_MALFORMED'),
  CLAIM_DEPLOYMENT_ID: told('LAUNCH_MALFORMED'),
  TARGET_LINK_URI_MISSING: told('LAUNCH_MALFORMED'),
  TARGET_LINK_URI_FOREIGN: told('LAUNCH_MALFORMED'),
  RESOURCE_LINK_ID_MISSING: told('LAUNCH_MALFORMED'),
  CLAIM_RESOURCE_LINK: told('LAUNCH_MALFORMED'),
  ROLES_MISSING: told('LAUNCH_MALFORMED'),
  CLAIM_ROLES: told('LAUNCH_MALFORMED'),
  SUB_MISSING: told('NO_PERSON'),
  CLAIM_SUB: told('LAUNCH_MALFORMED'),
  FOR_USER_MISSING: told('LAUNCH_MALFORMED'),
  CLAIM_FOR_USER: told('LAUNCH_MALFORMED'),
  DEEP_LINK_RETURN_URL: told('LAUNCH_MALFORMED'),
  DEEP_LINK_DATA: told('LAUNCH_MALFORMED'),

  // the person
  ROLE_MENTOR: told('NO_ROLE'),
  DEEP_LINKING_BY_LEARNER: toldApart('NO_ROLE', 'DEEP_LINKING_BY_LEARNER'),
  SUBMISSION_REVIEW_BY_LEARNER: toldApart('NO_ROLE', 'SUBMISSION_REVIEW_BY_LEARNER'),
  TOO_MANY_REFUSED: told('RATE_LIMITED'),

  // the browser, and the login that it started
  BINDING_MISSING: told('LAUNCH_BINDING_MISSING'),
  BINDING_NOT_OF_LOGIN: told('LAUNCH_BINDING_MISSING'),
  STATE_MISSING: told('LAUNCH_EXPIRED'),
  STATE_MALFORMED: told('LAUNCH_MALFORMED'),
  STATE_UNKNOWN: told('LAUNCH_EXPIRED'),
  STATE_USED: told('LAUNCH_USED'),
  STATE_EXPIRED: told('LAUNCH_EXPIRED'),
  ERROR_FROM_PLATFORM: told('LAUNCH_DENIED_BY_LMS'),
  BODY: told('LAUNCH_MALFORMED'),
  LAUNCH_BY_GET: told('LAUNCH_MALFORMED'),

  // platform and deployment
  DEPLOYMENT_PENDING: told('DEPLOYMENT_PENDING'),
  DEPLOYMENT_DISABLED: told('DEPLOYMENT_DISABLED'),
  SWITCHED_OFF_JUST_NOW: told('DEPLOYMENT_DISABLED'),
  PLATFORM_DISABLED: told('DEPLOYMENT_DISABLED'),
  PLATFORM_GONE: told('LAUNCH_EXPIRED'),
  PLATFORM_UNKNOWN: told('PLATFORM_UNKNOWN'),
  CLIENT_ID_MISSING: told('PLATFORM_AMBIGUOUS'),

  // the login
  LOGIN_ISS: told('LAUNCH_MALFORMED'),
  LOGIN_LOGIN_HINT: told('LAUNCH_MALFORMED'),
  LOGIN_TARGET_LINK_URI: told('LAUNCH_MALFORMED'),
  LOGIN_TARGET_FOREIGN: told('LAUNCH_MALFORMED'),
  LOGIN_LTI_MESSAGE_HINT: told('LAUNCH_MALFORMED'),

  // the invite
  TOO_MANY_REGISTRATIONS: told('RATE_LIMITED'),
  INVITE_MALFORMED: told('INVITE_UNKNOWN'),
  INVITE_UNKNOWN: told('INVITE_UNKNOWN'),
  INVITE_EXPIRED: told('INVITE_UNKNOWN'),
  INVITE_USED: told('INVITE_USED'),
  INVITE_BUSY: told('INVITE_USED'),

  // the registration
  QUERY: told('REGISTRATION_REFUSED'),
  OPENID_CONFIGURATION_MISSING: toldApart('REGISTRATION_REFUSED', 'OPENID_CONFIGURATION_MISSING'),
  METHOD: told('REGISTRATION_REFUSED'),
  CONFIGURATION_ADDRESS_REFUSED: told('REGISTRATION_REFUSED'),
  CONFIGURATION_TIMEOUT: told('REGISTRATION_REFUSED'),
  CONFIGURATION_NETWORK: told('REGISTRATION_REFUSED'),
  CONFIGURATION_TOO_LARGE: told('REGISTRATION_REFUSED'),
  CONFIGURATION_FAILED: told('REGISTRATION_REFUSED'),
  CONFIGURATION_STATUS: told('REGISTRATION_REFUSED'),
  CONFIGURATION_SHAPE: told('REGISTRATION_REFUSED'),
  CONFIGURATION_ADDRESS: told('REGISTRATION_REFUSED'),
  ISSUER_NOT_ADDRESS: told('REGISTRATION_REFUSED'),
  ISSUER_NOT_OF_HOST: told('REGISTRATION_REFUSED'),
  REGISTRATION_ADDRESS_REFUSED: told('REGISTRATION_REFUSED'),
  REGISTRATION_TIMEOUT: told('REGISTRATION_REFUSED'),
  REGISTRATION_NETWORK: told('REGISTRATION_REFUSED'),
  REGISTRATION_TOO_LARGE: told('REGISTRATION_REFUSED'),
  REGISTRATION_FAILED: told('REGISTRATION_REFUSED'),
  REGISTRATION_STATUS: told('REGISTRATION_REFUSED'),
  REGISTRATION_REPLY: told('REGISTRATION_REFUSED'),
  UPDATE_UNREADABLE: told('REGISTRATION_REFUSED'),
  PLATFORM_OF_ANOTHER_INSTITUTION: told('REGISTRATION_REFUSED'),
  PLATFORM_EXISTS: told('REGISTRATION_REFUSED'),

  // anything else thrown on the way
  MALFORMED_BODY: toldInGeneral('MALFORMED_BODY'),
  BODY_TOO_LARGE: toldInGeneral('BODY_TOO_LARGE'),
  MEDIA_TYPE_REFUSED: toldInGeneral('MEDIA_TYPE_REFUSED'),
  VALIDATION_FAILED: toldInGeneral('VALIDATION_FAILED'),
  REQUEST_TIMEOUT: toldInGeneral('REQUEST_TIMEOUT'),
  NOT_FOUND: toldInGeneral('NOT_FOUND'),
  FORBIDDEN: toldInGeneral('FORBIDDEN'),
  PRECONDITION_FAILED: toldInGeneral('PRECONDITION_FAILED'),
  RANGE_REFUSED: toldInGeneral('RANGE_REFUSED'),
  UNAVAILABLE: told('UNAVAILABLE'),
  INTERNAL: told('INTERNAL'),
  DATABASE_AWAY: away('DATABASE_AWAY'),
  SERVER_STOPPING: away('SERVER_STOPPING'),
} as const satisfies { [R in keyof Words['reasons']]: Refusal<R> };

/** Exact; only for `launchRefusals` and the log. */
export type RefusalReason = keyof typeof REFUSAL_REASONS;

export const isRefusalReason = (value: string): value is RefusalReason =>
  Object.hasOwn(REFUSAL_REASONS, value);
