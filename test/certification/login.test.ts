import { describe, expect, test } from '@jest/globals';
import { useLtiWorld } from '../support/ltiWorld.ts';
import { startTestPlatform } from '../support/testPlatform.ts';
import { expectRefused } from './support.ts';

const world = useLtiWorld();

function post(body: string, type = 'application/x-www-form-urlencoded') {
  return world.request('/lti/login', { method: 'POST', headers: { 'content-type': type }, body });
}

describe('login', () => {
  test.each([
    ['iss', 'LOGIN_ISS'],
    ['login_hint', 'LOGIN_LOGIN_HINT'],
    ['target_link_uri', 'LOGIN_TARGET_LINK_URI'],
  ] as const)('52: no %s, by GET and by POST', async (name, reason) => {
    const params = Object.fromEntries(Object.entries(world.loginParams()).filter(([key]) => key !== name));
    const query = new URLSearchParams(params).toString();

    for (const attempt of [() => world.request(`/lti/login?${query}`), () => post(query)])
      await expectRefused(world, attempt, 'LAUNCH_MALFORMED', reason);
  });

  test('53: an operator in place of iss starts no login', async () => {
    const { iss: _, ...rest } = world.loginParams();
    const query = `iss[$ne]=x&${new URLSearchParams(rest).toString()}`;

    for (const attempt of [() => world.request(`/lti/login?${query}`), () => post(query)])
      await expectRefused(world, attempt, 'LAUNCH_MALFORMED', 'LOGIN_ISS');
  });

  test('53: two values for one name', async () => {
    const query = `${new URLSearchParams(world.loginParams()).toString()}&iss=again`;

    for (const attempt of [() => world.request(`/lti/login?${query}`), () => post(query)])
      await expectRefused(world, attempt, 'LAUNCH_MALFORMED', 'LOGIN_ISS');
  });

  test('53: JSON objects', async () => {
    const body = JSON.stringify({ ...world.loginParams(), iss: { $ne: 'x' } });

    await expectRefused(world, () => post(body, 'application/json'), 'LAUNCH_MALFORMED', 'LOGIN_ISS');
  });

  test('54: iss known, no client_id, several platforms', async () => {
    const one = await startTestPlatform('one');
    const two = await startTestPlatform('two');
    await world.addPlatform(one, { issuer: 'https://shared.example' });
    await world.addPlatform(two, { issuer: 'https://shared.example' });
    const { client_id: _, ...rest } = world.loginParams({ iss: 'https://shared.example' });
    const query = new URLSearchParams(rest).toString();

    await expectRefused(
      world,
      () => world.request(`/lti/login?${query}`),
      'PLATFORM_AMBIGUOUS',
      'CLIENT_ID_MISSING',
    );

    await Promise.all([one.close(), two.close()]);
  });

  test.each([
    ['on a foreign host', 'https://evil.example/lti/launch'],
    ['a script', 'javascript:alert(1)'],
    ['on a host that only begins like ours', 'http://localhost:3000.evil.example/'],
  ])('55: target_link_uri %s', async (_, target) => {
    const query = new URLSearchParams(world.loginParams({ target_link_uri: target })).toString();

    await expectRefused(
      world,
      () => world.request(`/lti/login?${query}`),
      'LAUNCH_MALFORMED',
      'LOGIN_TARGET_FOREIGN',
    );
  });

  test.each([
    ['an unknown issuer', { iss: 'https://unknown.example' }],
    ['an unknown client id', { client_id: 'unknown' }],
  ])('%s is not connected', async (_, change) => {
    const query = new URLSearchParams(world.loginParams(change)).toString();

    const answered = await expectRefused(
      world,
      () => world.request(`/lti/login?${query}`),
      'PLATFORM_UNKNOWN',
      'PLATFORM_UNKNOWN',
    );

    const { origin } = new URL(String(world.loginParams(change)['iss']));
    expect(answered.headers.get('content-security-policy')).toContain(`frame-ancestors ${origin}`);
  });

  test('an lti_storage_target that is no frame name is none', async () => {
    const query = new URLSearchParams(world.loginParams({ lti_storage_target: '"><script>' })).toString();

    const answered = await world.request(`/lti/login?${query}`);

    expect([200, 302]).toContain(answered.status);
    expect(answered.text).not.toContain('<script>"');
  });
});
