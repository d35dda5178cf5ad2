import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SCOPE } from '../../../demo-lms/state/tools.ts';
import type { Mode } from '../../../demo-lms/state/types.ts';
import {
  beforeQuery,
  call,
  CONTAINER_TYPE,
  embedGraded,
  ITEM_TYPE,
  setScene,
  type Scene,
} from './support.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

const container = () => scene.demo.lms.lineItemsUrl(scene.courseId, scene.registered.id);
function create(body: object): Promise<Response> {
  return call(scene, container(), { method: 'POST', type: ITEM_TYPE, body: JSON.stringify(body) });
}
async function list(query = ''): Promise<{ id: string; label: string }[]> {
  const url = new URL(container());
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.set(name, value);
  return (await (await call(scene, url.href, { type: CONTAINER_TYPE })).json()) as {
    id: string;
    label: string;
  }[];
}

describe.each(['plain', 'canvas', 'moodle', 'schoology'] as Mode[])('line items in %s', (mode) => {
  beforeEach(() => scene.demo.lms.settings.set({ mode }));

  test('are made, read, changed, listed by filter and deleted', async () => {
    const { linkId } = embedGraded(scene);
    const made = (await (
      await create({ label: 'Extra', scoreMaximum: 20, resourceId: 'r', tag: 't' })
    ).json()) as {
      id: string;
    };

    const read: unknown = await (await call(scene, made.id, { type: ITEM_TYPE })).json();
    const put = await call(scene, made.id, {
      method: 'PUT',
      type: ITEM_TYPE,
      body: JSON.stringify({ label: 'Changed', scoreMaximum: 40, resourceId: 'r', tag: 't' }),
    });
    const byTag = await list('tag=t');
    const byResource = await list('resource_id=m-1');
    const byLink = await list(`resource_link_id=${scene.demo.lms.linkIdOf(linkId)}`);
    const gone = await call(scene, made.id, { method: 'DELETE' });
    const after = await call(scene, made.id, { type: ITEM_TYPE });

    expect(read).toMatchObject({ id: made.id, label: 'Extra', scoreMaximum: 20, resourceId: 'r', tag: 't' });
    expect(put.status).toBe(200);
    expect(byTag.map((item) => item.label)).toEqual(['Changed']);
    expect(byResource.map((item) => item.label)).toEqual(['Module 1']);
    expect(byLink.map((item) => item.label)).toEqual(['Module 1']);
    expect([gone.status, after.status]).toEqual([204, 404]);
  });

  test('are a tool’s own', async () => {
    scene.demo.lms.gradebook.addLineItem({ courseId: scene.courseId, label: 'Exam', scoreMaximum: 100 });

    const items = await list();

    expect(items).toEqual([]);
  });

  test('ask for a token with the scope', async () => {
    const { lms } = scene.demo;
    const weak = lms.tokens.issue(scene.registered.id, [SCOPE.lineItemReadOnly]);
    const authorization = `Bearer ${weak}`;

    const read = await call(scene, container(), { type: CONTAINER_TYPE, headers: { authorization } });
    const write = await call(scene, container(), {
      method: 'POST',
      type: ITEM_TYPE,
      headers: { authorization },
      body: '{}',
    });
    const none = await call(scene, container(), { headers: { authorization: 'Bearer nothing' } });

    expect(read.status).toBe(200);
    expect(write.status).toBe(mode === 'canvas' || mode === 'moodle' ? 401 : 403);
    expect(none.status).toBe(401);
  });
});

describe('line items in Canvas', () => {
  beforeEach(() => scene.demo.lms.settings.set({ mode: 'canvas' }));

  test('come in pages of ten with a Link to the next', async () => {
    for (let n = 1; n <= 12; n += 1) await create({ label: `L${n}`, scoreMaximum: 1 });

    const first = await call(scene, container());
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await call(scene, next);

    expect(await first.json()).toHaveLength(10);
    expect(await second.json()).toHaveLength(2);
    expect(second.headers.get('link')).toBeNull();
  });

  test('of an assignment can’t be deleted, and a strange resource link is not found', async () => {
    const { url } = embedGraded(scene);

    const gone = await call(scene, url, { method: 'DELETE' });
    const strange = await create({ label: 'X', scoreMaximum: 1, resourceLinkId: 'nowhere' });

    expect([gone.status, strange.status]).toEqual([401, 404]);
  });

  test('answer 403 without a User-Agent', async () => {
    const token = scene.demo.lms.tokens.issue(scene.registered.id, scene.registered.scopes);
    const headers = { authorization: `Bearer ${token}`, 'user-agent': '' };

    const response = await fetch(container(), { headers });

    expect(response.status).toBe(403);
  });

  test('throttle a token that calls too much, and say what is left', async () => {
    const { lms } = scene.demo;
    lms.settings.set({ rateLimit: { capacity: 2, leakPerSecond: 0 } });
    const token = lms.tokens.issue(scene.registered.id, scene.registered.scopes);
    const get = () => fetch(container(), { headers: { authorization: `Bearer ${token}` } });

    const answers = [await get(), await get(), await get()];

    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 403]);
    expect(answers.map((answer) => answer.headers.get('x-rate-limit-remaining'))).toEqual([
      '1.0',
      '0.0',
      '0.0',
    ]);
    expect(await answers[2]?.text()).toContain('Rate Limit Exceeded');
  });

  test('say that a concluded course takes no more calls', async () => {
    scene.demo.lms.courses.conclude(scene.courseId);

    const response = await call(scene, container());

    expect(response.status).toBe(422);
    expect(await response.text()).toContain('concluded');
  });
});

describe('line items in Moodle', () => {
  beforeEach(() => scene.demo.lms.settings.set({ mode: 'moodle' }));

  test('carry a query, and a path behind it is 400', async () => {
    const { url } = embedGraded(scene);

    const wrong = await call(scene, `${url}/scores`, { method: 'POST', body: '{}' });
    const plainPath = await call(scene, url.split('?')[0] ?? '', { type: ITEM_TYPE });

    expect(url).toMatch(/\/mod\/lti\/services\.php\/1\/lineitems\/1\/lineitem\?type_id=1$/);
    expect(wrong.status).toBe(400);
    expect(plainPath.status).toBe(200);
  });

  test.each([
    ['application/json', 400],
    [`${CONTAINER_TYPE}, application/json`, 400],
    ['*/*', 400],
    [`${CONTAINER_TYPE}; charset=utf-8`, 200],
  ])('a list asked for with Accept "%s" answers %d', async (type, status) => {
    const response = await call(scene, container(), { type });

    expect(response.status).toBe(status);
  });

  test('put the reason into the status line too', async () => {
    const response = await call(scene, container(), { type: 'application/json' });

    expect(response.statusText).toMatch(/^No handler found/);
    expect(await response.json()).toMatchObject({ status: 400, reason: expect.any(String) });
  });

  test('refuse a foreign resource link with 403 and take a maximum of 0', async () => {
    const foreign = await create({ label: 'X', scoreMaximum: 10, resourceLinkId: '99' });
    const zero = await create({ label: 'X', scoreMaximum: 0 });

    expect([foreign.status, zero.status]).toEqual([403, 201]);
  });

  test('of an activity can be deleted, and then no launch names one', async () => {
    const { url, linkId } = embedGraded(scene);

    const gone = await call(scene, url, { method: 'DELETE' });

    const ags = scene.demo.lms.claimsFor(linkId, 'teacher-1')[
      'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint'
    ];
    expect(gone.status).toBe(204);
    expect(ags).not.toHaveProperty('lineitem');
  });

  test('a PUT takes tag and resource id away and rescales grades', async () => {
    const { url, itemId } = embedGraded(scene, 10);
    scene.demo.lms.gradebook.override(itemId, 'teacher-1', 8);

    await call(scene, url, {
      method: 'PUT',
      type: ITEM_TYPE,
      body: JSON.stringify({ label: 'M', scoreMaximum: 20 }),
    });

    const read: unknown = await (await call(scene, url, { type: ITEM_TYPE })).json();
    expect(read).not.toHaveProperty('tag');
    expect(read).not.toHaveProperty('resourceId');
    expect(scene.demo.lms.gradebook.findGrade(itemId, 'teacher-1')?.score).toBe(16);
  });

  test('a page’s Link header can’t be read', async () => {
    for (let n = 1; n <= 3; n += 1) await create({ label: `L${n}`, scoreMaximum: 1 });

    const page = await call(scene, `${container()}&limit=2`, { type: CONTAINER_TYPE });

    expect(await page.json()).toHaveLength(2);
    expect(page.headers.get('link')).toContain('&amp;');
    expect(page.headers.get('link')).not.toContain('rel="next"');
  });
});

test('the plain mode answers 415 to a wrong content type', async () => {
  const { url } = embedGraded(scene);

  const response = await call(scene, beforeQuery(url, 'scores'), {
    method: 'POST',
    type: 'application/json',
    body: '{}',
  });

  expect(response.status).toBe(415);
});
