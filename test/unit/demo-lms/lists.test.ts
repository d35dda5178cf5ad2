import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  beforeQuery,
  call,
  CONTAINER_TYPE,
  embedGraded,
  postScore,
  RESULT_TYPE,
  setScene,
  type Scene,
} from './support.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

/** The results of a column in which four people have a grade, as asked for one of them. */
async function readOne(): Promise<{ response: Response; users: unknown[] }> {
  const { lms } = scene.demo;
  const { itemId, url } = embedGraded(scene);
  for (const n of [1, 2, 3, 4]) lms.gradebook.override(itemId, `teacher-${n}`, n);
  const results = `${beforeQuery(url, 'results')}?user_id=${lms.subOf('teacher-1')}`;
  const response = await call(scene, results, { type: RESULT_TYPE });
  const list = (await response.json()) as { userId: unknown }[];
  return { response, users: list.map((one) => one?.userId) };
}

describe('a list as some LMSs send it', () => {
  test('takes no notice of the filter', async () => {
    scene.demo.lms.switches.set('unfiltered', { scope: 'results' });

    expect((await readOne()).users).toHaveLength(4);
  });

  test('comes in pages', async () => {
    scene.demo.lms.switches.set('unfiltered', { scope: 'results' });
    scene.demo.lms.switches.set('pagedResults', { scope: 'results' });

    const { response, users } = await readOne();

    expect(users).toHaveLength(2);
    expect(response.headers.get('link')).toMatch(/^<.*page=2.*>; rel="next"$/u);
  });

  test('leaves out who is asked for', async () => {
    scene.demo.lms.switches.set('lacksPerson', { scope: 'results' });

    expect((await readOne()).users).toEqual([]);
  });

  test('holds odd members', async () => {
    scene.demo.lms.switches.set('oddMembers', { scope: ['results', 'lineitems'] });

    const { users } = await readOne();
    const container = scene.demo.lms.lineItemsUrl(scene.courseId, scene.registered.id);
    const columns = (await (await call(scene, container, { type: CONTAINER_TYPE })).json()) as unknown[];

    expect(users).toHaveLength(6);
    expect(columns.slice(0, 3)).toEqual([null, 'odd', 7]);
  });
});

test('a refusal has the status and the words that were chosen, in the status line and the body', async () => {
  const { url, itemId } = embedGraded(scene);
  scene.demo.lms.switches.set('refuses', {
    scope: 'scores',
    status: 500,
    reason: 'The grade item is locked',
  });

  const response = await postScore(scene, url, 'teacher-1');

  expect([response.status, response.statusText]).toEqual([500, 'The grade item is locked']);
  expect(await response.json()).toMatchObject({ status: 500, reason: 'The grade item is locked' });
  expect(scene.demo.lms.gradebook.findGrade(itemId, 'teacher-1')).toBeNull();
});

test('a key is replaced under the same kid', async () => {
  const { lms } = scene.demo;
  const [before] = lms.keys.publicSet().keys;

  const kid = await lms.rotateKey({ sameKid: true });

  const after = lms.keys.publicSet().keys;
  expect(kid).toBe(before?.['kid']);
  expect(after).toHaveLength(1);
  expect(after[0]?.['n']).not.toBe(before?.['n']);
});
