import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Answer } from '../modes/answer.ts';
import type { LmsState } from '../state/lmsState.ts';
import type { LoggedRequest } from '../state/requestLog.ts';
import type { Fault, FaultKind, ServiceName } from '../state/switches.ts';

export type ServiceHandler = (req: Request) => Answer | Promise<Answer>;

/**
 * Wraps a service's handler: every call is written to the log, the switches strike first, and the answer is
 * sent as the mode sends it. The request's body must have been read as text.
 */
export function serve(lms: LmsState, service: ServiceName, handle: ServiceHandler): RequestHandler {
  return async (req, res) => {
    const entry = logCall(lms, service, req, res);
    const slow = lms.switches.strike('slow', service);
    if (slow) {
      await sleep(slow.ms ?? 1000);
      entry.fault = 'slow';
    }
    if (lms.switches.strike('silent', service)) {
      entry.fault = 'silent';
      return;
    }
    const early = strikeBefore(lms, service, entry);
    if (early) {
      send(res, early);
      return;
    }
    const answer = await handle(req);
    send(
      res,
      strikeAfter(lms, service, entry) ? { ...answer, drop: true } : dressed(lms, service, entry, answer),
    );
  };
}

/** Writes one call to the log; its status follows when the answer is out. */
export function logCall(
  lms: LmsState,
  service: LoggedRequest['service'],
  req: Request,
  res: Response,
): LoggedRequest {
  const headers = Object.entries(req.headers).map(([name, value]) => [name, String(value)]);
  const entry: LoggedRequest = {
    at: new Date(),
    service,
    method: req.method,
    url: req.originalUrl,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: typeof req.body === 'string' ? req.body : '',
    status: null,
    fault: null,
  };
  lms.requests.add(entry);
  res.on('finish', () => {
    entry.status = res.statusCode;
  });
  res.on('close', () => {
    entry.status ??= 0;
  });
  return entry;
}

function strikeBefore(lms: LmsState, service: ServiceName, entry: LoggedRequest): Answer | null {
  const answers: [FaultKind, (fault: Fault) => Answer][] = [
    ['reset', () => ({ status: 0, drop: true })],
    ['unauthorized', () => ({ status: 401, body: { error: 'invalid_token' } })],
    ['tooMany', (fault) => withRetry({ status: 429, body: { error: 'Too many requests' } }, fault, 1)],
    ['throttle', () => throttled()],
    ['error', () => ({ status: 500, body: { error: 'Internal server error' } })],
    ['unavailable', (fault) => withRetry({ status: 503, body: { error: 'Service unavailable' } }, fault)],
    ['refuses', (fault) => refusal(fault)],
    [
      'notJson',
      () => ({ status: 200, contentType: 'text/html', body: '<!doctype html><title>Maintenance</title>' }),
    ],
  ];
  for (const [kind, answer] of answers) {
    const fault = lms.switches.strike(kind, service);
    if (!fault) continue;
    entry.fault = kind;
    return answer(fault);
  }
  return null;
}

function strikeAfter(lms: LmsState, service: ServiceName, entry: LoggedRequest): boolean {
  const isStruck = lms.switches.strike('resetAfter', service) !== null;
  if (isStruck) entry.fault = 'resetAfter';
  return isStruck;
}

const ODD: readonly unknown[] = [null, 'odd', 7, {}, { id: null, userId: null, user_id: null }];

/** The same list with odd members before its own. */
function withOddMembers(answer: Answer): Answer {
  const { body } = answer;
  if (Array.isArray(body)) return { ...answer, body: [...ODD, ...(body as unknown[])] };
  const hasMembers = typeof body === 'object' && body !== null && 'members' in body;
  if (!hasMembers || !Array.isArray(body.members)) return answer;
  return { ...answer, body: { ...body, members: [...ODD, ...(body.members as unknown[])] } };
}

function dressed(lms: LmsState, service: ServiceName, entry: LoggedRequest, given: Answer): Answer {
  let answer = given;
  if (lms.switches.strike('oddMembers', service)) {
    entry.fault = 'oddMembers';
    answer = withOddMembers(given);
  }
  if (!lms.switches.strike('wrongType', service)) return answer;
  entry.fault = 'wrongType';
  const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
  return { ...answer, contentType: 'text/html; charset=utf-8', body };
}

function refusal({ status = 403, reason }: Fault): Answer {
  return reason === undefined ? { status } : { status, reason, body: { status, reason, request: {} } };
}

/** Canvas' answer to a token that has called too much. */
export function throttled(): Answer {
  return {
    status: 403,
    contentType: 'text/plain; charset=utf-8',
    body: '403 Forbidden (Rate Limit Exceeded)\n',
    headers: { 'X-Rate-Limit-Remaining': '0.0', 'X-Request-Cost': '1.0' },
  };
}

function withRetry(answer: Answer, fault: Fault, otherwise?: number): Answer {
  const seconds = fault.retryAfterSeconds ?? otherwise;
  return seconds === undefined ? answer : { ...answer, headers: { 'Retry-After': String(seconds) } };
}

/** Sends an answer: a text as it is, anything else as JSON. */
export function send(res: Response, answer: Answer): void {
  if (answer.drop) {
    res.destroy();
    return;
  }
  res.status(answer.status);
  // A status line takes neither line breaks nor what is not Latin-1.
  if (answer.reason) res.statusMessage = answer.reason.replace(/[^\x20-\x7e]/g, ' ').slice(0, 2000);
  for (const [name, value] of Object.entries(answer.headers ?? {})) res.setHeader(name, value);
  if (answer.body === undefined) {
    res.end();
    return;
  }
  res.setHeader('Content-Type', answer.contentType ?? 'application/json; charset=utf-8');
  res.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
}
