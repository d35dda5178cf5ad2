import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Mode } from '../../../demo-lms/state/types.ts';
import { beforeQuery, call, embedGraded, postScore, RESULT_TYPE, setScene, type Scene } from './support.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

const at = (second: number, ms = 0) => new Date(Date.UTC(2026, 10, 23, 12, 0, second, ms)).toISOString();

async function results(url: string, query = ''): Promise<Record<string, unknown>[]> {
  const full = new URL(beforeQuery(url, 'results'));
  for (const [name, value] of new URLSearchParams(query)) full.searchParams.set(name, value);
  return (await (await call(scene, full.href, { type: RESULT_TYPE })).json()) as Record<string, unknown>[];
}

describe.each(['plain', 'canvas', 'moodle', 'schoology'] as Mode[])('a score in %s', (mode) => {
  beforeEach(() => scene.demo.lms.settings.set({ mode }));

  test('lands in the gradebook, scaled to the column, and reads back', async () => {
    const { url, itemId } = embedGraded(scene, 50);

    const response = await postScore(scene, url, 'teacher-2', { scoreGiven: 8, scoreMaximum: 10 });

    const grade = scene.demo.lms.gradebook.findGrade(itemId, 'teacher-2');
    const [result] = await results(url, `user_id=${encodeURIComponent(scene.demo.lms.subOf('teacher-2'))}`);
    expect(response.status).toBe(mode === 'canvas' || mode === 'moodle' ? 200 : 204);
    expect(grade).toMatchObject({ score: 40, comment: 'Approved' });
    expect(result).toMatchObject({
      userId: scene.demo.lms.subOf('teacher-2'),
      resultScore: mode === 'canvas' ? 8 : 40,
      resultMaximum: mode === 'canvas' ? 10 : 50,
      comment: 'Approved',
    });
    expect(await results(url, 'user_id=99')).toEqual([]);
  });

  test('is refused for one who is not a learner of the course', async () => {
    const { url } = embedGraded(scene);
    const { lms } = scene.demo;
    lms.unenrol(scene.courseId, 'teacher-5');

    const answers = [
      await postScore(scene, url, 'reviewer'),
      await postScore(scene, url, 'test-student'),
      await postScore(scene, url, 'teacher-5'),
    ];

    const refusal = mode === 'moodle' ? 400 : 422;
    expect(answers.map((answer) => answer.status)).toEqual([refusal, refusal, refusal]);
  });

  test('to a column that is gone is 404', async () => {
    const { url, itemId } = embedGraded(scene);
    scene.demo.lms.gradebook.removeLineItem(itemId);

    const response = await postScore(scene, url, 'teacher-1');

    expect(response.status).toBe(404);
  });

  test('older than the one that is there is refused', async () => {
    const { url, itemId } = embedGraded(scene);
    await postScore(scene, url, 'teacher-1', { timestamp: at(30), scoreGiven: 9 });

    const older = await postScore(scene, url, 'teacher-1', { timestamp: at(10), scoreGiven: 1 });

    expect(older.status).toBe(mode === 'canvas' ? 400 : 409);
    expect(scene.demo.lms.gradebook.findGrade(itemId, 'teacher-1')?.score).toBe(9);
  });

  test('without its fields or with a bad time is 400', async () => {
    const { url } = embedGraded(scene);

    const answers = [
      await postScore(scene, url, 'teacher-1', { timestamp: undefined }),
      await postScore(scene, url, 'teacher-1', { timestamp: 'yesterday' }),
      await postScore(scene, url, 'teacher-1', { activityProgress: undefined }),
      await postScore(scene, url, 'teacher-1', { gradingProgress: undefined }),
    ];

    expect(answers.map((answer) => answer.status)).toEqual([400, 400, 400, 400]);
  });
});

describe('a score in Moodle', () => {
  beforeEach(() => scene.demo.lms.settings.set({ mode: 'moodle' }));

  test.each([
    ['equal', at(30), at(30)],
    ['later within the same second', at(30, 100), at(30, 900)],
  ])(
    'with a timestamp %s is 409 in the status line, with an empty list as body',
    async (_name, first, second) => {
      const { url } = embedGraded(scene);
      await postScore(scene, url, 'teacher-1', { timestamp: first });

      const again = await postScore(scene, url, 'teacher-1', { timestamp: second });

      expect(again.status).toBe(409);
      expect(again.statusText).toBe('Refusing score with an earlier timestamp for item 1 and user 1');
      expect(await again.json()).toEqual([]);
    },
  );

  test.each([
    ['Pending', { gradingProgress: 'Pending' }],
    ['PendingManual', { gradingProgress: 'PendingManual' }],
    ['NotReady', { gradingProgress: 'NotReady' }],
    ['Failed', { gradingProgress: 'Failed' }],
    ['an unknown progress', { gradingProgress: 'Sometime' }],
    ['FullyGraded without a score', { scoreGiven: undefined }],
  ])('that is %s answers 200 and erases grade, comment and time', async (_name, change) => {
    const { url, itemId } = embedGraded(scene);
    await postScore(scene, url, 'teacher-1', { timestamp: at(30) });

    const erased = await postScore(scene, url, 'teacher-1', { timestamp: at(31), ...change });
    const [result] = await results(url);
    const older = await postScore(scene, url, 'teacher-1', { timestamp: at(1) });

    expect(erased.status).toBe(200);
    expect(Object.keys(result ?? {})).toEqual(['id', 'userId']);
    expect(older.status).toBe(200);
    expect(scene.demo.lms.gradebook.findGrade(itemId, 'teacher-1')?.score).toBe(8);
  });

  test.each([
    ['0', { scoreGiven: 0 }, 0],
    ['above the maximum', { scoreGiven: 15 }, 41],
    ['below 0', { scoreGiven: -3 }, 0],
    ['half of another maximum', { scoreGiven: 10, scoreMaximum: 20 }, 20.5],
    ['of a maximum of 0', { scoreGiven: 12, scoreMaximum: 0 }, 12],
  ])('of %s is stored as Moodle does', async (_name, change, score) => {
    const { url } = embedGraded(scene, 41);

    await postScore(scene, url, 'teacher-1', change);

    expect((await results(url))[0]?.resultScore).toBe(score);
  });

  test('without a comment takes the old comment away', async () => {
    const { url } = embedGraded(scene);
    await postScore(scene, url, 'teacher-1', { timestamp: at(1) });

    await postScore(scene, url, 'teacher-1', { timestamp: at(2), comment: undefined });

    expect((await results(url))[0]).not.toHaveProperty('comment');
  });

  test('from the far future holds back all that come after', async () => {
    const { url } = embedGraded(scene);
    await postScore(scene, url, 'teacher-1', { timestamp: '2099-01-01T00:00:00Z' });

    const later = await postScore(scene, url, 'teacher-1');

    expect(later.status).toBe(409);
  });

  test('for a suspended person is stored', async () => {
    const { url } = embedGraded(scene);
    scene.demo.lms.courses.suspend(scene.courseId, 'teacher-1');

    const response = await postScore(scene, url, 'teacher-1');

    expect(response.status).toBe(200);
  });

  test('for one who is not enrolled quotes the body in the status line', async () => {
    const { url } = embedGraded(scene);

    const response = await postScore(scene, url, 'admin');

    expect(response.statusText).toMatch(/^Incorrect score received.*scoreGiven/);
    expect(await response.json()).toEqual([]);
  });

  test('for a user id that is no number breaks the connection', async () => {
    const { url } = embedGraded(scene);

    const sent = postScore(scene, url, 'teacher-1', { userId: 'abc' });

    await expect(sent).rejects.toThrow();
  });

  test('to a locked column is 500', async () => {
    const { url, itemId } = embedGraded(scene);
    scene.demo.lms.gradebook.lock(itemId);

    const response = await postScore(scene, url, 'teacher-1');

    expect(response.status).toBe(500);
  });

  test('over a teacher’s own grade answers 200 and changes nothing', async () => {
    const { url, itemId } = embedGraded(scene);
    scene.demo.lms.gradebook.override(itemId, 'teacher-1', 3);

    const response = await postScore(scene, url, 'teacher-1', {
      timestamp: new Date(Date.now() + 5_000).toISOString(),
    });

    expect(response.status).toBe(200);
    expect((await results(url))[0]?.resultScore).toBe(3);
  });

  test('is gone when the person is unenrolled and comes not back', async () => {
    const { url } = embedGraded(scene);
    await postScore(scene, url, 'teacher-1');
    scene.demo.lms.unenrol(scene.courseId, 'teacher-1');

    scene.demo.lms.courses.enrol(scene.courseId, 'teacher-1');

    expect(await results(url)).toEqual([]);
  });

  test('results in pages are an HTML 404', async () => {
    const { url } = embedGraded(scene);

    const response = await call(scene, `${beforeQuery(url, 'results')}&limit=2`);

    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('text/html');
  });
});

describe('a score in Canvas', () => {
  const SUBMISSION = 'https://canvas.instructure.com/lti/submission';
  beforeEach(() => scene.demo.lms.settings.set({ mode: 'canvas' }));

  test('answers the result’s URL', async () => {
    const { url } = embedGraded(scene);

    const response = await postScore(scene, url, 'teacher-1');

    expect(await response.json()).toEqual({ resultUrl: `${url}/results/1` });
  });

  test('makes an attempt each time, unless new_submission is false, until none is left', async () => {
    const { url, itemId } = embedGraded(scene);
    scene.demo.lms.gradebook.getLineItem(itemId).allowedAttempts = 2;
    const regrade = { [SUBMISSION]: { new_submission: false } };

    const answers = [
      await postScore(scene, url, 'teacher-1', { timestamp: at(1) }),
      await postScore(scene, url, 'teacher-1', { timestamp: at(2), ...regrade }),
      await postScore(scene, url, 'teacher-1', { timestamp: at(3) }),
      await postScore(scene, url, 'teacher-1', { timestamp: at(4) }),
      await postScore(scene, url, 'teacher-1', { timestamp: at(5), ...regrade }),
    ];

    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 422, 200]);
    expect(await answers[3]?.text()).toContain('maximum number of allowed attempts');
    expect(scene.demo.lms.gradebook.findGrade(itemId, 'teacher-1')?.attempts).toHaveLength(2);
  });

  test('submitted more than a minute from now is 400', async () => {
    const { url } = embedGraded(scene);
    const inSeconds = (seconds: number) => ({
      [SUBMISSION]: { submitted_at: new Date(Date.now() + seconds * 1000).toISOString() },
    });

    const soon = await postScore(scene, url, 'teacher-1', inSeconds(30));
    const later = await postScore(scene, url, 'teacher-1', inSeconds(90));

    expect([soon.status, later.status]).toEqual([200, 400]);
  });

  test('with the same timestamp passes, and one without a maximum is 422', async () => {
    const { url } = embedGraded(scene);
    await postScore(scene, url, 'teacher-1', { timestamp: at(1) });

    const same = await postScore(scene, url, 'teacher-1', { timestamp: at(1) });
    const noMaximum = await postScore(scene, url, 'teacher-1', { timestamp: at(2), scoreMaximum: undefined });

    expect([same.status, noMaximum.status]).toEqual([200, 422]);
  });

  test('replaces a teacher’s grade; one that is only pending takes the score away', async () => {
    const { url, itemId } = embedGraded(scene);
    const { gradebook } = scene.demo.lms;
    gradebook.override(itemId, 'teacher-1', 3);
    const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

    await postScore(scene, url, 'teacher-1', { timestamp: soon(1) });
    const replaced = gradebook.findGrade(itemId, 'teacher-1')?.score;
    await postScore(scene, url, 'teacher-1', { timestamp: soon(2), gradingProgress: 'Pending' });

    expect(replaced).toBe(8);
    expect(gradebook.findGrade(itemId, 'teacher-1')?.score).toBeNull();
  });
});

describe('a score in the plain mode', () => {
  test('that is pending leaves the grade; without a score it clears it', async () => {
    const { url, itemId } = embedGraded(scene);
    const { gradebook } = scene.demo.lms;
    await postScore(scene, url, 'teacher-1', { timestamp: at(1) });

    await postScore(scene, url, 'teacher-1', { timestamp: at(2), scoreGiven: 1, gradingProgress: 'Pending' });
    const pending = gradebook.findGrade(itemId, 'teacher-1')?.score;
    await postScore(scene, url, 'teacher-1', { timestamp: at(3), scoreGiven: undefined });

    expect(pending).toBe(8);
    expect(gradebook.findGrade(itemId, 'teacher-1')?.score).toBeNull();
  });

  test('is 404 for nobody, 403 for an ended course and for a locked column', async () => {
    const { url, itemId } = embedGraded(scene);
    const { lms } = scene.demo;

    const nobody = await postScore(scene, url, 'teacher-1', { userId: 'nobody' });
    lms.gradebook.lock(itemId);
    const locked = await postScore(scene, url, 'teacher-1');
    lms.gradebook.lock(itemId, false);
    lms.courses.conclude(scene.courseId);
    const ended = await postScore(scene, url, 'teacher-1');

    expect([nobody.status, locked.status, ended.status]).toEqual([404, 403, 403]);
  });
});
