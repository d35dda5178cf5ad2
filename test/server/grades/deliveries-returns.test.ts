import { describe, expect, test } from '@jest/globals';
import { getRow } from '../../../server/features/grades/deliveries/list.service.ts';
import { laneIdOf, wakeLanes } from '../../../server/features/grades/deliveries/lanes.ts';
import { close } from '../../../server/features/grades/deliveries/deliveryTransitions.ts';
import { startComparison } from '../../../server/features/grades/deliveries/comparisonTransitions.ts';
import { moveDeliveries } from '../../../server/features/grades/deliveries/transition.ts';
import { MembershipModel } from '../../../server/features/launches/membership.model.ts';
import { useEnrolments } from '../../support/enrolments.ts';
import type { Platform, Pupil } from '../../support/grading.ts';
import { useGrading } from '../../support/gradingWorld.ts';

const { deps, grading } = useGrading();
const { openCourse, readRosters, launchAgain, enrol, unenrol, leaveAndReturn, sendFirst } = useEnrolments(
  deps,
  grading,
);

const closeAsAdmin = (_id: string) =>
  moveDeliveries({ institutionId: grading().institutionId, _id }, close('person_left'));
describe('somebody who was unenrolled and enrolled again', () => {
  test('has the grade sent that Moodle dropped, when they launch', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await readRosters();
    unenrol(platform);
    await readRosters();
    enrol(platform);

    await launchAgain(platform, pupil);
    await grading().until(pupil, ({ state, mustRead }) => state === 'accepted' && !mustRead);

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
    await grading().until(pupil, ({ state, mustRead }) => state === 'accepted' && !mustRead);

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

    await grading().approve(pupil, { approved: 2, all: 2 });
    const delivery = await grading().until(
      pupil,
      ({ sent, state }) => sent?.given === 10 || state === 'held',
    );

    expect(delivery.state).toBe('accepted');
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
    await grading().until(pupil, ({ state, mustRead }) => state === 'accepted' && !mustRead);

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
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'changed_in_lms', lmsValue: 7 });
  });

  test('is in doubt once: the launch after that is one as any other', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await readRosters();
    unenrol(platform);
    await readRosters();
    enrol(platform);
    await launchAgain(platform, pupil);
    await grading().until(pupil, ({ state, mustRead }) => state === 'accepted' && !mustRead);

    await launchAgain(platform, pupil);
    const delivery = await grading().deliveryOf(pupil);

    // else it would be queued, with nothing that counts as sent
    expect(delivery?.stateBefore ?? delivery).toMatchObject({ state: 'accepted', reason: 'none' });
    expect(delivery?.sent).toMatchObject({ given: 5 });
  });
});

describe('somebody who left', () => {
  test.each(['moodle', 'canvas', 'plain'] as const)(
    'is called so (%s), although no roster has ever named them, and nothing closes their score for good',
    async (mode) => {
      const { platform, pupil } = await openCourse(mode);
      unenrol(platform);
      grading().start();

      await grading().approve(pupil, { approved: 1, all: 2 });
      const delivery = await grading().until(pupil, ({ state }) => state === 'held');
      const row = await getRow(grading().institutionId, delivery._id);

      expect(row.reason).toBe('person_left');
      expect(row.actions).toEqual(['close', 'send_now']);
    },
  );

  test('is called so when their grade is gone with them: nobody cleared it', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    unenrol(platform);

    await grading().approve(pupil, { approved: 2, all: 2 });
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(delivery.reason).toBe('person_left');
  });

  test.each([
    ['held', () => Promise.resolve(0)],
    ['closed', closeAsAdmin],
  ] as const)('gets the score when they come back and launch (%s)', async (_state, meanwhile) => {
    const { platform, pupil } = await openCourse('moodle');
    unenrol(platform);
    grading().start();
    await grading().approve(pupil, { approved: 1, all: 2 });
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');
    await meanwhile(delivery._id);
    enrol(platform);

    await launchAgain(platform, pupil);
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(platform.gradeOf('teacher-1')?.score).toBe(5);
  });

  test('is not told from somebody with another role where the roster can’t be read', async () => {
    const { platform, pupil } = await openCourse('moodle');
    platform.demo.lms.switches.set('refuses', { scope: 'memberships', status: 403 });
    unenrol(platform);
    grading().start();

    await grading().approve(pupil, { approved: 1, all: 2 });
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');
    const row = await getRow(grading().institutionId, delivery._id);

    expect(row).toMatchObject({ reason: 'not_gradable', lmsMessage: 'Incorrect score received' });
    expect(row.actions[0]).toBe('close');
  });

  test('is not what a manager is called whom Moodle lists nowhere', async () => {
    const { platform, pupil } = await openCourse('moodle');
    const { institutionId } = grading();
    await MembershipModel.updateMany({ institutionId }, { $set: { roles: ['Instructor'] } });
    unenrol(platform);
    grading().start();

    await grading().approve(pupil, { approved: 1, all: 2 });
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(delivery.reason).toBe('not_gradable');
  });
});

describe('somebody whom a reading of the roster sees again, without a launch of theirs', () => {
  /** Held or closed as somebody who left, before anything was sent. */
  async function leaveBefore(
    mode: 'moodle' | 'plain',
  ): Promise<{ platform: Platform; pupil: Pupil; id: string }> {
    const { platform, pupil } = await openCourse(mode);
    unenrol(platform);
    grading().start();
    await grading().approve(pupil, { approved: 1, all: 2 });
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');
    expect(delivery.reason).toBe('person_left');
    return { platform, pupil, id: delivery._id };
  }

  test.each([
    ['held', () => Promise.resolve(0)],
    ['closed', closeAsAdmin],
  ] as const)('gets the score that was %s because they had left', async (_state, meanwhile) => {
    const { platform, pupil, id } = await leaveBefore('moodle');
    await meanwhile(id);
    enrol(platform);

    await readRosters();
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(platform.gradeOf('teacher-1')?.score).toBe(5);
  });

  test('has what a teacher entered meanwhile left alone: it is a choice', async () => {
    const { platform, pupil } = await leaveBefore('moodle');
    enrol(platform);
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', 7);

    await readRosters();
    const delivery = await grading().until(
      pupil,
      ({ state, reason }) => state === 'held' && reason !== 'person_left',
    );

    expect(delivery).toMatchObject({ reason: 'changed_in_lms', lmsValue: 7 });
    expect(platform.gradeOf('teacher-1')?.score).toBe(7);
  });

  test('has the grade sent that the LMS dropped', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await leaveAndReturn(platform);
    expect(platform.gradeOf('teacher-1')?.score ?? null).toBeNull();

    await readRosters();
    await grading().until(
      pupil,
      ({ sent, stateBefore }) => sent !== null && !stateBefore && platform.scores().length === 2,
    );

    expect(platform.gradeOf('teacher-1')?.score).toBe(5);
  });

  test.each([
    ['it kept', null],
    ['it does not let us read', { scope: 'results' as const, status: 403 }],
  ])('has nothing sent over what %s', async (_what, refusal) => {
    const { platform, pupil } = await openCourse('plain');
    await sendFirst(pupil);
    // seen once, so that there is something to look at
    await moveDeliveries({ institutionId: grading().institutionId }, startComparison({ state: 'accepted' }));
    await wakeLanes([laneIdOf({ institutionId: grading().institutionId, platformId: platform.platformId })]);
    await grading().until(pupil, ({ stateBefore, lmsValue }) => !stateBefore && lmsValue === 5);
    await leaveAndReturn(platform);
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', refusal ? 4 : 5);
    if (refusal) platform.demo.lms.switches.set('refuses', refusal);
    platform.demo.lms.requests.clear();

    await readRosters();
    const delivery = await grading().until(
      pupil,
      ({ stateBefore, state }) =>
        !stateBefore && state === 'accepted' && platform.demo.lms.requests.list('results').length > 0,
    );

    expect(delivery.reason).toBe('none');
    expect(platform.scores()).toHaveLength(0);
  });

  test('is looked at once: the reading after that asks the LMS for no result', async () => {
    const { platform, pupil } = await leaveBefore('moodle');
    enrol(platform);
    await readRosters();
    await grading().until(pupil, ({ state }) => state === 'accepted');
    platform.demo.lms.requests.clear();

    await readRosters();
    const delivery = await grading().deliveryOf(pupil);

    expect(delivery).toMatchObject({ state: 'accepted' });
    expect(delivery?.stateBefore).toBeUndefined();
    expect(platform.demo.lms.requests.list('results')).toHaveLength(0);
  });

  test('is looked at by the next reading where this one’s process died before it could', async () => {
    const { platform, pupil } = await leaveBefore('moodle');
    enrol(platform);
    await readRosters({ onReturned: () => Promise.reject(new Error('the process died')) });
    const between = await grading().deliveryOf(pupil);

    await readRosters();
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(between?.reason).toBe('person_left');
    expect(platform.gradeOf('teacher-1')?.score).toBe(5);
  });
});
