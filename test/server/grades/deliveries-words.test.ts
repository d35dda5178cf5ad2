import { describe, expect, test } from '@jest/globals';
import { getRow } from '../../../server/features/grades/deliveries/list.service.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { useEnrolments } from '../../support/enrolments.ts';
import { useGrading } from '../../support/gradingWorld.ts';

const { deps, grading } = useGrading();
const { openCourse } = useEnrolments(deps, grading);

describe('what the LMS says in words', () => {
  const words = (status: number, reason: string) => ({ scope: 'scores' as const, status, reason });

  test.each([
    [500, 'The grade item is locked', 'locked_in_lms'],
    [423, 'Locked', 'locked_in_lms'],
    [403, 'This column is locked', 'locked_in_lms'],
    [400, 'scoreMaximum must be a whole number', 'refused'],
    [501, 'Scores are not for tools', 'refused'],
    [404, 'No such line item', 'column_gone'],
  ])('stands in the row, where it refuses: %i “%s”', async (status, reason, is) => {
    const { platform, pupil } = await openCourse('moodle');
    platform.demo.lms.switches.set('refuses', words(status, reason));
    grading().start();

    await grading().approve(pupil, { approved: 1, all: 2 });
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');
    const row = await getRow(grading().institutionId, delivery._id);

    expect(row).toMatchObject({ reason: is, lmsMessage: reason });
    expect(row.actions).toContain(is === 'column_gone' ? 'link_column' : 'send_now');
  });

  test.each([500, 502, 503])(
    'of an error (%i) is shown while we try again, and it is not called silent',
    async (status) => {
      const { platform, pupil } = await openCourse('moodle');
      platform.demo.lms.switches.set('refuses', { ...words(status, 'Error writing to database'), count: 1 });
      grading().start();

      await grading().approve(pupil, { approved: 1, all: 2 });
      const waiting = await grading().until(pupil, ({ state }) => state === 'waiting');
      await grading().until(pupil, ({ state }) => state === 'accepted');

      expect(waiting).toMatchObject({ reason: 'lms_error', lmsMessage: 'Error writing to database' });
      expect(platform.gradeOf('teacher-1')?.score).toBe(5);
    },
  );

  test.each([
    ['Internal Server Error', 500],
    ['500 Internal Server Error', 500],
    ['An error occurred', 500],
    ['Bad Gateway', 502],
    ['Service Unavailable', 503],
  ])('may be no words at all (“%s”): then its status is told in ours', async (reason, status) => {
    const { platform, pupil } = await openCourse('moodle');
    platform.demo.lms.switches.set('refuses', { ...words(status, reason), count: 1 });
    grading().start();

    await grading().approve(pupil, { approved: 1, all: 2 });
    const waiting = await grading().until(pupil, ({ state }) => state === 'waiting');

    const told = status === 500 ? 'a fault of its own (500)' : `busy (${status})`;
    expect(waiting).toMatchObject({ reason: 'lms_silent', lmsMessage: told });
  });

  test('of an error that lasts an hour is for a person to look at', async () => {
    const { platform, pupil } = await openCourse('moodle');
    platform.demo.lms.switches.set('refuses', words(500, 'Error writing to database'));
    await grading().approve(pupil, { approved: 1, all: 2 });
    const triedSince = new Date(Date.now() - 61 * 60_000);
    const { institutionId } = grading();
    await DeliveryModel.updateOne({ institutionId, personId: pupil.personId }, { $set: { triedSince } });

    grading().start();
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'lms_error', lmsMessage: 'Error writing to database' });
  });
});
