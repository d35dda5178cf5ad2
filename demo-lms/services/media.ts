import type { Request } from 'express';
import type { Answer } from '../modes/answer.ts';
import type { LmsState } from '../state/lmsState.ts';

export const MEDIA = {
  lineItem: 'application/vnd.ims.lis.v2.lineitem+json',
  container: 'application/vnd.ims.lis.v2.lineitemcontainer+json',
  result: 'application/vnd.ims.lis.v2.resultcontainer+json',
  score: 'application/vnd.ims.lis.v1.score+json',
  roster: 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json',
} as const;

/**
 * Checks the media type of a call: Moodle wants exactly one right type (for GET in Accept, else in
 * Content-Type) and answers 400; the plain mode 415 for a wrong Content-Type; the others take any.
 */
export function checkMedia(lms: LmsState, req: Request, kind: keyof typeof MEDIA): Answer | null {
  const { mode } = lms.rules();
  const isRead = req.method === 'GET';
  const given = ((isRead ? req.headers.accept : req.headers['content-type']) ?? '').trim();
  const type = given.replace(/;\s*charset=[^;,]+$/i, '').trim();
  if (mode === 'moodle') {
    const anyWillDo = isRead && kind !== 'container' && (type === '' || type === '*/*');
    if (anyWillDo || type === MEDIA[kind]) return null;
    const reason = `No handler found for ${req.originalUrl} ${given}`;
    return {
      status: 400,
      reason,
      body: { status: 400, reason, request: { method: req.method, accept: given } },
    };
  }
  if (mode === 'plain' && !isRead && type !== MEDIA[kind]) {
    return { status: 415, body: { error: `Use Content-Type ${MEDIA[kind]}` } };
  }
  return null;
}

/** Moodle refuses a `type_id` that has taken on a path (`?type_id=2/scores`). */
export function checkTypeId(lms: LmsState, req: Request): Answer | null {
  const value = req.query.type_id;
  if (lms.rules().mode !== 'moodle' || value === undefined) return null;
  if (typeof value === 'string' && /^\d+$/.test(value)) return null;
  const reason = 'Invalid type_id';
  return {
    status: 400,
    reason,
    body: { status: 400, reason, request: { method: req.method, url: req.originalUrl } },
  };
}
