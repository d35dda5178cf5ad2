import { describe, expect, test } from '@jest/globals';
import { LOGINS_PER_MINUTE } from '../../server/http/floods.ts';
import { createRefusalLimit } from '../../server/lti/refusalLimit.ts';
import { blockOf, useLtiWorld } from '../support/ltiWorld.ts';

let nowMs = 1_000_000;
const now = (): number => nowMs;
const world = useLtiWorld({
  limit: createRefusalLimit({ now }),
  logins: createRefusalLimit({ perMinute: LOGINS_PER_MINUTE, now }),
  strangers: createRefusalLimit({ perMinute: 30, now }),
});

const refused = () => world.post({ state: 'short', id_token: 'x' });

describe('launches from one address', () => {
  test('500 good ones in 10 seconds pass', async () => {
    nowMs += 120_000;
    let passed = 0;

    for (let round = 0; round < 25; round += 1) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => world.launch()));
      passed += answers.filter(({ status }) => status === 200).length;
      // all of them fall into 10 s of the limit's clock
      nowMs += 400;
    }

    expect(passed).toBe(500);
  }, 60_000);

  test('60 refused ones a minute do not: from the 41st on nothing is done for them, good ones included', async () => {
    nowMs += 120_000;
    const statuses: number[] = [];

    for (let tries = 0; tries < 60; tries += 1) {
      statuses.push((await refused()).status);
      nowMs += 900;
    }
    const good = await world.request(`/lti/login?${new URLSearchParams(world.loginParams()).toString()}`);

    expect(statuses.filter((status) => status === 400)).toHaveLength(40);
    expect(statuses.slice(40)).toEqual(Array(20).fill(429));
    expect(good.status).toBe(429);
    expect(Number(good.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(good.text).toContain('Too many tries at once');
  });

  test('a minute later they are let in again', async () => {
    nowMs += 120_000;

    expect((await world.launch()).status).toBe(200);
  });

  test('refusals beyond the limit leave no line', async () => {
    nowMs += 120_000;
    for (let tries = 0; tries < 40; tries += 1) await refused();

    const answered = await refused();

    expect(await world.findRefusal(answered)).toBeNull();
  });
});

describe('logins from one address', () => {
  const login = () => world.request(`/lti/login?${new URLSearchParams(world.loginParams()).toString()}`);

  test('beyond 12,000 in a minute get 429 before any work, and are let in again a minute later', async () => {
    nowMs += 120_000;
    const { logins } = world.tool();
    for (let n = 1; n < LOGINS_PER_MINUTE; n += 1) logins.countRefusal('127.0.0.1');

    const last = await login();
    const beyond = await login();
    nowMs += 61_000;
    const later = await login();

    expect([last, beyond, later].map(({ status }) => status)).toEqual([200, 429, 200]);
    expect(Number(beyond.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await world.findRefusal(beyond)).toBeNull();
  });
});

describe('bearers, codes and links that open nothing', () => {
  const bearer = `wm.${'A'.repeat(22)}.${'A'.repeat(43)}`;

  test.each([
    ['a bearer', () => world.api('/session', { bearer }), 401],
    [
      'a one-time code',
      () => world.api('/session/redeem', { method: 'POST', body: { code: 'wc' + '.A'.repeat(2) } }),
      400,
    ],
    ['a link to a file', () => world.request('/files/00000000-0000-4000-8000-000000000000?exp=1&sig=x'), 403],
  ])('of which %s is one are turned away after a flood of them', async (_what, attempt, status) => {
    nowMs += 120_000;
    const before = await attempt();
    for (let n = 0; n < 30; n += 1) await world.api('/session', { bearer });

    const answered = await attempt();

    expect(before.status).toBe(status);
    expect(answered.status).toBe(429);
    expect(JSON.parse(answered.text)).toMatchObject({ code: 'RATE_LIMITED' });
    expect(Number(answered.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('are not counted while they open something', async () => {
    nowMs += 120_000;
    const launched = await world.launch();
    const good = String(blockOf(launched.text, 'waymark-session')['bearer']);
    const statuses: number[] = [];

    for (let n = 0; n < 60; n += 1) statuses.push((await world.api('/session', { bearer: good })).status);

    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});

describe('the count of refusals', () => {
  test('takes a /64 of IPv6 for one address, and IPv4 written as IPv6 for itself', () => {
    const limit = createRefusalLimit({ perMinute: 1, now: () => 0 });
    limit.countRefusal('2001:db8:1:2::1');
    limit.countRefusal('::ffff:192.0.2.1');

    expect(limit.waitSeconds('2001:db8:1:2:ffff::9')).toBe(60);
    expect(limit.waitSeconds('2001:db8:1:3::1')).toBe(0);
    expect(limit.waitSeconds('192.0.2.1')).toBe(60);
    expect(limit.waitSeconds('192.0.2.2')).toBe(0);
  });
});
