import { z } from 'zod';

/**
 * Every code that may leave the server, with its HTTP status. The error handler looks up the status here; nothing else chooses
 * one. Launch codes are in `LAUNCH_CODES` below and share the table.
 */
export const STATUS_BY_CODE = {
  // request
  VALIDATION_FAILED: 400,
  MALFORMED_BODY: 400,
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE_REFUSED: 415,
  NOT_FOUND: 404,
  /** The request did not arrive in time. */
  REQUEST_TIMEOUT: 408,
  PRECONDITION_FAILED: 412,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  /** The database cannot be reached, or has had no primary for longer than an election takes. */
  DATABASE_AWAY: 503,
  /** This process is shutting down; another one will respond. */
  SERVER_STOPPING: 503,
  IDEMPOTENCY_KEY_MISSING: 400,
  IDEMPOTENCY_KEY_REUSED: 409,
  IDEMPOTENCY_IN_PROGRESS: 409,
  // session and rights
  SESSION_MISSING: 401,
  SESSION_OVER: 401,
  RESUME_REFUSED: 401,
  FORBIDDEN: 403,
  OWN_WORK: 403,
  OWN_ROLE: 403,
  LAST_ADMIN: 409,
  CONSENT_NEEDED: 403,
  /** Designs or runs the course: sees previews, and is not enrolled. */
  PREVIEW_ONLY: 409,
  // the work
  DRAFT_CONFLICT: 409,
  TEXT_TOO_LONG: 400,
  PIECE_LOCKED: 409,
  RUN_ARCHIVED: 409,
  MODULE_LOCKED: 409,
  SUBMISSION_INCOMPLETE: 422,
  /** Something other than what was shown would be submitted. */
  SUBMISSION_CHANGED: 409,
  ALREADY_SUBMITTED: 409,
  NOT_SUBMITTED: 409,
  /** Another version is worked on, or offered, than the caller saw. */
  VERSION_CHANGED: 409,
  VERSION_NOT_OFFERED: 409,
  /** The link shows a module that came with a newer version than the person's; `details` is `NotInVersion`. */
  MODULE_NOT_IN_VERSION: 409,
  /** Nobody new can begin this pathway. */
  PATHWAY_RETIRED: 409,
  // artifacts
  ARTIFACT_REFUSED: 422,
  ARTIFACT_TOO_LARGE: 413,
  ARTIFACT_LIMIT: 409,
  ARTIFACT_NOT_READY: 409,
  QUOTA_EXCEEDED: 413,
  TOO_MANY_UPLOADS: 409,
  UPLOAD_GONE: 410,
  UPLOAD_OFFSET_CONFLICT: 409,
  UPLOAD_LOCKED: 423,
  FILE_LINK_EXPIRED: 403,
  RANGE_REFUSED: 416,
  // review
  REVIEW_STARTED: 409,
  REVIEW_TAKEN: 409,
  ALREADY_DECIDED: 409,
  BELOW_MEETS: 422,
  NOTHING_RETURNED: 422,
  COMMENT_NEEDED: 422,
  // grades
  DELIVERY_BUSY: 409,
  DELIVERY_NOT_POSSIBLE: 409,
  COLUMN_REFUSED: 422,
  // studio
  /** Somebody else changed the same part of a draft; both are kept. */
  STUDIO_CONFLICT: 409,
  DRAFT_TOO_LARGE: 413,
  /** Something was saved since the draft was seen that is to be published. */
  STUDIO_CHANGED: 409,
  NOT_PUBLISHABLE: 422,
  /** The institution does not show pages of this host. */
  EMBED_REFUSED: 403,
  /** Nothing is imported over an open draft. */
  STUDIO_DRAFT_OPEN: 409,
  /** Content offers a file that the institution does not have. */
  CONTENT_FILE_MISSING: 422,
  // observations
  /** Somebody moved it on since it was seen. */
  OBSERVATION_CHANGED: 409,
  /** The observed teacher took their consent back. */
  CONSENT_WITHDRAWN: 409,
  OBSERVER_REFUSED: 422,
  NOTES_FULL: 413,
  // deep linking
  NOT_DEEP_LINKING: 409,
  ITEM_NOT_ACCEPTED: 422,
  // bundles
  /** Of `BundleRefusal`, in `details`. */
  BUNDLE_REFUSED: 422,
  // frameworks
  /** The file has faults; `details` is an `ImportResult` with them. */
  FRAMEWORK_REFUSED: 422,
  // administration
  INVITE_USED: 403,
  INVITE_UNKNOWN: 403,
  REGISTRATION_REFUSED: 400,
  // launch: what a person sees; the exact reason is stored in launchRefusals
  LAUNCH_MALFORMED: 400,
  LAUNCH_EXPIRED: 401,
  LAUNCH_USED: 401,
  LAUNCH_BINDING_MISSING: 401,
  LAUNCH_DENIED_BY_LMS: 401,
  TOKEN_REFUSED: 401,
  CLOCK_OFF: 401,
  DEPLOYMENT_PENDING: 403,
  DEPLOYMENT_DISABLED: 403,
  PLATFORM_UNKNOWN: 400,
  PLATFORM_AMBIGUOUS: 400,
  NO_ROLE: 403,
  NO_PERSON: 403,
  LINK_GONE: 404,
} as const;

export type ErrorCode = keyof typeof STATUS_BY_CODE;
export const ErrorCode = z.enum(Object.keys(STATUS_BY_CODE) as [ErrorCode, ...ErrorCode[]]);

/** One error in one field; `path` is dotted, as in `body.items.0.points`. */
export const FieldFault = z.strictObject({ path: z.string(), message: z.string() });
export type FieldFault = z.infer<typeof FieldFault>;

/**
 * The only shape of the API's errors. `message` can be shown to a person and says what to do; `correlationId` leads to the log,
 * which has the details. `details` depends on the code and is typed by its reader.
 */
export const ErrorBody = z.strictObject({
  code: ErrorCode,
  message: z.string(),
  correlationId: z.string(),
  fields: z.array(FieldFault).optional(),
  details: z.unknown().optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
