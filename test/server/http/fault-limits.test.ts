import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { RateLimiter } from '../../../server/lti/rateLimiter.ts';
import { uploadHeaders } from '../../support/files/tusClient.ts';
import { useCommandLog } from '../../support/commandLog.ts';
import { blockOf, useLtiWorld, type Answered } from '../../support/ltiWorld.ts';
import { claimName } from '../../support/testPlatform.ts';

/** How high the limit is does not matter here. */
const MOST = 12;
let nowMs = 1_000_000;
const world = useLtiWorld({
  rateLimits: { faults: new RateLimiter({ perMinute: MOST, now: () => nowMs }) },
});
const commands = useCommandLog();

/** A window of a person who is there for the first time, or once more. */
async function openWindow(sub: string = randomUUID(), roles = ['Learner']): Promise<string> {
  const held = roles.map((role) => `http://purl.imsglobal.org/vocab/lis/v2/membership#${role}`);
  const page = await world.launch({ claims: (claims) => ({ ...claims, sub, [claimName('roles')]: held }) });
  return String(blockOf(page.text, 'waymark-session')['bearer']);
}

const look = (bearer: string): Promise<Answered> => world.api('/session', { bearer });
const post = (path: string, bearer: string, body: unknown): Promise<Answered> =>
  world.api(path, { method: 'POST', bearer, body });

/** Requests that can't be done as they are asked, and their answer. */
const FAULTS: [fault: string, status: number, ask: (bearer: string) => Promise<Answered>][] = [
  ['no JSON', 400, (bearer) =>
    world.request('/api/v1/me/consent', {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: '{',
    })],
  ['another shape', 400, (bearer) => post('/me/consent', bearer, { weeklyMinutes: 'many' })],
  ['what is not there', 404, (bearer) => world.api(`/attempts/${randomUUID()}`, { bearer })],
  ['what only reviewers may', 403, (bearer) => world.api('/reviews', { bearer })],
  ['an address where nothing is', 404, (bearer) => world.api('/nothing', { bearer })],
  ['an upload in another protocol', 412, (bearer) => {
    const headers = { ...uploadHeaders({ size: 5, bearer }), 'tus-resumable': '0.1.0' };
    return world.request('/api/v1/uploads', { method: 'POST', headers });
  }],
]; // prettier-ignore

describe(`a window that asked in vain ${MOST} times in a minute`, () => {
  test.each(FAULTS)(
    'waits for the next minute, without a look-up, and nobody else does: %s',
    async (_fault, status, ask) => {
      nowMs += 120_000;
      const person = randomUUID();
      const [bearer, another, neighbour] = [
        await openWindow(person),
        await openWindow(person),
        await openWindow(),
      ];
      const statuses = new Set<number>();
      for (let n = 0; n < MOST; n += 1) statuses.add((await ask(bearer)).status);

      const beyond = await look(bearer);
      const others = [await look(another), await look(neighbour)];
      nowMs += 61_000;
      const later = await look(bearer);

      expect([...statuses]).toEqual([status]);
      expect(beyond.status).toBe(429);
      expect(Number(beyond.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(commands.of(beyond)).toEqual([]);
      expect(others.map((answered) => answered.status)).toEqual([200, 200]);
      expect(later.status).toBe(200);
    },
    60_000,
  );
});

describe('a window that asked as often', () => {
  test('and was answered, or told of what stands against it, goes on', async () => {
    nowMs += 120_000;
    const bearer = await openWindow(randomUUID(), ['ContentDeveloper']);
    const statuses = new Set<number>();
    for (let n = 0; n < MOST; n += 1) {
      statuses.add((await look(bearer)).status);
      statuses.add((await post('/enrolments/open', bearer, {})).status);
    }

    const then = await look(bearer);

    expect([...statuses]).toEqual([200, 409]);
    expect(then.status).toBe(200);
  });
});
