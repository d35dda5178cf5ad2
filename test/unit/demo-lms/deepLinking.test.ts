import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CLAIM } from '../../../demo-lms/oidc/claimNames.ts';
import type { DeepLink } from '../../../demo-lms/state/types.ts';
import { authorize, embedGraded, readForm, setScene, unescape, type Scene } from './support.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

interface Settings {
  deep_link_return_url: string;
  accept_types: string[];
  accept_multiple: boolean;
  data?: string;
}

/** Opens a dialogue as the designer and gives what the tool gets. */
async function open(): Promise<{ claims: Record<string, unknown>; settings: Settings; dialogue: DeepLink }> {
  const { lms } = scene.demo;
  const launch = lms.openDeepLink({
    personId: 'designer',
    courseId: scene.courseId,
    toolId: scene.registered.id,
  });
  const page = await (await authorize(scene, lms.loginRequest(launch).params)).text();
  const payload = readForm(page).fields.id_token?.split('.')[1] ?? '';
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const dialogue = lms.launches.findDeepLink(launch.deepLinkId ?? '');
  if (!dialogue) throw new Error('No dialogue');
  return { claims, settings: claims[CLAIM.deepLinkingSettings] as Settings, dialogue };
}

async function answer(
  settings: Settings,
  items: object[],
  change: Record<string, unknown> = {},
  times: { exp?: number } = {},
): Promise<Response> {
  const jwt = await scene.tool.sign(
    {
      iss: scene.registered.clientId,
      aud: scene.demo.lms.issuer(),
      nonce: Math.random().toString(36),
      [CLAIM.messageType]: 'LtiDeepLinkingResponse',
      [CLAIM.version]: '1.3.0',
      [CLAIM.deploymentId]: scene.demo.lms.deploymentOf(
        scene.demo.lms.courses.get(scene.courseId),
        scene.registered.id,
      ),
      [CLAIM.data]: settings.data,
      [CLAIM.contentItems]: items,
      ...change,
    },
    times,
  );
  return fetch(settings.deep_link_return_url, { method: 'POST', body: new URLSearchParams({ JWT: jwt }) });
}

async function save(page: string, fields: Record<string, string> = {}): Promise<Response> {
  const { action } = readForm(page);
  return fetch(new URL(action, scene.demo.url), { method: 'POST', body: new URLSearchParams(fields) });
}

const item = (change: object = {}) => ({
  type: 'ltiResourceLink',
  title: 'Module 1',
  url: `${scene.tool.url}/launch`,
  custom: { wm_module: 'm-1' },
  lineItem: { label: 'Column', scoreMaximum: 20, resourceId: 'r-1', tag: 'wm' },
  ...change,
});
const links = () => scene.demo.lms.links.ofCourse(scene.courseId);

describe('deep linking', () => {
  test('gives the tool where to return to, and a person may add several items at once', async () => {
    const { settings, claims } = await open();

    const page = await answer(settings, [item(), item({ title: 'Module 2', lineItem: undefined })]);

    const [first, second] = links();
    expect(claims).not.toHaveProperty([CLAIM.resourceLink]);
    expect(settings).toMatchObject({
      accept_multiple: true,
      accept_types: ['ltiResourceLink', 'link', 'html'],
    });
    expect(page.status).toBe(200);
    expect(first).toMatchObject({ title: 'Module 1', custom: { wm_module: 'm-1' } });
    expect(scene.demo.lms.columnOf(first?.id ?? '')).toMatchObject({
      label: 'Column',
      scoreMaximum: 20,
      resourceId: 'r-1',
      tag: 'wm',
      coupled: true,
    });
    expect(scene.demo.lms.columnOf(second?.id ?? '')).toBeNull();
  });

  test.each([
    ['another sender', { iss: 'someone' }],
    ['another audience', { aud: 'https://elsewhere.example' }],
    ['other data', { [CLAIM.data]: 'x' }],
    ['another deployment', { [CLAIM.deploymentId]: '99' }],
    ['another version', { [CLAIM.version]: '1.1' }],
    ['another message type', { [CLAIM.messageType]: 'LtiResourceLinkRequest' }],
    ['no nonce', { nonce: undefined }],
  ])('refuses an answer with %s', async (_name, change) => {
    const { settings } = await open();

    const response = await answer(settings, [item()], change);

    expect(response.status).toBe(400);
    expect(links()).toEqual([]);
  });

  test('refuses an expired answer, one that is no JWT and a second one', async () => {
    const { settings } = await open();

    const expired = await answer(settings, [item()], {}, { exp: Math.floor(Date.now() / 1000) - 1 });
    const garbage = await fetch(settings.deep_link_return_url, {
      method: 'POST',
      body: new URLSearchParams({ JWT: 'x.y' }),
    });
    await answer(settings, [item()]);
    const second = await answer(settings, [item()]);

    expect(await expired.text()).toContain('Expired token');
    expect([expired.status, garbage.status, second.status]).toEqual([400, 400, 400]);
    expect(links()).toHaveLength(1);
  });

  test('shows what came escaped', async () => {
    const { settings } = await open();

    const page = await (await answer(settings, [item({ title: '<img src=x onerror=alert(1)>' })])).text();

    expect(page).not.toContain('<img');
    expect(unescape(page)).toContain('<img src=x');
  });

  test('in Schoology takes one item only', async () => {
    scene.demo.lms.settings.set({ mode: 'schoology' });
    const { settings } = await open();

    const two = await answer(settings, [item(), item()]);
    const one = await answer(settings, [item()]);

    expect(settings.accept_multiple).toBe(false);
    expect([two.status, one.status]).toEqual([400, 200]);
    expect(links()).toHaveLength(1);
  });

  test('in Canvas accepts more types, and keeps dates', async () => {
    scene.demo.lms.settings.set({ mode: 'canvas' });
    const { settings } = await open();
    const submission = { endDateTime: '2026-12-04T23:00:00Z' };

    await answer(settings, [item({ submission })]);

    expect(settings.accept_types).toContain('file');
    expect(links()[0]?.extras.submission).toEqual(submission);
  });
});

describe('deep linking in Moodle', () => {
  beforeEach(() => scene.demo.lms.settings.set({ mode: 'moodle' }));

  test('sends no data, and its roster only once the course has an activity of the tool', async () => {
    const first = await open();
    embedGraded(scene);
    const second = await open();

    expect(first.settings).not.toHaveProperty('data');
    expect(first.settings).not.toHaveProperty('accept_lineitem');
    expect(first.settings.deep_link_return_url).toContain(
      '/mod/lti/contentitem_return.php?course=1&id=1&sesskey=',
    );
    expect(first.claims).not.toHaveProperty([CLAIM.nrps]);
    expect(second.claims).toHaveProperty([CLAIM.nrps]);
  });

  test('fills a form with one item and creates it when the person saves; the label is ignored', async () => {
    const { settings } = await open();

    const page = await (await answer(settings, [item()], { aud: 'anyone', nonce: undefined })).text();
    const before = links().length;
    const saved = await save(page, { title: 'Renamed', text: '', scoreMaximum: '30' });

    const [link] = links();
    expect(before).toBe(0);
    expect(saved.status).toBe(200);
    expect(link?.title).toBe('Renamed');
    expect(scene.demo.lms.columnOf(link?.id ?? '')).toMatchObject({ label: 'Renamed', scoreMaximum: 30 });
  });

  test.each([12.5, 0, 1000])('does not save one item of %d points', async (scoreMaximum) => {
    const { settings } = await open();
    const page = await (await answer(settings, [item({ lineItem: { scoreMaximum } })])).text();

    const saved = await save(page);

    expect(saved.status).toBe(400);
    expect(await saved.text()).toContain('Invalid grade value');
    expect(links()).toEqual([]);
  });

  test('creates several items and swallows what is wrong with them', async () => {
    const { settings } = await open();
    const page = await (
      await answer(settings, [
        item(),
        item({ title: 'Too many points', lineItem: { scoreMaximum: 1000 } }),
        item({ title: 'x'.repeat(300) }),
        item({ title: 'No maximum', lineItem: {} }),
      ])
    ).text();

    const saved = await save(page);

    const kinds = links().map((link) => [link.title, scene.demo.lms.columnOf(link.id)?.kind]);
    expect(saved.status).toBe(200);
    expect(kinds).toEqual([
      ['Module 1', 'value'],
      ['Too many points', 'text'],
      ['No maximum', 'value'],
    ]);
    expect(scene.demo.lms.columnOf(links()[2]?.id ?? '')?.scoreMaximum).toBe(100);
  });

  test('crashes on a nested custom value', async () => {
    const { settings } = await open();

    const response = await answer(settings, [item({ custom: { a: { b: 1 } } })]);

    expect(response.status).toBe(500);
    expect(links()).toEqual([]);
  });

  test('cuts custom values at line breaks, strips tags and writes true as 1', async () => {
    const { settings } = await open();
    const custom = { a: 'one\ntwo', b: '<b>bold</b>', c: true };
    const page = await (await answer(settings, [item({ custom })])).text();

    await save(page);

    expect(links()[0]?.custom).toEqual({ a: 'one', b: 'bold', c: '1' });
  });

  test('does nothing with an empty list', async () => {
    const { settings } = await open();

    const response = await answer(settings, []);

    expect(response.status).toBe(200);
    expect(links()).toEqual([]);
  });
});
