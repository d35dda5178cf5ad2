import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bootSession, keyOfPath, SessionHolder } from '../../../client/src/api/session.ts';
import { openTextStore } from '../../../client/src/storage/webStorage.ts';
import { pathOf } from '../gallery/pathOf.ts';

const KEY = 'k'.repeat(43);
const CHILD = 'c'.repeat(43);
const bearer = (letter: string) => `wm.${letter.repeat(22)}.${letter.repeat(43)}`;
const code = `${'o'.repeat(22)}.${'o'.repeat(43)}`;

interface Asked {
  path: string;
  init: RequestInit | undefined;
}

/** Answers as the two public session routes do; each path once. */
function setUp(answers: Record<string, unknown> = {}) {
  const asked: Asked[] = [];
  const fetcher: typeof fetch = (input, init) => {
    const path = pathOf(input);
    asked.push({ path, init });
    const body = answers[path];
    return Promise.resolve(
      new Response(JSON.stringify(body ?? { code: 'RESUME_REFUSED' }), { status: body ? 200 : 401 }),
    );
  };
  const session = new SessionHolder({ fetch: fetcher, store: openTextStore('sessionStorage') });
  return { session, asked };
}

function hand(landing: string) {
  const script = document.createElement('script');
  script.type = 'application/json';
  script.id = 'waymark-session';
  script.textContent = JSON.stringify({ bearer: bearer('a'), key: KEY, landing });
  document.body.append(script);
}

describe('how a page finds its session', () => {
  beforeEach(() => window.history.replaceState(null, '', '/lti/launch'));
  afterEach(() => document.getElementById('waymark-session')?.remove());

  it('takes what the launch handed over, goes to the landing page and leaves nothing in the document', async () => {
    const { session, asked } = setUp();
    hand(`/app/${KEY}/modules/1`);

    const state = await bootSession(session);

    expect(state).toEqual({ status: 'live', bearer: bearer('a'), key: KEY });
    expect(window.location.pathname).toBe(`/app/${KEY}/modules/1`);
    expect(document.getElementById('waymark-session')).toBeNull();
    expect(asked).toHaveLength(0);
  });

  it.each([
    ['?entered=', ''],
    ['?show=changed&entered=', '?show=changed'],
    ['?show=changed&lng=en-XA', '?show=changed&lng=en-XA'],
  ])('takes the mark of the entry page off the address, and nothing else (%s)', async (search, left) => {
    const { session } = setUp();
    session.grant({ key: KEY, bearer: bearer('a') });
    window.history.replaceState(null, '', `/app/${KEY}/admin/deliveries${search}`);

    await bootSession(session);

    expect(window.location.search).toBe(left);
  });

  it('never follows a landing page of another place', async () => {
    const { session } = setUp();
    hand('//evil.example/app/');

    const state = await bootSession(session);

    expect(state.status).toBe('over');
    expect(window.location.pathname).toBe('/lti/launch');
  });

  it('goes on after a reload with what sessionStorage holds, without asking anyone', async () => {
    const first = setUp();
    first.session.grant({ key: KEY, bearer: bearer('a') });
    window.history.replaceState(null, '', `/app/${KEY}/reviews`);
    const { session, asked } = setUp();

    const state = await bootSession(session);

    expect(state).toMatchObject({ status: 'live', bearer: bearer('a') });
    expect(asked).toHaveLength(0);
  });

  it('goes on by the resume cookie where the frame has no storage', async () => {
    window.history.replaceState(null, '', `/app/${KEY}/reviews`);
    const { session, asked } = setUp({ '/api/v1/session/resume': { bearer: bearer('r'), key: KEY } });

    const state = await bootSession(session);

    expect(state).toMatchObject({ status: 'live', bearer: bearer('r') });
    expect(asked[0]?.init).toMatchObject({ credentials: 'same-origin', method: 'POST' });
    expect(new Headers(asked[0]?.init?.headers).get('x-waymark')).toBe('1');
  });

  it('takes over by the one-time code, under the key of its own session, and wipes the code from the address', async () => {
    window.history.replaceState(null, '', `/app/${KEY}/modules/1#code=${code}`);
    const { session, asked } = setUp({ '/api/v1/session/redeem': { bearer: bearer('w'), key: CHILD } });

    const state = await bootSession(session);

    expect(state).toMatchObject({ status: 'live', key: CHILD });
    expect(window.location.href).toContain(`/app/${CHILD}/modules/1`);
    expect(window.location.hash).toBe('');
    expect(asked[0]?.init?.body).toBe(JSON.stringify({ code }));
  });

  it('tells the server which session a window had before, so that it is replaced', async () => {
    const first = setUp();
    first.session.grant({ key: KEY, bearer: bearer('a') });
    window.history.replaceState(null, '', `/app/${KEY}/#code=${code}`);
    const { session, asked } = setUp({ '/api/v1/session/redeem': { bearer: bearer('w'), key: KEY } });

    await bootSession(session);

    expect(asked[0]?.init?.body).toBe(JSON.stringify({ code, replaces: bearer('a') }));
  });

  it('has none on a bookmark: then only the LMS can launch', async () => {
    window.history.replaceState(null, '', `/app/${KEY}/reviews`);
    const { session } = setUp();

    const state = await bootSession(session);

    expect(state).toEqual({ status: 'over', why: 'absent' });
  });

  it('forgets the bearers of all launches at sign-off', () => {
    const { session } = setUp();
    session.grant({ key: KEY, bearer: bearer('a') });
    session.grant({ key: CHILD, bearer: bearer('b') });

    session.end('signedOff');

    expect(Object.keys(sessionStorage)).toEqual([]);
    expect(session.state()).toEqual({ status: 'over', why: 'signedOff' });
  });

  it('reads the key from the path only where one stands', () => {
    expect(keyOfPath(`/app/${KEY}/pick`)).toBe(KEY);
    expect(keyOfPath('/app/short/pick')).toBeNull();
    expect(keyOfPath(`/lti/${KEY}`)).toBeNull();
  });
});
