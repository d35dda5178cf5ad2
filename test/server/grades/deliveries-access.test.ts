import { describe, expect, test } from '@jest/globals';
import { getRow } from '../../../server/features/grades/deliveries/list.service.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { DeliveryLaneModel } from '../../../server/features/grades/deliveries/deliveryLane.model.ts';
import { sendAll } from '../../../server/features/grades/deliveries/repairs.service.ts';
import { AGS_SCOPE } from '../../../server/lti/claimNames.ts';
import { useEnrolments } from '../../support/enrolments.ts';
import type { Platform, Pupil } from '../../support/grading.ts';
import { useGrading } from '../../support/gradingWorld.ts';

const { deps, grading, admin, act, columnOf, untilColumn } = useGrading();
const { launchAgain } = useEnrolments(deps, grading);

const scoresAsked = (platform: Platform): number => platform.demo.lms.requests.list('scores').length;

/** Held, and the column knows that it was turned away. */
async function turnAway(platform: Platform, status: number, reason: string): Promise<Pupil> {
  const pupil = await grading().open(platform, 'teacher-1', { moduleKey: null });
  platform.demo.lms.switches.set('refuses', { scope: 'scores', status, reason });
  grading().start();
  await grading().approve(pupil, { approved: 1, all: 1 });
  await grading().until(pupil, ({ state }) => state === 'held');
  await untilColumn(({ turnedAway }) => turnedAway !== undefined);
  return pupil;
}

describe('a score that the LMS does not let us send although it gave a token', () => {
  test.each([
    ['plain', 401, 'Unauthorized', 'token_refused'],
    ['plain', 401, 'The token is not known here', 'token_refused'],
    ['plain', 401, 'insufficient_scope', 'scope_missing'],
    ['plain', 403, 'The scope is not granted', 'scope_missing'],
    ['moodle', 401, 'Unauthorized', 'token_refused'],
    ['schoology', 401, 'Permission denied', 'scope_missing'],
    ['canvas', 401, 'Insufficient permissions', 'scope_missing'],
    ['canvas', 401, 'Access Token not linked to a Tool associated with this Context', 'scope_missing'],
    ['canvas', 401, 'LTI 1.3/Advantage features not enabled', 'scope_missing'],
    ['canvas', 401, 'Invalid Developer Key', 'token_refused'],
  ] as const)(
    'is told as it is, costs the next one no call, and both go when a launch offers it again (%s, %i “%s”)',
    async (mode, status, reason, is) => {
      const platform = await grading().startLms(mode);
      const first = await turnAway(platform, status, reason);
      const asked = scoresAsked(platform);
      const second = await grading().open(platform, 'teacher-2', { moduleKey: null, scopes: [] });
      await grading().approve(second, { approved: 1, all: 1 });
      await grading().until(second, ({ state }) => state === 'held');
      const { scopes } = await columnOf();
      const rows = await Promise.all(
        [first, second].map(async (pupil) => {
          const delivery = await grading().deliveryOf(pupil);
          return getRow(grading().institutionId, delivery?._id ?? '');
        }),
      );
      const askedAfter = scoresAsked(platform);
      platform.demo.lms.switches.clear();

      const third = platform.demo.lms.addPeople(platform.courseId, 1)[0]?.id ?? '';
      await grading().open(platform, third, { moduleKey: null });
      for (const pupil of [first, second]) await grading().until(pupil, ({ state }) => state === 'accepted');

      expect(rows.map((row) => [row.reason, row.lmsMessage])).toEqual([
        [is, reason],
        [is, reason],
      ]);
      expect(scopes).not.toContain(AGS_SCOPE.score);
      expect(askedAfter).toBe(asked);
      expect((await columnOf()).turnedAway).toBeUndefined();
      expect(platform.gradeOf('teacher-1')?.score).toBe(10);
      expect(platform.gradeOf('teacher-2')?.score).toBe(10);
    },
  );

  test.each(['send_now', 'all'] as const)(
    'goes when the LMS was mended and an admin sends it again, with no launch (%s)',
    async (how) => {
      const platform = await grading().startLms('plain');
      const pupil = await turnAway(platform, 401, 'Unauthorized');
      platform.demo.lms.switches.clear();

      if (how === 'send_now') await act(pupil, 'send_now');
      else await sendAll(deps, admin(), 'need_you');
      await grading().until(pupil, ({ state }) => state === 'accepted');

      expect(platform.gradeOf('teacher-1')?.score).toBe(10);
    },
  );

  test('says nothing of the platform’s other courses: its lane goes on, however many are refused', async () => {
    const platform = await grading().startLms('plain');
    const people = platform.demo.lms.addPeople(platform.courseId, 8);
    const pupils = await Promise.all(people.map(({ id }) => grading().open(platform, id)));
    platform.demo.lms.switches.set('refuses', { scope: 'scores', status: 401, reason: 'Unauthorized' });
    await Promise.all(pupils.map((pupil) => grading().approve(pupil)));

    grading().start();
    for (const pupil of pupils) await grading().until(pupil, ({ state }) => state === 'held');
    const lane = await DeliveryLaneModel.findOne({ platformId: platform.platformId }).lean();

    expect(lane?.pausedUntil ?? null).toBeNull();
  });
});

describe('a key that the LMS does not accept', () => {
  async function refuseKey(): Promise<{ platform: Platform; pupil: Pupil; mend: () => void }> {
    const platform = await grading().startLms('plain');
    const pupil = await grading().open(platform, 'teacher-1', { moduleKey: null });
    const { switches } = platform.demo.lms;
    switches.set('refuses', { scope: 'token', status: 401, reason: 'invalid_client' });
    grading().start();
    await grading().approve(pupil, { approved: 1, all: 1 });
    await grading().until(pupil, ({ state }) => state === 'held');
    return { platform, pupil, mend: () => switches.clear() };
  }

  /** As if it had been held so many minutes earlier. */
  async function age({ personId }: Pupil, minutes: number): Promise<void> {
    const which = { institutionId: grading().institutionId, personId };
    const changedAt = { $subtract: ['$changedAt', minutes * 60_000] };
    await DeliveryModel.collection.updateOne(which, [{ $set: { changedAt } }]);
  }

  test('takes no scope off the column', async () => {
    await refuseKey();

    expect(await columnOf()).toMatchObject({ scopes: expect.arrayContaining([AGS_SCOPE.score]) });
  });

  test('holds a score that is tried again when its person opens the link, every ten minutes at most', async () => {
    const { platform, pupil, mend } = await refuseKey();
    mend();
    await launchAgain(platform, pupil);
    const soon = await grading().deliveryOf(pupil);
    await age(pupil, 11);

    await launchAgain(platform, pupil);
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(soon).toMatchObject({ state: 'held', reason: 'token_refused' });
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });

  test('holds all scores until an admin has them sent again', async () => {
    const { platform, pupil, mend } = await refuseKey();
    mend();

    await act(pupil, 'send_now');
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });
});
