import { describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { noLoginStates } from '../../../server/migrations/0008-no-login-states.ts';
import { blockOf, useLtiWorld } from '../../support/ltiWorld.ts';

const world = useLtiWorld();

describe('a login of a browser', () => {
  const PROBE = '__Host-lti_probe=1';
  const begin = (query: string, cookie?: string) =>
    world.request(`/lti/login?${query}`, cookie === undefined ? {} : { headers: { cookie } });
  const query = (changes: Record<string, string> = {}): string =>
    new URLSearchParams(world.loginParams(changes)).toString();

  test('of which nothing is known is sent to itself once with a cookie, and keeps all that the LMS said', async () => {
    const asked = await begin(query({ lti_storage_target: '_parent' }));

    const again = new URLSearchParams(asked.headers.get('location') ?? '');
    expect(asked.status).toBe(302);
    expect(asked.setCookies.map(({ name }) => name)).toEqual(['__Host-lti_probe']);
    for (const part of ['Secure', 'SameSite=None', 'Partitioned', 'Path=/', 'Max-Age=15552000'])
      expect(asked.setCookies[0]?.line).toContain(part);
    expect(Object.fromEntries(again)).toEqual({
      ...world.loginParams({ lti_storage_target: '_parent' }),
      cookies_checked: '1',
    });
  });

  test.each([
    ['from then on', query],
    ['as soon as it brings the cookie', () => world.pageQuery()],
  ])('that keeps cookies is sent on to the LMS without a page: %s', async (_when, toQuery) => {
    const sent = await begin(toQuery(), PROBE);

    expect(sent.status).toBe(302);
    expect(sent.headers.get('location')).toContain(`${world.platform().url}/auth?`);
    expect(sent.headers.get('cache-control')).toBe('no-store');
    expect(sent.setCookies.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^__Host-lti_[\w-]{16}$/),
    ]);
  });

  test('that keeps none gets the page that looks elsewhere', async () => {
    const page = await begin(world.pageQuery());

    expect(page.text).toContain('id="go"');
  });

  test('whose hints are too long for an address gets that page at once where they came in one', async () => {
    const page = await begin(query({ lti_message_hint: 'h'.repeat(7_000) }));

    expect(page.status).toBe(200);
    expect(page.text).toContain('id="go"');
  });

  test('whose hints are too long for an address posts them once more where they came by a form', async () => {
    const body = query({ lti_message_hint: 'h'.repeat(7_000) });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };

    const asked = await world.request('/lti/login', { method: 'POST', headers, body });
    const path = `/lti/login${asked.headers.get('location')}`;
    const sent = await world.request(path, { method: 'POST', headers: { ...headers, cookie: PROBE }, body });
    const page = await world.request(path, { method: 'POST', headers, body });

    expect(asked.status).toBe(307);
    expect(asked.setCookies.map(({ name }) => name)).toEqual(['__Host-lti_probe']);
    expect(sent.status).toBe(302);
    expect(sent.headers.get('location')).toContain(`lti_message_hint=${'h'.repeat(7_000)}`);
    expect(page.text).toContain('id="go"');
  });

  test('that was sent on launches with its cookie', async () => {
    const answered = await world.launch({ login: await world.loginByRedirect() });

    expect(answered.text).toContain('waymark-session');
  });

  test('whose cookie is lost on the way forgets that cookies hold', async () => {
    const login = await world.loginByRedirect();

    const page = await world.launch({ login, cookie: PROBE });

    expect(page.setCookies.map(({ line }) => line)).toEqual([
      expect.stringMatching(/^__Host-lti_probe=; Max-Age=0; .*Partitioned/),
    ]);
    expect(blockOf(page.text, 'lti')).toMatchObject({ probe: '__Host-lti_probe' });
  });
});

describe('the page that a launch without cookies comes back to', () => {
  test('stands in any frame, since it holds nothing, and runs its own script only', async () => {
    const page = await world.request('/lti/landing');

    const csp = page.headers.get('content-security-policy') ?? '';
    expect(page.status).toBe(200);
    expect(page.setCookies).toEqual([]);
    expect(csp).toContain('frame-ancestors *');
    expect(csp).toContain("default-src 'none'");
    expect(page.text).not.toMatch(/<a |<button|<form/);
  });
});

describe('a database of the version that stored logins', () => {
  test('loses them, and has nothing to lose the next time', async () => {
    const stored = mongoose.connection.collection<{ _id: string }>('loginStates');
    await stored.insertOne({ _id: 'begun before' });

    await noLoginStates.run();
    await noLoginStates.run();

    const collections = await mongoose.connection.listCollections();
    expect(collections.map(({ name }) => name)).not.toContain('loginStates');
  });
});
