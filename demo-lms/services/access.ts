import type { Request } from 'express';
import type { Answer } from '../modes/answer.ts';
import { canvasError } from './scores/canvas.ts';
import type { LmsState } from '../state/lmsState.ts';
import type { Course, Tool } from '../state/types.ts';
import { throttled } from './service.ts';

export interface Access {
  tool: Tool;
  course: Course;
  /** Headers that go with every answer to this token. */
  headers: Record<string, string>;
}

/**
 * Checks the bearer token, that it has one of `scopes`, and that the course is there.
 * @returns what the call may use, or the refusal in this mode's words
 */
export function admit(lms: LmsState, req: Request, scopes: string[]): Access | Answer {
  const rules = lms.rules();
  const needsAgent = lms.settings.get().requireUserAgent ?? rules.requiresUserAgent;
  if (needsAgent && !req.headers['user-agent']) {
    return { status: 403, contentType: 'text/plain', body: 'Forbidden: a User-Agent header is required\n' };
  }
  const value = /^Bearer (\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
  const token = value ? lms.tokens.find(value) : null;
  const tool = token ? lms.tools.find(token.toolId) : null;
  if (!token || !tool) return refuse(lms, 401, 'Invalid or expired access token');
  const headers: Record<string, string> = {};
  if (rules.rateLimited) {
    const left = lms.tokens.pour(token, lms.settings.get().rateLimit);
    if (left < 0) return throttled();
    Object.assign(headers, { 'X-Rate-Limit-Remaining': left.toFixed(1), 'X-Request-Cost': '1.0' });
  }
  if (!scopes.some((scope) => token.scopes.includes(scope))) {
    return refuse(
      lms,
      rules.mode === 'plain' || rules.mode === 'schoology' ? 403 : 401,
      'Insufficient permissions',
    );
  }
  const course = lms.courses.find(String(req.params.courseId));
  if (!course) return refuse(lms, 404, 'Context not found');
  if (course.concluded && rules.mode === 'canvas') {
    const text = 'This course has concluded. AGS requests will no longer be accepted for this course.';
    return { ...canvasError(422, 'unprocessable_entity', text), headers };
  }
  return { tool, course, headers };
}

export function isAnswer(value: Access | Answer): value is Answer {
  return 'status' in value;
}

/** A refusal in the shape that this mode gives its errors. */
export function refuse(lms: LmsState, status: number, reason: string): Answer {
  const { mode } = lms.rules();
  const challenge = status === 401 ? { headers: { 'WWW-Authenticate': 'Bearer realm="lti"' } } : {};
  if (mode === 'moodle') return { status, reason, body: { status, reason, request: {} }, ...challenge };
  if (mode === 'canvas') {
    const types: Record<number, string> = {
      401: 'unauthorized',
      404: 'not_found',
      422: 'unprocessable_entity',
    };
    return { ...canvasError(status, types[status] ?? 'bad_request', reason), ...challenge };
  }
  return { status, body: { error: reason }, ...challenge };
}

/** The JSON object in a body that was read as text, or null. */
export function readJson(req: Request): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(String(req.body));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** One query parameter as text, or null. */
export function queryText(req: Request, name: string): string | null {
  const value = req.query[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
