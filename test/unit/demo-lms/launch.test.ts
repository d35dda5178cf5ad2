import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
} from 'jose';
import { CLAIM } from '../../../demo-lms/oidc/claimNames.ts';
import { authorize, embedGraded, readForm, setScene, type Scene } from './support.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

async function verify(idToken: string): Promise<JWTPayload> {
  const keys = (await (await fetch(scene.demo.lms.endpoint('jwks'))).json()) as JSONWebKeySet;
  return (await jwtVerify(idToken, createLocalJWKSet(keys))).payload;
}

async function launch(personId: string, linkId: string): Promise<JWTPayload> {
  const { lms } = scene.demo;
  const { params } = lms.loginRequest(lms.openLaunch({ personId, linkId }));
  const page = await (await authorize(scene, params)).text();
  return verify(readForm(page).fields.id_token ?? '');
}

describe('the authorization endpoint', () => {
  test('posts a signed id_token with the nonce and the state to the registered redirect URI', async () => {
    const { linkId, url } = embedGraded(scene);
    const { lms } = scene.demo;
    const { params } = lms.loginRequest(lms.openLaunch({ personId: 'teacher-1', linkId }));

    const page = await (await authorize(scene, params)).text();

    const { action, fields } = readForm(page);
    const claims = await verify(fields.id_token ?? '');
    expect(action).toBe(scene.registered.redirectUris[0]);
    expect(fields.state).toBe('state-1');
    expect(claims).toMatchObject({
      iss: scene.demo.url,
      aud: scene.registered.clientId,
      nonce: 'nonce-1',
      name: 'Teacher 1',
      [CLAIM.messageType]: 'LtiResourceLinkRequest',
      [CLAIM.deploymentId]: '1',
      [CLAIM.custom]: { wm_module: 'm-1' },
      [CLAIM.ags]: { lineitem: url },
    });
  });

  test('takes a launch once only', async () => {
    const { linkId } = embedGraded(scene);
    const { lms } = scene.demo;
    const { params } = lms.loginRequest(lms.openLaunch({ personId: 'teacher-1', linkId }));
    await authorize(scene, params);

    const again = await authorize(scene, params);

    expect(again.status).toBe(400);
    expect(await again.text()).toContain('already used');
  });

  test.each([
    ['an unregistered redirect_uri', { redirect_uri: 'http://127.0.0.1:9/launch' }, 'redirect_uri'],
    ['a wider scope', { scope: 'openid email' }, 'scope'],
    ['no nonce', { nonce: '' }, 'nonce'],
    ['no hint', { lti_message_hint: '' }, 'lti_message_hint'],
    ['a changed hint', { lti_message_hint: '{"cmid":9}' }, 'lti_message_hint'],
    ['an unknown client', { client_id: 'nobody' }, 'client_id'],
  ])('shows %s to the person and leaves the launch unused', async (_name, change, word) => {
    const { linkId } = embedGraded(scene);
    const { lms } = scene.demo;
    const { params } = lms.loginRequest(lms.openLaunch({ personId: 'teacher-1', linkId }));

    const refused = await authorize(scene, params, change);
    const good = await authorize(scene, params);

    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain(word);
    expect(good.status).toBe(200);
  });

  test.each([
    ['another response type', { response_type: 'code' }, 'unsupported_response_type'],
    ['another response mode', { response_mode: 'query' }, 'invalid_request'],
    ['a prompt', { prompt: 'login' }, 'invalid_request'],
    ['another person', { login_hint: '2' }, 'access_denied'],
  ])('tells the tool of %s', async (_name, change, error) => {
    const { linkId } = embedGraded(scene);
    const { lms } = scene.demo;
    const { params } = lms.loginRequest(lms.openLaunch({ personId: 'teacher-1', linkId }));

    const page = await (await authorize(scene, params, change)).text();

    expect(readForm(page).fields).toMatchObject({ error, state: 'state-1' });
  });

  test('takes Moodle’s post of another site a second time from its own origin', async () => {
    scene.demo.lms.settings.set({ mode: 'moodle' });
    const { linkId } = embedGraded(scene);
    const { lms } = scene.demo;
    const { params } = lms.loginRequest(lms.openLaunch({ personId: 'teacher-1', linkId }));
    const body = new URLSearchParams({
      ...params,
      scope: 'openid',
      response_type: 'id_token',
      response_mode: 'form_post',
      redirect_uri: scene.registered.redirectUris[0] ?? '',
      nonce: 'n',
      state: 's',
    });

    const first = await fetch(lms.endpoint('authorization'), { method: 'POST', body });
    const repost = readForm(await first.text());
    const second = await fetch(new URL(repost.action, lms.url), {
      method: 'POST',
      body: new URLSearchParams(repost.fields),
    });

    expect(repost.fields.id_token).toBeUndefined();
    expect(readForm(await second.text()).fields.id_token).toBeDefined();
  });

  test('refuses in Moodle mode when another person is logged in', async () => {
    scene.demo.lms.settings.set({ mode: 'moodle' });
    const { linkId } = embedGraded(scene);
    const { lms } = scene.demo;
    const { params } = lms.loginRequest(lms.openLaunch({ personId: 'teacher-1', linkId }));
    const query = new URLSearchParams({
      ...params,
      scope: 'openid',
      response_type: 'id_token',
      response_mode: 'form_post',
      redirect_uri: scene.registered.redirectUris[0] ?? '',
      nonce: 'n',
    });
    const cookie =
      (await fetch(`${lms.url}/act-as/teacher-2`, { redirect: 'manual' })).headers.get('set-cookie') ?? '';

    const page = await fetch(`${lms.endpoint('authorization')}?${query.toString()}`, { headers: { cookie } });

    expect(readForm(await page.text()).fields.error).toBe('access_denied');
  });
});

describe('what a launch says', () => {
  test.each([
    ['plain', 'teacher-1', ['membership#Learner']],
    ['plain', 'designer', ['membership#ContentDeveloper']],
    ['plain', 'test-student', ['membership#Learner', 'lti/system/person#TestUser']],
    ['canvas', 'teacher-1', ['institution/person#Student', 'membership#Learner', 'system/person#User']],
    [
      'canvas',
      'designer',
      ['institution/person#Instructor', 'membership#ContentDeveloper', 'system/person#User'],
    ],
    ['canvas', 'admin', ['institution/person#Administrator', 'system/person#User']],
    ['canvas', 'test-student', ['membership#Learner', 'lti/system/person#TestUser']],
    ['moodle', 'designer', ['membership#Instructor']],
    ['moodle', 'reviewer', ['membership#Instructor']],
    [
      'moodle',
      'admin',
      ['institution/person#Administrator', 'membership#Instructor', 'system/person#Administrator'],
    ],
    ['moodle', 'test-student', ['membership#Learner']],
    ['schoology', 'reviewer', ['membership#Instructor']],
    ['schoology', 'admin', ['institution/person#Administrator']],
  ] as const)('in %s, %s has the roles that this LMS sends', async (mode, personId, endings) => {
    scene.demo.lms.settings.set({ mode });
    const { linkId } = embedGraded(scene);

    const claims = await launch(personId, linkId);

    const roles = claims[CLAIM.roles] as string[];
    expect(roles).toHaveLength(endings.length);
    endings.forEach((ending, index) => expect(roles[index]?.endsWith(ending)).toBe(true));
  });

  test('Moodle sends small numbers, a minute of life and no azp; its test student is the teacher', async () => {
    scene.demo.lms.settings.set({ mode: 'moodle' });
    const { linkId } = embedGraded(scene);

    const claims = await launch('test-student', linkId);

    expect(claims.sub).toBe(scene.demo.lms.subOf('reviewer'));
    expect(claims.sub).toMatch(/^\d+$/);
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(60);
    expect(claims).not.toHaveProperty('azp');
    expect(claims).not.toHaveProperty('locale');
  });

  test('Canvas sends opaque ids and a login by GET with its storage frame', async () => {
    scene.demo.lms.settings.set({ mode: 'canvas' });
    const { linkId } = embedGraded(scene);
    const { lms } = scene.demo;

    const claims = await launch('teacher-1', linkId);
    const request = lms.loginRequest(lms.openLaunch({ personId: 'teacher-1', linkId }));

    expect(claims.sub).toMatch(/^[0-9a-f-]{36}$/);
    expect((claims[CLAIM.context] as { id: string }).id).toMatch(/^[0-9a-f]{40}$/);
    expect(request.method).toBe('get');
    expect(request.params.lti_storage_target).toBe('post_message_forwarding');
    expect(lms.endpoint('authorization')).toBe(`${scene.demo.frameUrl}/lti/auth`);
  });

  test('platform storage is announced by Canvas and Schoology only', () => {
    const { linkId } = embedGraded(scene);
    const { lms } = scene.demo;

    const targets = (['plain', 'canvas', 'moodle', 'schoology'] as const).map((mode) => {
      lms.settings.set({ mode });
      return lms.loginRequest(lms.openLaunch({ personId: 'teacher-1', linkId })).params.lti_storage_target;
    });

    expect(targets).toEqual([undefined, 'post_message_forwarding', undefined, '_parent']);
  });

  test('Moodle’s hint is JSON text', () => {
    scene.demo.lms.settings.set({ mode: 'moodle' });
    const { linkId } = embedGraded(scene);
    const { lms } = scene.demo;

    const { params } = lms.loginRequest(lms.openLaunch({ personId: 'teacher-1', linkId }));

    expect(JSON.parse(params.lti_message_hint ?? '')).toMatchObject({ cmid: Number(linkId) });
  });

  test.each([
    ['anonymous', []],
    ['name_only', ['name', 'given_name', 'family_name']],
    ['email_only', ['email']],
    ['public', ['name', 'given_name', 'family_name', 'email']],
  ] as const)('with privacy "%s" sends only what it allows', (privacy, names) => {
    scene.demo.lms.settings.set({ privacy });
    const { linkId } = embedGraded(scene);

    const claims = scene.demo.lms.claimsFor(linkId, 'teacher-1');

    const sent = ['name', 'given_name', 'family_name', 'email'].filter((name) => name in claims);
    expect(sent).toEqual(names);
  });

  test('the issuer is a setting of its own, and a course can have another deployment', () => {
    const { lms } = scene.demo;
    lms.settings.set({ mode: 'schoology', issuer: 'https://schoology.schoology.com' });
    const { linkId } = embedGraded(scene);
    const deployment = lms.tools.deploy(scene.registered.id);
    lms.courses.get(scene.courseId).deployments.set(scene.registered.id, deployment);

    const claims = lms.claimsFor(linkId, 'teacher-1');

    expect(claims.iss).toBe('https://schoology.schoology.com');
    expect(claims[CLAIM.deploymentId]).toBe(`${scene.registered.clientId}-2`);
  });

  test('custom variables are filled in, unknown ones stay, and Moodle lets the tool’s own win', () => {
    const { lms } = scene.demo;
    scene.registered.customParameters = { shared: 'tool' };
    const link = lms.embed({
      courseId: scene.courseId,
      toolId: scene.registered.id,
      custom: {
        shared: 'item',
        who: '$User.id',
        link_history: '$ResourceLink.id.history',
        'Mixed-Case': 'v',
      },
    });

    const custom = (['plain', 'moodle'] as const).map((mode) => {
      lms.settings.set({ mode });
      return lms.claimsFor(link.id, 'teacher-1')[CLAIM.custom];
    });

    expect(custom[0]).toEqual({ shared: 'item', who: '1', link_history: '', 'Mixed-Case': 'v' });
    expect(custom[1]).toMatchObject({
      shared: 'tool',
      who: '1',
      link_history: '$ResourceLink.id.history',
      'Mixed-Case': 'v',
      mixed_case: 'v',
    });
  });

  test('a copied course keeps custom values and tells its history; an activity with two columns names none', () => {
    const { lms } = scene.demo;
    const { linkId } = embedGraded(scene);
    lms.links.get(linkId).custom.history = '$Context.id.history';

    const copy = lms.copyCourse(scene.courseId);
    const again = lms.copyCourse(copy.id);
    const link = lms.links.ofCourse(again.id)[0];
    const claims = lms.claimsFor(link?.id ?? '', 'reviewer');
    lms.gradebook.addLineItem({
      courseId: scene.courseId,
      toolId: scene.registered.id,
      linkId,
      label: 'Second',
      scoreMaximum: 5,
    });

    expect(claims[CLAIM.custom]).toEqual({ wm_module: 'm-1', history: `${copy.id},${scene.courseId}` });
    expect(link?.id).not.toBe(linkId);
    expect(lms.claimsFor(linkId, 'teacher-1')[CLAIM.ags]).not.toHaveProperty('lineitem');
  });

  test('a submission review names whose work it shows', async () => {
    const { lms } = scene.demo;
    const { linkId } = embedGraded(scene);
    const opened = lms.openLaunch({ personId: 'reviewer', linkId, forPersonId: 'teacher-3' });

    const page = await (await authorize(scene, lms.loginRequest(opened).params)).text();

    const claims = await verify(readForm(page).fields.id_token ?? '');
    expect(claims[CLAIM.messageType]).toBe('LtiSubmissionReviewRequest');
    expect(claims[CLAIM.forUser]).toEqual({ user_id: lms.subOf('teacher-3') });
  });
});

describe('forged tokens', () => {
  test('can have any header and any claims', async () => {
    const { lms } = scene.demo;
    const { linkId } = embedGraded(scene);
    const claims = lms.claimsFor(linkId, 'teacher-1', { nonce: 'n', exp: undefined });

    const noKid = decodeProtectedHeader(await lms.signIdToken(claims, { kid: null }));
    const none = await lms.signIdToken(claims, { alg: 'none' });
    const confused = decodeProtectedHeader(await lms.signIdToken(claims, { alg: 'HS256' }));

    expect(claims).not.toHaveProperty('exp');
    expect(noKid.kid).toBeUndefined();
    expect(none.endsWith('.')).toBe(true);
    expect(confused.alg).toBe('HS256');
    await expect(verify(await lms.signIdToken(claims, { key: 'stranger' }))).rejects.toThrow();
    expect((await verify(await lms.signIdToken(claims))).nonce).toBe('n');
  });

  test('a rotated key signs at once, and the old one can be taken out of the set', async () => {
    const { lms } = scene.demo;
    const before = lms.keys.currentKid;

    const after = await lms.rotateKey();
    const kept = lms.keys.publicSet().keys.map((key) => key.kid);
    const last = await lms.rotateKey({ dropOld: true });

    expect(kept).toEqual([after, before]);
    expect(lms.keys.publicSet().keys.map((key) => key.kid)).toEqual([last]);
  });
});
