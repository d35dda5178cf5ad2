import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { getRow } from '../../server/features/grades/deliveries.service.ts';
import { DeliveryModel } from '../../server/features/grades/delivery.model.ts';
import { close } from '../../server/features/grades/transitions/deliveryTransitions.ts';
import { moveDeliveries } from '../../server/features/grades/transitions/transition.ts';
import { MembershipModel } from '../../server/features/launches/membership.model.ts';
import { useEnrolments } from '../support/enrolments.ts';
import { buildGrading, type Grading } from '../support/grading.ts';
import { useServices } from '../support/services.ts';

const { deps, database } = useServices();
let grading: Grading;

beforeEach(async () => {
  await database().empty();
  grading = await buildGrading(deps);
});
afterEach(async () => {
  await grading.close();
});

const { openCourse, readRosters, launchAgain, enrol, unenrol, sendFirst } = useEnrolments(
  deps,
  () => grading,
);

const closeAsAdmin = (_id: string) =>
  moveDeliveries({ institutionId: grading.institutionId, _id }, close('person_left'));
describe('somebody who was unenrolled and enrolled again', () => {
  test('has the grade sent that Moodle dropped, when they launch', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await readRosters();
    unenrol(platform);
    await readRosters();
    enrol(platform);

    await launchAgain(platform, pupil);
    await grading.until(pupil, ({ state, mustRead }) => state === 'accepted' && !mustRead);

    expect(platform.gradeOf('teacher-1')?.score).toBe(5);
    expect(platform.scores()).toHaveLength(2);
  });

  test('has it sent too where the roster has them back before they launch', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await readRosters();
    unenrol(platform);
    await readRosters();
    enrol(platform);
    await readRosters();

    await launchAgain(platform, pupil);
    await grading.until(pupil, ({ state, mustRead }) => state === 'accepted' && !mustRead);

    expect(platform.gradeOf('teacher-1')?.score).toBe(5);
  });

  test('gets the next score although the last one is missing, with no choice for anybody', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await readRosters();
    unenrol(platform);
    await readRosters();
    enrol(platform);
    await readRosters();

    await grading.approve(pupil, { approved: 2, all: 2 });
    const head = await grading.until(pupil, ({ sent, state }) => sent?.given === 10 || state === 'held');

    expect(head.state).toBe('accepted');
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });

  test('keeps what the LMS kept: nothing is sent a second time', async () => {
    const { platform, pupil } = await openCourse('plain');
    await sendFirst(pupil);
    await readRosters();
    unenrol(platform);
    await readRosters();
    enrol(platform);

    await launchAgain(platform, pupil);
    await grading.until(pupil, ({ state, mustRead }) => state === 'accepted' && !mustRead);

    expect(platform.scores()).toHaveLength(1);
  });

  test('keeps what a teacher entered meanwhile: it is a choice', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await readRosters();
    unenrol(platform);
    await readRosters();
    enrol(platform);
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', 7);

    await launchAgain(platform, pupil);
    const head = await grading.until(pupil, ({ state }) => state === 'held');

    expect(head).toMatchObject({ reason: 'changed_in_lms', lmsValue: 7 });
  });

  test('is looked at once: the launch after that asks the LMS nothing', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await readRosters();
    unenrol(platform);
    await readRosters();
    enrol(platform);
    await launchAgain(platform, pupil);
    await grading.until(pupil, ({ state, mustRead }) => state === 'accepted' && !mustRead);
    platform.demo.lms.requests.clear();

    await launchAgain(platform, pupil);
    const head = await grading.headOf(pupil);

    expect(head?.state).toBe('accepted');
    expect(platform.demo.lms.requests.list('results')).toHaveLength(0);
  });
});

describe('somebody who left', () => {
  test.each(['moodle', 'canvas', 'plain'] as const)(
    'is called so (%s), although no roster has ever named them, and nothing closes their score for good',
    async (mode) => {
      const { platform, pupil } = await openCourse(mode);
      unenrol(platform);
      grading.start();

      await grading.approve(pupil, { approved: 1, all: 2 });
      const head = await grading.until(pupil, ({ state }) => state === 'held');
      const row = await getRow(grading.institutionId, head._id);

      expect(row.reason).toBe('person_left');
      expect(row.actions).toEqual(['close', 'send_now']);
    },
  );

  test('is called so when their grade is gone with them: nobody cleared it', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    unenrol(platform);

    await grading.approve(pupil, { approved: 2, all: 2 });
    const head = await grading.until(pupil, ({ state }) => state === 'held');

    expect(head.reason).toBe('person_left');
  });

  test.each([
    ['held', () => Promise.resolve(0)],
    ['closed', closeAsAdmin],
  ] as const)('gets the score when they come back and launch (%s)', async (_state, meanwhile) => {
    const { platform, pupil } = await openCourse('moodle');
    unenrol(platform);
    grading.start();
    await grading.approve(pupil, { approved: 1, all: 2 });
    const head = await grading.until(pupil, ({ state }) => state === 'held');
    await meanwhile(head._id);
    enrol(platform);

    await launchAgain(platform, pupil);
    await grading.until(pupil, ({ state }) => state === 'accepted');

    expect(platform.gradeOf('teacher-1')?.score).toBe(5);
  });

  test('is not told from somebody with another role where the roster can’t be read', async () => {
    const { platform, pupil } = await openCourse('moodle');
    platform.demo.lms.switches.set('refuses', { scope: 'memberships', status: 403 });
    unenrol(platform);
    grading.start();

    await grading.approve(pupil, { approved: 1, all: 2 });
    const head = await grading.until(pupil, ({ state }) => state === 'held');
    const row = await getRow(grading.institutionId, head._id);

    expect(row).toMatchObject({ reason: 'not_gradable', lmsMessage: 'Incorrect score received' });
    expect(row.actions[0]).toBe('close');
  });

  test('is not what a manager is called whom Moodle lists nowhere', async () => {
    const { platform, pupil } = await openCourse('moodle');
    const { institutionId } = grading;
    await MembershipModel.updateMany({ institutionId }, { $set: { roles: ['Instructor'] } });
    unenrol(platform);
    grading.start();

    await grading.approve(pupil, { approved: 1, all: 2 });
    const head = await grading.until(pupil, ({ state }) => state === 'held');

    expect(head.reason).toBe('not_gradable');
  });
});

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
    grading.start();

    await grading.approve(pupil, { approved: 1, all: 2 });
    const head = await grading.until(pupil, ({ state }) => state === 'held');
    const row = await getRow(grading.institutionId, head._id);

    expect(row).toMatchObject({ reason: is, lmsMessage: reason });
    expect(row.actions).toContain(is === 'column_gone' ? 'link_column' : 'send_now');
  });

  test.each([500, 502, 503])(
    'of an error (%i) is shown while we try again, and it is not called silent',
    async (status) => {
      const { platform, pupil } = await openCourse('moodle');
      platform.demo.lms.switches.set('refuses', { ...words(status, 'Error writing to database'), count: 1 });
      grading.start();

      await grading.approve(pupil, { approved: 1, all: 2 });
      const waiting = await grading.until(pupil, ({ state }) => state === 'waiting');
      await grading.until(pupil, ({ state }) => state === 'accepted');

      expect(waiting).toMatchObject({ reason: 'lms_error', lmsMessage: 'Error writing to database' });
      expect(platform.gradeOf('teacher-1')?.score).toBe(5);
    },
  );

  test.each([
    ['Internal Server Error', 500],
    ['500 Internal Server Error', 500],
    ['An error occurred', 500],
    ['Bad Gateway', 502],
  ])('may be no words at all: “%s”', async (reason, status) => {
    const { platform, pupil } = await openCourse('moodle');
    platform.demo.lms.switches.set('refuses', { ...words(status, reason), count: 1 });
    grading.start();

    await grading.approve(pupil, { approved: 1, all: 2 });
    const waiting = await grading.until(pupil, ({ state }) => state === 'waiting');

    expect(waiting).toMatchObject({ reason: 'lms_silent', lmsMessage: null });
  });

  test('of an error that lasts an hour is for a person to look at', async () => {
    const { platform, pupil } = await openCourse('moodle');
    platform.demo.lms.switches.set('refuses', words(500, 'Error writing to database'));
    await grading.approve(pupil, { approved: 1, all: 2 });
    const triedSince = new Date(Date.now() - 61 * 60_000);
    const { institutionId } = grading;
    await DeliveryModel.updateOne({ institutionId, personId: pupil.personId }, { $set: { triedSince } });

    grading.start();
    const head = await grading.until(pupil, ({ state }) => state === 'held');

    expect(head).toMatchObject({ reason: 'lms_error', lmsMessage: 'Error writing to database' });
  });
});
