import type { ErrorCode, FieldFault } from '../../../contract/errors.ts';

interface ApiErrorFacts {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  readonly correlationId: string | null;
  readonly fields?: readonly FieldFault[] | undefined;
  /** Depends on the code; its reader parses it with zod (`DraftConflict` for DRAFT_CONFLICT, …). */
  readonly details?: unknown;
  readonly retryAfterSeconds?: number | null;
  readonly cause?: unknown;
}

/**
 * The API refused. `message` can be shown, and is empty if the response was not from our API; decide by `code`, never by text.
 */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly correlationId: string | null;
  readonly fields: readonly FieldFault[];
  readonly details: unknown;
  readonly retryAfterSeconds: number | null;

  constructor(facts: ApiErrorFacts) {
    super(facts.message, { cause: facts.cause });
    this.name = 'ApiError';
    this.code = facts.code;
    this.status = facts.status;
    this.correlationId = facts.correlationId;
    this.fields = facts.fields ?? [];
    this.details = facts.details;
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
  }
}

/** No response came: offline, a lost connection or a time-out. Whether the server acted is unknown. */
export class OfflineError extends Error {
  constructor(cause: unknown) {
    super('No connection', { cause });
    this.name = 'OfflineError';
  }
}

/** True if the same request may succeed a little later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof OfflineError) return true;
  if (!(error instanceof ApiError)) return false;
  return error.status >= 500 || error.status === 429 || error.code === 'IDEMPOTENCY_IN_PROGRESS';
}

/** True if the error has one of these codes. */
export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code);
}
