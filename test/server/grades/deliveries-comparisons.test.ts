import { describe, expect, test } from '@jest/globals';
import { gradeLinesFor } from '../../../server/features/grades/grades.service.ts';
import { getRow, listDeliveries } from '../../../server/features/grades/deliveries/list.service.ts';
import { laneIdOf, wakeLanes } from '../../../server/features/grades/deliveries/lanes.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { useEnrolments } from '../../support/enrolments.ts';
import { isSettled } from '../../support/deliverySeeds.ts';
import type { Platform, Pupil } from '../../support/grading.ts';
import { useGrading } from '../../support/gradingWorld.ts';

const { deps, grading, admin, act } = useGrading();
const { openCourse, readRosters, launchAgain, enrol, unenrol, leaveAndReturn, sendFirst } = useEnrolments(
  deps,
  grading,
);

/** As if everything had happened so many minutes earlier. */
async function age({ personId }: Pupil, minutes: number): Promise<void> {
  const which = { institutionId: grading().institutionId, personId };
  const earlier = (name: string) => ({
    $cond: [{ $ifNull: [`$${name}`, false] }, { $subtract: [`$${name}`, minutes * 60_000] }, '$$REMOVE'],
  });
  await DeliveryModel.collection.updateOne(which, [
    { $set: { acceptedAt: earlier('acceptedAt'), comparisonAt: earlier('comparisonAt') } },
  ]);
}

/** As if the time of a postponed comparison had come. */
async function endWait({ platformId }: Platform, { personId }: Pupil): Promise<void> {
  const { institutionId } = grading();
  await DeliveryModel.updateOne({ institutionId, personId }, [{ $set: { dueAt: '$$NOW' } }], {
    updatePipeline: true,
  });
  await wakeLanes([laneIdOf({ institutionId, platformId })]);
}

/** As the pages of its person tell of it. */
async function gradeOf({ personId, enrolmentId }: Pupil) {
  const { institutionId } = grading();
  return (await gradeLinesFor({ institutionId, personId }, [enrolmentId])).get(enrolmentId)?.[0];
}

const resultReads = ({ demo }: Platform): number => demo.lms.requests.list('results').length;

/** A score in the gradebook that a teacher then changed, and the newer one that waits for a choice. */
async function changedByTeacher(mode: 'plain' | 'moodle'): Promise<{ platform: Platform; pupil: Pupil }> {
  const opened = await openCourse(mode);
  const { platform, pupil } = opened;
  await sendFirst(pupil);
  platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', 7);
  await grading().approve(pupil, { approved: 2, all: 2 });
  await grading().until(pupil, ({ state }) => state === 'held');
  return opened;
}

describe('a choice about what a person entered in the LMS, of somebody who was away and comes back', () => {
  test.each([
    ['made', 'accepted'],
    ['open', 'held'],
  ] as const)('stays while what they entered is there: %s', async (is, state) => {
    const { platform, pupil } = await changedByTeacher('plain');
    if (is === 'made') await act(pupil, 'keep_theirs');
    await leaveAndReturn(platform);
    platform.demo.lms.requests.clear();

    await launchAgain(platform, pupil);
    const delivery = await grading().until(pupil, (now) => isSettled(now) && resultReads(platform) > 0);

    expect(delivery).toMatchObject({
      state,
      reason: 'changed_in_lms',
      lmsValue: 7,
      filter: expect.any(String),
    });
    expect(platform.gradeOf('teacher-1')?.score).toBe(7);
    expect(platform.scores()).toHaveLength(0);
  });

  test.each(['made', 'open'] as const)(
    'ends when the LMS has dropped that: ours is sent (%s)',
    async (is) => {
      const { platform, pupil } = await changedByTeacher('moodle');
      if (is === 'made') await act(pupil, 'keep_theirs');
      await leaveAndReturn(platform);
      expect(platform.gradeOf('teacher-1')?.score ?? null).toBeNull();

      await launchAgain(platform, pupil);
      await grading().until(pupil, ({ sent }) => sent?.given === 10);

      expect(platform.gradeOf('teacher-1')?.score).toBe(10);
    },
  );

  test.each([403, 503])('stays where the LMS does not let us look (%i)', async (status) => {
    const { platform, pupil } = await changedByTeacher('plain');
    await act(pupil, 'keep_theirs');
    await leaveAndReturn(platform);
    platform.demo.lms.requests.clear();
    platform.demo.lms.switches.set('refuses', { scope: 'results', status, count: 1 });

    await launchAgain(platform, pupil);
    const delivery = await grading().until(pupil, (now) => isSettled(now) && resultReads(platform) > 0);

    expect(delivery).toMatchObject({ state: 'accepted', reason: 'changed_in_lms' });
    expect(platform.gradeOf('teacher-1')?.score).toBe(7);
    expect(platform.scores()).toHaveLength(0);
  });

  test('stays where one list lacks the person', async () => {
    const { platform, pupil } = await changedByTeacher('plain');
    await leaveAndReturn(platform);
    platform.demo.lms.requests.clear();
    platform.demo.lms.switches.set('lacksPerson', { scope: 'results', count: 1 });

    await launchAgain(platform, pupil);
    const delivery = await grading().until(pupil, (now) => isSettled(now) && resultReads(platform) > 1);

    expect(delivery).toMatchObject({ state: 'held', reason: 'changed_in_lms', lmsValue: 7 });
    expect(platform.scores()).toHaveLength(0);
  });

  test('about a cell that a person emptied stays theirs', async () => {
    const { platform, pupil } = await openCourse('plain');
    await sendFirst(pupil);
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', null);
    await grading().approve(pupil, { approved: 2, all: 2 });
    const before = await grading().until(pupil, ({ state }) => state === 'held');
    await leaveAndReturn(platform);

    await launchAgain(platform, pupil);

    expect(before.reason).toBe('cleared_in_lms');
    expect(await grading().deliveryOf(pupil)).toEqual(before);
  });
});

describe('a score that we once saw in the gradebook', () => {
  test('is compared when its person opens the link, and stays as it is for everybody', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await age(pupil, 11);
    const { institutionId } = grading();
    const before = await grading().deliveryOf(pupil);
    platform.demo.lms.switches.set('slow', { scope: 'results', ms: 300 });
    platform.demo.lms.requests.clear();

    await launchAgain(platform, pupil);
    const during = await grading().deliveryOf(pupil);
    const row = await getRow(institutionId, before?._id ?? '');
    const lines = await gradeLinesFor({ institutionId, personId: pupil.personId }, [pupil.enrolmentId]);
    const list = await listDeliveries(deps, admin(), { show: 'in_gradebook' });
    const after = await grading().until(pupil, (now) => isSettled(now) && resultReads(platform) > 0);

    expect(during?.stateBefore).toEqual({ state: 'accepted', reason: 'none' });
    expect(row).toMatchObject({ state: 'accepted', reason: 'none', actions: [] });
    expect(lines.get(pupil.enrolmentId)).toMatchObject([{ state: 'accepted', reason: 'none' }]);
    expect(list.counts).toMatchObject({ in_gradebook: 1, on_the_way: 0, need_you: 0 });
    const { state, sent, acceptedAt, changedAt, lmsValue } = before ?? {};
    expect(after).toMatchObject({ state, sent, acceptedAt, changedAt, lmsValue });
    expect(platform.scores()).toHaveLength(0);
  });

  test('is compared after every opening, six times a minute at most: many openings wait for one comparison', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await age(pupil, 11);
    platform.demo.lms.requests.clear();

    await Promise.all([1, 2, 3].map(() => launchAgain(platform, pupil)));
    const first = await grading().until(pupil, (now) => isSettled(now) && resultReads(platform) > 0);
    const soFar = resultReads(platform);
    await Promise.all([1, 2, 3].map(() => launchAgain(platform, pupil)));
    const waiting = await grading().deliveryOf(pupil);
    await endWait(platform, pupil);
    await grading().until(pupil, (now) => isSettled(now) && resultReads(platform) > soFar);

    expect(waiting?.stateBefore).toEqual({ state: 'accepted', reason: 'none' });
    expect(Number(waiting?.dueAt) - Number(first.comparisonAt)).toBe(10_000);
    expect([soFar, resultReads(platform)]).toEqual([1, 2]);
  });

  test('and was changed is noticed by the next opening, also where the LMS has only just taken it', async () => {
    const { platform, pupil } = await openCourse('plain');
    await sendFirst(pupil);
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', 4);

    await launchAgain(platform, pupil);
    const waiting = await gradeOf(pupil);
    const { dueAt, acceptedAt } = (await grading().deliveryOf(pupil)) ?? {};
    await endWait(platform, pupil);
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(waiting).toMatchObject({ state: 'accepted', reason: 'none', comparing: true });
    expect(Number(dueAt) - Number(acceptedAt)).toBeGreaterThanOrEqual(5_000);
    expect(delivery).toMatchObject({ reason: 'changed_in_lms', lmsValue: 4 });
  });

  test('and was changed right after a comparison is noticed by the next opening', async () => {
    const { platform, pupil } = await openCourse('plain');
    await sendFirst(pupil);
    await age(pupil, 11);
    await launchAgain(platform, pupil);
    await grading().until(pupil, (now) => isSettled(now) && now.comparedAt !== undefined);
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', 4);

    await launchAgain(platform, pupil);
    const waiting = await gradeOf(pupil);
    await endWait(platform, pupil);
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(waiting).toMatchObject({ state: 'accepted', reason: 'none', comparing: true });
    expect(delivery).toMatchObject({ reason: 'changed_in_lms', lmsValue: 4 });
  });

  test('and was changed while it was compared is noticed by the next opening', async () => {
    const { platform, pupil } = await openCourse('plain');
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let isHeldBack = false;
    // the answer is there, and takes its time
    grading().start({ after: (url) => (isHeldBack && url.includes('/results') ? gate : Promise.resolve()) });
    await grading().approve(pupil, { approved: 1, all: 2 });
    await grading().until(pupil, ({ state }) => state === 'accepted');
    await age(pupil, 11);
    isHeldBack = true;
    await launchAgain(platform, pupil);
    await grading().until(pupil, () => resultReads(platform) > 0);
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', 4);

    await launchAgain(platform, pupil);
    open();
    await grading().until(pupil, ({ state }) => state === 'queued');
    await endWait(platform, pupil);
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'changed_in_lms', lmsValue: 4 });
  });

  test('and is gone since an enrolment that no roster saw end is held for a person', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await readRosters();
    unenrol(platform);
    enrol(platform);
    await age(pupil, 11);

    await launchAgain(platform, pupil);
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'cleared_in_lms', filter: 'changed' });
    expect(platform.scores()).toHaveLength(1);
  });

  test('and is gone is sent again where the roster learns meanwhile that they had been away', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await readRosters();
    unenrol(platform);
    await age(pupil, 11);
    platform.demo.lms.switches.set('unavailable', { scope: 'results', count: 1 });
    await launchAgain(platform, pupil);
    await readRosters();
    enrol(platform);

    await launchAgain(platform, pupil);
    await grading().until(pupil, (now) => isSettled(now) && platform.scores().length === 2);

    expect(platform.gradeOf('teacher-1')?.score).toBe(5);
  });

  test('and was changed by a teacher since is a choice', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', 4);
    await age(pupil, 11);

    await launchAgain(platform, pupil);
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'changed_in_lms', lmsValue: 4 });
    expect(platform.gradeOf('teacher-1')?.score).toBe(4);
  });

  test.each(['rescaled', 'not rescaled'])('in other points than then is nobody’s change: %s', async (how) => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    const column = platform.column();
    if (how === 'rescaled') platform.demo.lms.gradebook.rescale(column.id, 20);
    else column.scoreMaximum = 20;
    await age(pupil, 11);
    platform.demo.lms.requests.clear();

    await launchAgain(platform, pupil);
    const delivery = await grading().until(pupil, (now) => isSettled(now) && resultReads(platform) > 0);

    expect(delivery.state).toBe('accepted');
    expect(platform.scores()).toHaveLength(0);
  });

  test.each([401, 403, 404])('that can’t be read just now stays as it is (%i)', async (status) => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await age(pupil, 11);
    platform.demo.lms.requests.clear();
    platform.demo.lms.switches.set('refuses', { scope: 'results', status });

    await launchAgain(platform, pupil);
    const delivery = await grading().until(pupil, (now) => isSettled(now) && resultReads(platform) > 0);

    expect(delivery).toMatchObject({ state: 'accepted', reason: 'none', lmsValue: 5 });
  });

  test('gives way at once to a newer score', async () => {
    const { platform, pupil } = await openCourse('moodle');
    await sendFirst(pupil);
    await age(pupil, 11);
    platform.demo.lms.switches.set('unavailable', { scope: 'results', count: 2 });

    await launchAgain(platform, pupil);
    await grading().approve(pupil, { approved: 2, all: 2 });
    await grading().until(pupil, ({ sent, state }) => state === 'accepted' && sent?.given === 10);

    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });
});

describe('a link that is given no grade while one of its scores is compared', () => {
  test('keeps that score in the gradebook when a newer decision comes, and sends it once it gets its grades again', async () => {
    const { platform, pupil } = await openCourse('moodle');
    let open = (): void => undefined;
    let gate = Promise.resolve();
    grading().start({ before: (url) => (url.includes('/results') ? gate : Promise.resolve()) });
    await grading().approve(pupil, { approved: 1, all: 2 });
    await grading().until(pupil, ({ state }) => state === 'accepted');
    const { id } = platform.demo.lms.addPeople(platform.courseId, 1)[0] ?? { id: '' };
    const other = await grading().open(platform, id, { moduleKey: null, points: 10 });
    platform.demo.lms.switches.set('refuses', { scope: 'scores', status: 404, count: 1 });
    await grading().approve(other, { approved: 1, all: 2 });
    await grading().until(other, ({ state }) => state === 'held');
    await age(pupil, 11);
    gate = new Promise((resolve) => (open = resolve));

    await launchAgain(platform, pupil);
    await grading().until(
      pupil,
      ({ state, stateBefore }) => state === 'sending' && stateBefore !== undefined,
    );
    await act(other, 'no_grade');
    await grading().approve(pupil, { approved: 2, all: 2 });
    open();
    const ended = await grading().until(pupil, isSettled);
    const shown = platform.gradeOf('teacher-1')?.score;
    await act(other, 'send_now');
    await grading().until(pupil, ({ sent, state }) => state === 'accepted' && sent?.given === 10);

    expect(ended).toMatchObject({ state: 'accepted', filter: 'in_gradebook', closedForGood: false });
    expect(shown).toBe(5);
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });
});
