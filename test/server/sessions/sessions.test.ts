import { afterEach, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { assignRole } from '../../../server/features/assignments/assignments.service.ts';
import { SessionModel } from '../../../server/features/sessions/session.model.ts';
import { findLiveSession } from '../../../server/features/sessions/liveSessions.service.ts';
import { MIGRATIONS } from '../../../server/migrations/index.ts';
import { blockOf, useLtiWorld, type Answered } from '../../support/ltiWorld.ts';
import { claimName, type Claims } from '../../support/testPlatform.ts';

const world = useLtiWorld();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Granted {
  bearer: string;
  key: string;
}
const jsonOf = <T>(answered: Answered): T => JSON.parse(answered.text) as T;

/** A launch with what a browser then has: bearer, key and resume cookie. */
async function launched(claims: (claims: Claims) => Claims = (same) => same) {
  const answered = await world.launch({ claims });
  const { bearer, key } = blockOf(answered.text, 'waymark-session') as unknown as Granted;
  const resume = answered.setCookies.find(({ name }) => name.startsWith('__Host-wm_'));
  return { bearer, key, cookie: `${resume?.name}=${resume?.value}` };
}
const get = (bearer: string) => world.api('/session', { bearer });
const post = (path: string, init: { bearer?: string; headers?: Record<string, string>; body?: unknown }) =>
  world.api(path, { method: 'POST', body: {}, ...init });
const resume = (key: string, cookie: string, headers: Record<string, string> = { 'x-waymark': '1' }) =>
  post('/session/resume', { headers: { cookie, ...headers }, body: { key } });

afterEach(() => world.deps.clock.set(new Date()));

describe('the bearer', () => {
  test.each([
    ['none', undefined, 'SESSION_MISSING'],
    ['another shape', 'abc', 'SESSION_OVER'],
    ['an unknown one', `wm.${'A'.repeat(22)}.${'A'.repeat(43)}`, 'SESSION_OVER'],
  ])('%s opens nothing', async (_, bearer, code) => {
    const answered = await world.api('/session', bearer === undefined ? {} : { bearer });

    expect(answered.status).toBe(401);
    expect(jsonOf<{ code: string }>(answered).code).toBe(code);
  });

  test('of one institution with the id of another opens nothing', async () => {
    const { bearer } = await launched();

    const answered = await get(bearer.replace(/^wm\.[^.]+/, `wm.${'A'.repeat(22)}`));

    expect(answered.status).toBe(401);
  });

  test('is no cookie: neither the resume nor the login cookie opens the API', async () => {
    const { cookie } = await launched();

    const answered = await world.api('/session', { headers: { cookie } });

    expect(answered.status).toBe(401);
  });

  test('slides by two hours with use, and ends twelve hours after the launch', async () => {
    const { bearer } = await launched();
    for (let hours = 0; hours < 11; hours += 1) {
      world.deps.clock.advance(HOUR + 5 * MINUTE);
      if (hours === 10) break;
      expect((await get(bearer)).status).toBe(200);
    }

    const late = jsonOf<{ expiresAt: string; endsAt: string }>(await get(bearer));
    expect(late.expiresAt).toBe(late.endsAt);
    world.deps.clock.advance(10 * MINUTE);

    expect((await get(bearer)).status).toBe(401);
  });

  test('ends after two hours without use', async () => {
    const { bearer } = await launched();
    world.deps.clock.advance(2 * HOUR + 1000);

    expect((await get(bearer)).status).toBe(401);
  });

  test('writes its time at most once in five minutes', async () => {
    const { bearer } = await launched();
    const seen = async () =>
      (await SessionModel.findOne({ institutionId: world.institutionId() }).sort({ createdAt: -1 }).lean())
        ?.seenAt;
    const first = await seen();

    world.deps.clock.advance(4 * MINUTE);
    await get(bearer);
    const early = await seen();
    world.deps.clock.advance(2 * MINUTE);
    await get(bearer);

    expect(early).toEqual(first);
    expect((await seen())?.getTime()).toBeGreaterThan(first?.getTime() ?? 0);
  });

  test('has the roles of its launch and those that were assigned, as they are now', async () => {
    const { bearer } = await launched((claims) => ({ ...claims, sub: 'assigned' }));
    const before = jsonOf<{ roles: string[]; person: { id: string } }>(await get(bearer));
    const institutionId = world.institutionId();
    await assignRole(
      world.deps,
      { institutionId, personId: null, id: null },
      { personId: before.person.id, role: 'admin', contextId: null },
    );

    const after = jsonOf<{ roles: string[] }>(await get(bearer));

    expect(before.roles).toEqual(['participant']);
    expect(after.roles.sort()).toEqual(['admin', 'participant']);
  });

  test('of a launch before the roles had their name opens as before after the migration, also run twice', async () => {
    const { bearer } = await launched((claims) => ({ ...claims, sub: 'of an earlier version' }));
    const sessions = mongoose.connection.collection<{ _id: string }>('sessions');
    const { id } = jsonOf<{ id: string }>(await get(bearer));
    await sessions.updateOne({ _id: id }, { $rename: { launchRoles: 'launchHats' } });
    const change = MIGRATIONS.find((migration) => migration.id.endsWith('launch-roles'));

    await change?.run();
    await change?.run();

    const stored = await sessions.findOne({ _id: id });
    expect(stored).toMatchObject({ launchRoles: ['participant'] });
    expect(stored).not.toHaveProperty('launchHats');
    expect(jsonOf<{ roles: string[] }>(await get(bearer)).roles).toEqual(['participant']);
  });
});

describe('resume', () => {
  test('gives a reloaded page a fresh bearer, and the other tab keeps its own', async () => {
    const { bearer, key, cookie } = await launched();

    const granted = jsonOf<Granted>(await resume(key, cookie));

    expect(granted.key).toBe(key);
    expect(granted.bearer).not.toBe(bearer);
    expect((await get(granted.bearer)).status).toBe(200);
    expect((await get(bearer)).status).toBe(200);
  });

  test('keeps the newest four bearers', async () => {
    const { bearer, key, cookie } = await launched();
    const bearers: string[] = [];

    for (let reloads = 0; reloads < 4; reloads += 1)
      bearers.push(jsonOf<Granted>(await resume(key, cookie)).bearer);

    expect((await get(bearer)).status).toBe(401);
    for (const one of bearers) expect((await get(one)).status).toBe(200);
  });

  test('needs the header that no form can set', async () => {
    const { key, cookie } = await launched();

    const answered = await resume(key, cookie, {});

    expect(answered.status).toBe(401);
    expect(jsonOf<{ code: string }>(answered).code).toBe('RESUME_REFUSED');
  });

  test('needs the cookie of that very launch', async () => {
    const [one, two] = [await launched(), await launched()];
    const swapped = `__Host-wm_${one.key}=${two.cookie.split('=')[1]}`;

    expect((await resume(one.key, two.cookie)).status).toBe(401);
    expect((await resume(one.key, swapped)).status).toBe(401);
    expect((await resume(one.key, '')).status).toBe(401);
  });

  test('keeps at most eight cookies in a browser: the oldest goes', async () => {
    const old = Array.from({ length: 9 }, (_, i) => `__Host-wm_${String(i).repeat(43)}=x`);
    const login = await world.login();

    const { setCookies } = await world.launch({ login, cookie: `${old.join('; ')}; ${login.cookie}` });

    const removed = setCookies.filter(
      ({ name, line }) => name.startsWith('__Host-wm_') && line.includes('Max-Age=0'),
    );
    expect(removed.map(({ name }) => name)).toEqual(
      ['0', '1'].map((digit) => `__Host-wm_${digit.repeat(43)}`),
    );
  });
});

describe('a window of its own', () => {
  const codeOf = async (bearer: string) =>
    jsonOf<{ code: string }>(await post('/session/window-code', { bearer })).code;

  test('takes over with its code once, with a key and a resume cookie of its own', async () => {
    const frame = await launched();
    const code = await codeOf(frame.bearer);

    const answered = await post('/session/redeem', { body: { code } });

    const child = jsonOf<Granted>(answered);
    expect(child.key).not.toBe(frame.key);
    expect((await get(child.bearer)).status).toBe(200);
    expect((await get(frame.bearer)).status).toBe(200);
    const [cookie] = answered.setCookies;
    expect((await resume(child.key, `${cookie?.name}=${cookie?.value}`)).status).toBe(200);
    expect((await post('/session/redeem', { body: { code } })).status).toBe(401);
  });

  test('of ten that try one code at once, one is accepted', async () => {
    const { bearer } = await launched();
    const code = await codeOf(bearer);

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post('/session/redeem', { body: { code } })),
    );

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('comes too late after 60 seconds', async () => {
    const { bearer } = await launched();
    const code = await codeOf(bearer);
    world.deps.clock.advance(61_000);

    expect((await post('/session/redeem', { body: { code } })).status).toBe(401);
  });

  test('lives no longer than its launch', async () => {
    const { bearer } = await launched();
    const { endsAt } = jsonOf<{ endsAt: string }>(await get(bearer));
    world.deps.clock.advance(HOUR);

    const child = jsonOf<Granted>(await post('/session/redeem', { body: { code: await codeOf(bearer) } }));

    expect(jsonOf<{ endsAt: string }>(await get(child.bearer)).endsAt).toBe(endsAt);
  });

  test('is handed over by a relaunch: the same person keeps one session there', async () => {
    const first = await launched();
    const window = jsonOf<Granted>(
      await post('/session/redeem', { body: { code: await codeOf(first.bearer) } }),
    );
    const relaunch = await launched();
    const code = await codeOf(relaunch.bearer);

    const handed = jsonOf<Granted>(
      await post('/session/redeem', { body: { code, replaces: window.bearer } }),
    );

    expect((await get(handed.bearer)).status).toBe(200);
    expect((await get(window.bearer)).status).toBe(401);
    expect((await get(relaunch.bearer)).status).toBe(200);
  });

  test('that holds the session of someone else does not end it', async () => {
    const other = await launched((claims) => ({ ...claims, sub: 'someone else' }));
    const { bearer } = await launched();

    await post('/session/redeem', { body: { code: await codeOf(bearer), replaces: other.bearer } });

    expect((await get(other.bearer)).status).toBe(200);
  });

  test('the code of a launch by the binding header opens that very session', async () => {
    const login = await world.login();
    const answered = await world.launch({ login, cookie: null, headers: { 'x-lti-binding': login.binding } });
    const { location } = jsonOf<{ location: string }>(answered);
    const [path = '', code = ''] = location.split('#code=');

    const granted = jsonOf<Granted>(await post('/session/redeem', { body: { code } }));

    expect(path).toBe(`/app/${granted.key}/`);
    expect((await get(granted.bearer)).status).toBe(200);
    const [cookie] = answered.setCookies.filter(({ name }) => name.startsWith('__Host-wm_'));
    expect((await resume(granted.key, `${cookie?.name}=${cookie?.value}`)).status).toBe(200);
  });
});

describe('a page of the client', () => {
  const open = (path: string, site: string) => world.request(path, { headers: { 'sec-fetch-site': site } });

  test.each(['cross-site', 'same-site', 'none'])(
    'reached from elsewhere (%s) leaves the fragment behind: a link with a code signs nobody in',
    async (site) => {
      const { key } = await launched();

      const entry = await open(`/app/${key}/`, site);
      const again = await open(`/app/${key}/?entered`, site);

      expect(entry.text).toContain("location.replace(location.pathname+'?'+q)");
      expect(again.status).toBe(403);
      for (const { text, headers } of [entry, again]) {
        expect(text).not.toContain('/assets/main.js');
        expect(headers.get('content-security-policy')).toContain(world.platform().issuer);
      }
    },
  );

  test('reached from elsewhere once more keeps what was asked for in the link that a person clicks', async () => {
    const { key } = await launched();

    const { text } = await open(`/app/${key}/admin/deliveries?show=changed&entered=`, 'none');

    expect(text).toContain(`href="/app/${key}/admin/deliveries?show=changed&amp;entered="`);
  });

  test.each(['', '?entered', 'modules/1'])(
    'reached from a page of ours is the client itself: %s',
    async (rest) => {
      const { key } = await launched();

      const page = await open(`/app/${key}/${rest}`, 'same-origin');

      expect(page.text).toContain('/assets/main.js');
    },
  );
});

describe('sign-off', () => {
  test('ends the session, its windows and their cookies', async () => {
    const { bearer, key, cookie } = await launched();
    const { code } = jsonOf<{ code: string }>(await post('/session/window-code', { bearer }));
    const child = jsonOf<Granted>(await post('/session/redeem', { body: { code } }));
    const { id } = jsonOf<{ id: string }>(await get(bearer));

    const answered = await world.api('/session', { method: 'DELETE', bearer });

    expect(answered.status).toBe(200);
    expect(answered.setCookies.map(({ name }) => name).sort()).toEqual(
      [`__Host-wm_${key}`, `__Host-wm_${child.key}`].sort(),
    );
    expect((await get(bearer)).status).toBe(401);
    expect((await get(child.bearer)).status).toBe(401);
    expect((await resume(key, cookie)).status).toBe(401);
    expect(await findLiveSession(world.deps, world.institutionId(), id)).toBeNull();
  });
});

describe('the welcome page', () => {
  test('is agreed to once, and the limit can be changed later', async () => {
    const { bearer } = await launched((claims) => ({ ...claims, sub: 'newcomer' }));

    await post('/me/consent', { bearer, body: { weeklyMinutes: 60 } });
    await world.api('/me', { method: 'PATCH', bearer, body: { weeklyMinutes: 45 } });

    const { person } = jsonOf<{ person: object }>(await get(bearer));
    expect(person).toMatchObject({ agreed: true, weeklyMinutes: 45 });
  });
});

describe('a launch without a course', () => {
  test('has a session without one', async () => {
    const { bearer } = await launched((claims) => ({ ...claims, [claimName('context')]: undefined }));

    expect(jsonOf<{ course: null }>(await get(bearer)).course).toBeNull();
  });
});
