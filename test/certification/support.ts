import { expect } from '@jest/globals';
import type { ErrorCode } from '../../contract/errors.ts';
import { STATUS_BY_CODE } from '../../contract/errors.ts';
import type { RefusalReason } from '../../server/lti/refusalReasons.ts';
import { blockOf, type Answered, type LtiWorld } from '../support/ltiWorld.ts';

/** The process still answers. */
export async function expectAlive(world: LtiWorld): Promise<void> {
  const keys = await world.request('/lti/jwks');
  expect(keys.status).toBe(200);
}

/**
 * A refusal: status and human page of its code with the correlation id, its exact reason kept, no session, and the
 * process lives.
 */
export async function expectRefused(
  world: LtiWorld,
  attempt: () => Promise<Answered>,
  code: ErrorCode,
  reason: RefusalReason,
): Promise<Answered> {
  const before = await world.countSessions();

  const answered = await attempt();

  const refusal = await world.findRefusal(answered);
  expect({ code: refusal?.code, reason: refusal?.reason, status: answered.status }).toEqual({
    code,
    reason,
    status: STATUS_BY_CODE[code],
  });
  expect(answered.headers.get('content-type')).toContain('text/html');
  expect(answered.text).toContain(`${code} ${refusal?.shortId}`);
  expect(answered.text).toContain(String(answered.headers.get('x-correlation-id')));
  expect(answered.text).toMatch(/<h1>[^<]+<\/h1>/);
  expect(await world.countSessions()).toBe(before);
  await expectAlive(world);
  return answered;
}

/** A launch that is accepted: one session more, and what that session says. */
export async function expectAccepted(
  world: LtiWorld,
  attempt: () => Promise<Answered>,
): Promise<Record<string, unknown>> {
  const before = await world.countSessions();

  const answered = await attempt();

  expect(answered.text).toContain('waymark-session');
  expect(answered.status).toBe(200);
  expect(await world.countSessions()).toBe(before + 1);
  const { bearer } = blockOf(answered.text, 'waymark-session');
  const info = await world.api('/session', { bearer: String(bearer) });
  expect(info.status).toBe(200);
  return JSON.parse(info.text) as Record<string, unknown>;
}
