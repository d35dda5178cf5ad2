import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../../contract/errors.ts';
import { ApiError, OfflineError } from '../../../client/src/api/errors.ts';
import { failureOf } from '../../../client/src/autosave/saveFailure.ts';

describe('a save that failed', () => {
  const answer = (status: number, code: ErrorCode) =>
    new ApiError({
      status,
      code,
      message: 'no',
      correlationId: null,
      retryAfterSeconds: status === 429 ? 7 : null,
    });

  test.each<[number, ErrorCode, string]>([
    [400, 'VALIDATION_FAILED', 'refused'],
    [400, 'INTERNAL', 'refused'],
    [401, 'SESSION_OVER', 'signedOut'],
    [403, 'FORBIDDEN', 'refused'],
    [404, 'NOT_FOUND', 'refused'],
    [408, 'INTERNAL', 'again'],
    [409, 'DRAFT_CONFLICT', 'conflict'],
    [409, 'PIECE_LOCKED', 'refused'],
    [409, 'RUN_ARCHIVED', 'refused'],
    [409, 'IDEMPOTENCY_IN_PROGRESS', 'again'],
    [413, 'BODY_TOO_LARGE', 'refused'],
    [415, 'MEDIA_TYPE_REFUSED', 'refused'],
    [422, 'SUBMISSION_INCOMPLETE', 'refused'],
    [423, 'INTERNAL', 'refused'],
    [429, 'RATE_LIMITED', 'again'],
    [500, 'INTERNAL', 'again'],
    [502, 'UNAVAILABLE', 'again'],
    [503, 'UNAVAILABLE', 'again'],
    [504, 'UNAVAILABLE', 'again'],
  ])('with %i %s is: %s', (status, code, kind) => {
    const failure = failureOf(answer(status, code));

    expect(failure.kind).toBe(kind);
    if (failure.kind === 'again') expect(failure.afterSeconds).toBe(status === 429 ? 7 : null);
    if (failure.kind === 'refused') {
      expect(failure.inHistory).toBe(['PIECE_LOCKED', 'RUN_ARCHIVED', 'MODULE_LOCKED'].includes(code));
    }
  });

  test('without any answer is tried again', () => {
    expect(failureOf(new OfflineError(null))).toEqual({ kind: 'again', afterSeconds: null });
    expect(failureOf(new TypeError('network'))).toEqual({ kind: 'again', afterSeconds: null });
  });
});
