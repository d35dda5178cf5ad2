import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SCOPE } from '../../../demo-lms/state/tools.ts';
import { FAULT_KINDS, ROSTER_FAULTS, type FaultKind } from '../../../demo-lms/state/switches.ts';
import { startDemoLms } from '../../../demo-lms/server.ts';
import { askToken, call, CONTAINER_TYPE, embedGraded, postScore, setScene, type Scene } from './support.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

const container = () => scene.demo.lms.lineItemsUrl(scene.courseId, scene.registered.id);
const get = () => call(scene, container(), { type: CONTAINER_TYPE });

describe('a switch', () => {
  test.each([
    ['unauthorized', 401, {}],
    ['tooMany', 429, { 'retry-after': '7' }],
    ['throttle', 403, { 'x-rate-limit-remaining': '0.0' }],
    ['error', 500, {}],
    ['unavailable', 503, { 'retry-after': '7' }],
  ] as const)('"%s" answers %d, once when its count is one', async (kind, status, headers) => {
    scene.demo.lms.switches.set(kind, { scope: 'lineitems', count: 1, retryAfterSeconds: 7 });

    const struck = await get();
    const after = await get();

    expect([struck.status, after.status]).toEqual([status, 200]);
    expect(Object.fromEntries(struck.headers)).toMatchObject(headers);
    expect(scene.demo.lms.switches.get(kind)).toBeNull();
  });

  test('"slow" answers late', async () => {
    scene.demo.lms.switches.set('slow', { scope: 'all', ms: 300 });
    const start = performance.now();

    const response = await get();

    expect(response.status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(295);
  });

  test('"silent" takes the call and leaves it without an answer', async () => {
    const { url, itemId } = embedGraded(scene);
    scene.demo.lms.switches.set('silent', { scope: 'scores', count: 1 });

    const unanswered = postScore(scene, url, 'teacher-1').catch(() => 'without an answer');
    while (scene.demo.lms.requests.list('scores').length === 0)
      await new Promise((resolve) => setImmediate(resolve));
    const [call] = scene.demo.lms.requests.list('scores');
    const next = await postScore(scene, url, 'teacher-2');
    const during = { ...call };
    await scene.demo.close();

    expect(next.ok).toBe(true);
    expect(during).toMatchObject({ status: null, fault: 'silent' });
    expect(await unanswered).toBe('without an answer');
    expect(scene.demo.lms.gradebook.findGrade(itemId, 'teacher-1')).toBeNull();
  });

  test('"reset" drops the connection before anything is done', async () => {
    const { url, itemId } = embedGraded(scene);
    scene.demo.lms.switches.set('reset', { scope: 'scores' });

    await expect(postScore(scene, url, 'teacher-1')).rejects.toThrow();

    expect(scene.demo.lms.gradebook.findGrade(itemId, 'teacher-1')).toBeNull();
    expect(scene.demo.lms.requests.list('scores')[0]).toMatchObject({ status: 0, fault: 'reset' });
  });

  test('"resetAfter" drops it after the score is stored', async () => {
    const { url, itemId } = embedGraded(scene);
    scene.demo.lms.switches.set('resetAfter', { scope: 'scores' });

    await expect(postScore(scene, url, 'teacher-1')).rejects.toThrow();

    expect(scene.demo.lms.gradebook.findGrade(itemId, 'teacher-1')?.score).toBe(8);
  });

  test('"notJson" answers 200 with a page', async () => {
    scene.demo.lms.switches.set('notJson', { scope: 'token' });

    const response = await askToken(scene, SCOPE.score);

    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow();
  });

  test('"wrongType" sends the right body as HTML', async () => {
    scene.demo.lms.switches.set('wrongType', { scope: 'lineitems' });

    const response = await get();

    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.json()).toEqual([]);
  });

  test('strikes the services of its scope only', async () => {
    scene.demo.lms.switches.set('error', { scope: ['scores', 'results'] });
    const { url } = embedGraded(scene);

    const item = await get();
    const score = await postScore(scene, url, 'teacher-1');

    expect([item.status, score.status]).toEqual([200, 500]);
  });

  test('with a percentage strikes that share of the calls', async () => {
    let n = 0;
    const demo = await startDemoLms({ random: () => ((n += 1) % 4) / 4 });
    demo.lms.switches.set('unavailable', { scope: 'all', percent: 25 });

    const strikes = Array.from(
      { length: 8 },
      () => demo.lms.switches.strike('unavailable', 'scores') !== null,
    );
    await demo.close();

    expect(strikes).toEqual([false, false, false, true, false, false, false, true]);
  });

  test('is off again when it is cleared', () => {
    const { switches } = scene.demo.lms;
    for (const kind of FAULT_KINDS) switches.set(kind, { scope: 'all' });
    switches.set('slow', null);
    const on = switches.all().length;

    switches.clear();

    expect(on).toBe(FAULT_KINDS.length - 1);
    expect(switches.all()).toEqual([]);
    expect(ROSTER_FAULTS.every((kind: FaultKind) => FAULT_KINDS.includes(kind))).toBe(true);
  });
});

test('every call is in the log with its path, headers, body and answer', async () => {
  const { url } = embedGraded(scene);

  await postScore(scene, url, 'teacher-1', { scoreGiven: 7 });

  const [entry] = scene.demo.lms.requests.list('scores');
  expect(entry).toMatchObject({ method: 'POST', status: 204, fault: null });
  expect(entry?.url).toBe('/lti/courses/1/lineitems/1/scores');
  expect(JSON.parse(entry?.body ?? '')).toMatchObject({ scoreGiven: 7 });
  expect(entry?.headers['content-type']).toBe('application/vnd.ims.lis.v1.score+json');
});

test('two LMSs in one process share nothing', async () => {
  const other = await startDemoLms({ mode: 'moodle' });

  other.lms.switches.set('error', { scope: 'all' });
  other.lms.courses.conclude('1');

  const response = await get();
  await other.close();
  expect(response.status).toBe(200);
  expect(scene.demo.lms.courses.get('1').concluded).toBe(false);
  expect(other.url).not.toBe(scene.demo.url);
});
