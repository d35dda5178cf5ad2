import { describe, expect, test } from '@jest/globals';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { useGrading } from '../../support/gradingWorld.ts';

const { grading } = useGrading();

describe('an LMS in trouble', () => {
  test.each([
    ['unavailable', 503],
    ['tooMany', 429],
    ['error', 500],
    ['reset', null],
    ['notJson', 200],
  ] as const)('that answers %s makes the score wait, and come again', async (kind, status) => {
    const platform = await grading().startLms('plain');
    platform.demo.lms.switches.set(kind, { scope: 'scores', count: 1 });
    const pupil = await grading().open(platform, 'teacher-1');
    grading().start();

    await grading().approve(pupil);
    const waiting = await grading().until(pupil, ({ state }) => state === 'waiting');
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(waiting).toMatchObject({ reason: 'lms_silent', tries: 1, filter: 'on_the_way' });
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
    const [first] = await grading().historyOf(pupil);
    expect(first).toMatchObject({ outcome: 'passing_fault', httpStatus: status });
  });

  test('that drops the line after storing the score is looked at before anything is sent again', async () => {
    const platform = await grading().startLms('plain');
    platform.demo.lms.switches.set('resetAfter', { scope: 'scores', count: 1 });
    const pupil = await grading().open(platform, 'teacher-1');
    grading().start();

    await grading().approve(pupil);
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(platform.scores()).toHaveLength(1);
    const kinds = (await grading().historyOf(pupil)).map(({ kind }) => kind);
    expect(kinds).toEqual(['score', 'read_back']);
  });

  test('is left alone as long as it asks for', async () => {
    const platform = await grading().startLms('plain');
    platform.demo.lms.switches.set('tooMany', { scope: 'scores', count: 1, retryAfterSeconds: 3 });
    const pupil = await grading().open(platform, 'teacher-1');
    grading().start();

    await grading().approve(pupil);
    await grading().until(pupil, ({ state }) => state === 'accepted');

    const [first, second] = platform.demo.lms.requests.list('scores');
    expect((second?.at.getTime() ?? 0) - (first?.at.getTime() ?? 0)).toBeGreaterThanOrEqual(3_000);
  });

  test('that counts calls (Canvas) is called again later, one call after the other', async () => {
    const platform = await grading().startLms('canvas');
    platform.demo.lms.switches.set('throttle', { scope: 'scores', count: 1 });
    const pupil = await grading().open(platform, 'teacher-1');
    grading().start();

    await grading().approve(pupil);
    const waiting = await grading().until(pupil, ({ state }) => state === 'waiting');
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(waiting.lmsMessage).toContain('Rate Limit Exceeded');
  });

  test('that is silent for three days is for a person to look at', async () => {
    const platform = await grading().startLms('plain');
    platform.demo.lms.switches.set('unavailable', { scope: 'scores' });
    const pupil = await grading().open(platform, 'teacher-1');
    await grading().approve(pupil);
    const longAgo = new Date(Date.now() - 3 * 24 * 3600_000 - 60_000);
    const { institutionId } = grading();
    await DeliveryModel.updateOne(
      { institutionId, personId: pupil.personId },
      { $set: { triedSince: longAgo, tries: 20 } },
    );

    grading().start();
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'lms_silent', filter: 'need_you' });
  });
});
