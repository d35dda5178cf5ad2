import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { see, submit } from './pageSupport.ts';
import { setScene, unescape, type Scene } from './support.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene({ toolUrl: 'http://localhost:3000' });
});
afterEach(() => scene.close());

describe('the tools', () => {
  test('are for the LMS admin', async () => {
    const designer = await see(scene, '/tools', 'designer');
    const admin = await see(scene, '/tools', 'admin');

    expect([designer.status, admin.status]).toEqual([403, 200]);
  });

  test('are registered in a frame by their registration URL', async () => {
    const page = await submit(scene, '/tools/register', 'admin', {
      url: 'http://localhost:3000/lti/register?invite=abc',
    });

    const text = unescape(await page.text());
    const src = new URL(/<iframe[^>]*src="([^"]*)"/.exec(text)?.[1] ?? '');
    const token = scene.demo.lms.launches.findRegistration(src.searchParams.get('registration_token') ?? '');
    expect(src.searchParams.get('invite')).toBe('abc');
    expect(token).toMatchObject({ used: false });
    expect(text).toContain('org.imsglobal.lti.close');
  });

  test('are entered by hand, activated, shown, installed again and deleted', async () => {
    const form: [string, string][] = [
      ['name', 'Hand'],
      ['initiateLoginUri', 'http://localhost:3000/lti/login'],
      ['redirectUris', 'http://localhost:3000/lti/launch'],
      ['targetLinkUri', 'http://localhost:3000/lti/launch'],
      ['jwksUri', 'http://localhost:3000/lti/jwks'],
      ['clientId', 'shared-client'],
      ['deployments', 'shared-client-1'],
      ['scopes', 'https://purl.imsglobal.org/spec/lti-ags/scope/score'],
      ['scopes', 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem'],
    ];

    const made = await submit(scene, '/tools', 'admin', form);
    const place = made.headers.get('location') ?? '';
    await submit(scene, `${place}/activate`, 'admin', {});
    await submit(scene, `${place}/chooser`, 'admin', {});
    await submit(scene, `${place}/deploy`, 'admin', {
      deployment: 'shared-client-2',
      course: scene.courseId,
    });
    const tool = scene.demo.lms.tools.findByClientId('shared-client');
    const facts = await (await see(scene, place, 'admin')).text();

    expect(tool).toMatchObject({
      state: 'pending',
      inChooser: false,
      deployments: ['shared-client-1', 'shared-client-2'],
    });
    expect(tool?.scopes).toHaveLength(2);
    expect(scene.demo.lms.deploymentOf(scene.demo.lms.courses.get(scene.courseId), tool?.id ?? '')).toBe(
      'shared-client-2',
    );
    expect(facts).toContain(scene.demo.lms.endpoint('token'));

    await submit(scene, `${place}/delete`, 'admin', {});
    expect(scene.demo.lms.tools.findByClientId('shared-client')).toBeNull();
  });

  test('of a host that is known are updated or registered anew, as Moodle asks', async () => {
    scene.demo.lms.settings.set({ mode: 'moodle' });
    const url = `${scene.tool.url}/register?invite=abc`;
    const srcOf = (text: string) => /<iframe[^>]*src="([^"]*)"/.exec(unescape(text))?.[1] ?? '';
    const purpose = (text: string) =>
      scene.demo.lms.launches.findRegistration(
        new URL(srcOf(text)).searchParams.get('registration_token') ?? '',
      );

    const question = await (await submit(scene, '/tools/register', 'admin', { url })).text();
    const update = await (await submit(scene, '/tools/register', 'admin', { url, update: 'yes' })).text();
    const anew = await (await submit(scene, '/tools/register', 'admin', { url, update: 'no' })).text();

    expect(question).toContain('Register as a new external tool');
    expect(purpose(update)).toMatchObject({ clientId: null, toolId: scene.registered.id });
    expect(purpose(anew)).toMatchObject({ toolId: null });
  });

  test('take web addresses only', async () => {
    const response = await submit(scene, '/tools/register', 'admin', { url: 'javascript:alert(1)' });

    expect(response.status).toBe(400);
  });
});

describe('the settings', () => {
  test('flip the mode, the behaviour and each switch', async () => {
    await submit(scene, '/settings/mode', 'teacher-1', { mode: 'moodle' });
    await submit(scene, '/settings', 'teacher-1', {
      issuer: 'https://canvas.instructure.com',
      privacy: 'anonymous',
      launchIn: 'window',
      loginMethod: 'get',
      noLeeway: 'on',
      tokenTtlSeconds: '60',
      rosterPageSize: '5',
    });
    await submit(scene, '/settings/switches', 'teacher-1', {
      kind: 'slow',
      scope: 'scores',
      ms: '500',
      count: '3',
      percent: '',
    });
    await submit(scene, '/settings/switches', 'teacher-1', { kind: 'rosterLoop' });
    const page = await (await see(scene, '/settings', 'teacher-1')).text();

    const { lms } = scene.demo;
    expect(lms.settings.get()).toMatchObject({
      mode: 'moodle',
      issuer: 'https://canvas.instructure.com',
      privacy: 'anonymous',
      launchIn: 'window',
      loginMethod: 'get',
      tokenLeewaySeconds: 0,
      tokenTtlSeconds: 60,
      rosterPageSize: 5,
    });
    expect(lms.switches.get('slow')).toEqual({ scope: 'scores', ms: 500, count: 3 });
    expect(lms.switches.get('rosterLoop')).toEqual({ scope: 'memberships' });
    expect(page).toContain('data-switch="slow" data-on="yes"');

    await submit(scene, '/settings/switches', 'teacher-1', { kind: 'slow', off: '1' });
    expect(lms.switches.get('slow')).toBeNull();
  });

  test('rotate the key and revoke tokens', async () => {
    const { lms } = scene.demo;
    const kid = lms.keys.currentKid;
    const token = lms.tokens.issue(scene.registered.id, []);

    await submit(scene, '/settings/key', 'admin', {});
    await submit(scene, '/settings/tokens', 'admin', {});

    expect(lms.keys.currentKid).not.toBe(kid);
    expect(lms.tokens.find(token)).toBeNull();
  });

  test('take no form of another site', async () => {
    const response = await fetch(`${scene.demo.url}/settings/mode`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({ mode: 'canvas' }),
    });

    expect(response.status).toBe(403);
    expect(scene.demo.lms.settings.get().mode).toBe('plain');
  });
});

test('the calls of tools are listed', async () => {
  await fetch(scene.demo.lms.endpoint('openidConfiguration'));

  const page = await (await see(scene, '/calls', 'admin')).text();

  expect(page).toContain('/.well-known/openid-configuration');
});

test('an unknown page is a friendly 404', async () => {
  const response = await see(scene, '/nowhere', 'admin');

  expect(response.status).toBe(404);
  expect(await response.text()).toContain('There is no such page.');
});
