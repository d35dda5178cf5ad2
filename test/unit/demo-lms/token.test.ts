import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SCOPE } from '../../../demo-lms/state/tools.ts';
import { askToken, setScene, type Scene } from './support.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

const now = () => Math.floor(Date.now() / 1000);

describe('the token endpoint', () => {
  test('gives a token for the scopes asked, and fetches the key set once', async () => {
    const first = await askToken(scene, `${SCOPE.score} ${SCOPE.result}`);
    const second = await askToken(scene, SCOPE.roster);

    expect(first.status).toBe(200);
    expect(await first.json()).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3600,
      scope: `${SCOPE.score} ${SCOPE.result}`,
    });
    expect(second.status).toBe(200);
    expect(scene.tool.fetches()).toBe(1);
  });

  test('fetches the key set again for an unknown key', async () => {
    await askToken(scene, SCOPE.score);
    await scene.tool.rotate();

    const response = await askToken(scene, SCOPE.score);

    expect(response.status).toBe(200);
    expect(scene.tool.fetches()).toBe(2);
  });

  test.each([
    ['another issuer', { iss: 'someone' }, 'invalid_client'],
    ['another audience', { aud: 'https://elsewhere.example/token' }, 'invalid_client'],
    ['no jti', { jti: '' }, 'invalid_client'],
    ['an unknown client', { sub: 'nobody' }, 'invalid_client'],
  ])('refuses an assertion with %s', async (_name, claims, error) => {
    const response = await askToken(scene, SCOPE.score, claims);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error });
  });

  test('takes a jti once', async () => {
    await askToken(scene, SCOPE.score, { jti: 'one' });

    const again = await askToken(scene, SCOPE.score, { jti: 'one' });

    expect(again.status).toBe(400);
  });

  test('refuses an unknown key and a scope that the tool has not', async () => {
    scene.registered.scopes = [SCOPE.score];

    const stranger = await askToken(scene, SCOPE.score, {}, { kid: 'stranger' });
    const roster = await askToken(scene, SCOPE.roster);

    expect(await stranger.json()).toMatchObject({ error: 'invalid_client' });
    expect(await roster.json()).toMatchObject({ error: 'invalid_scope' });
  });

  test('allows a minute of skew, and none where that is switched off', async () => {
    const ahead = await askToken(scene, SCOPE.score, {}, { iat: now() + 20 });
    scene.demo.lms.settings.set({ tokenLeewaySeconds: 0 });
    const strict = await askToken(scene, SCOPE.score, {}, { iat: now() + 20 });

    expect(ahead.status).toBe(200);
    expect(strict.status).toBe(400);
  });

  test('Moodle has no leeway, gives a subset of scopes, checks neither aud nor jti and answers as text/html', async () => {
    scene.demo.lms.settings.set({ mode: 'moodle' });
    scene.registered.scopes = [SCOPE.score];

    const ahead = await askToken(scene, SCOPE.score, {}, { iat: now() + 5 });
    const expired = await askToken(scene, SCOPE.score, {}, { exp: now() });
    const good = await askToken(scene, `${SCOPE.score} ${SCOPE.roster}`, { aud: 'x', jti: 'same' });
    const again = await askToken(scene, SCOPE.score, { jti: 'same' });
    const none = await askToken(scene, SCOPE.roster);

    expect(ahead.status).toBe(400);
    expect(((await ahead.json()) as { error: string }).error).toMatch(
      /^Cannot handle token with iat prior to /,
    );
    expect(await expired.json()).toEqual({ error: 'Expired token' });
    expect(good.headers.get('content-type')).toContain('text/html');
    expect(await good.json()).toMatchObject({ scope: SCOPE.score, expires_in: 3600 });
    expect(again.status).toBe(200);
    expect(await none.json()).toEqual({ error: 'invalid_scope' });
  });

  test('a token dies with its time, and all die when they are revoked', async () => {
    const { lms } = scene.demo;
    lms.settings.set({ tokenTtlSeconds: 0 });
    const short = (await (await askToken(scene, SCOPE.roster)).json()) as { access_token: string };
    const long = lms.tokens.issue(scene.registered.id, [SCOPE.roster]);
    const url = lms.rosterUrl(scene.courseId, scene.registered.id);
    const get = (token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } });

    const late = await get(short.access_token);
    const good = await get(long);
    lms.tokens.revokeAll();
    const revoked = await get(long);

    expect([late.status, good.status, revoked.status]).toEqual([401, 200, 401]);
  });
});
