import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  requestComparisons,
  startRequestedComparisons,
} from '../../../server/features/grades/comparison/comparisons.service.ts';
import { getRow } from '../../../server/features/grades/deliveries/list.service.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { readSealedLines } from '../../support/audit.ts';
import { buildSession } from '../../support/liveSession.ts';
import { useEnrolments } from '../../support/enrolments.ts';
import { isSettled } from '../../support/deliverySeeds.ts';
import type { Platform, Pupil } from '../../support/grading.ts';
import { useGrading } from '../../support/gradingWorld.ts';
import { codeOf } from '../../support/work.ts';

const { deps, grading, admin, act, columnOf } = useGrading();
const { openCourse, launchAgain, sendFirst } = useEnrolments(deps, grading);

const MODES = ['plain', 'canvas', 'moodle'] as const;
const resultReads = ({ demo }: Platform): number => demo.lms.requests.list('results').length;
const rowOf = async (pupil: Pupil) =>
  getRow(grading().institutionId, (await grading().deliveryOf(pupil))?._id ?? '');

/** What a teacher enters by hand in the gradebook. */
function enter({ demo, column }: Platform, score: number | null): void {
  demo.lms.gradebook.override(column().id, 'teacher-1', score);
}

/** As if it had been accepted, and compared, so many seconds earlier. */
async function age({ personId }: Pupil, seconds: number): Promise<void> {
  const earlier = (name: string) => ({
    $cond: [{ $ifNull: [`$${name}`, false] }, { $subtract: [`$${name}`, seconds * 1000] }, '$$REMOVE'],
  });
  await DeliveryModel.collection.updateOne({ institutionId: grading().institutionId, personId }, [
    { $set: { acceptedAt: earlier('acceptedAt'), comparisonAt: earlier('comparisonAt') } },
  ]);
}

/** A first score is in the gradebook, and was sent some time ago. */
async function arrive(mode: (typeof MODES)[number]): Promise<{ platform: Platform; pupil: Pupil }> {
  const opened = await openCourse(mode);
  await sendFirst(opened.pupil);
  await age(opened.pupil, 60);
  opened.platform.demo.lms.requests.clear();
  return opened;
}

const settled = (pupil: Pupil) => grading().until(pupil, isSettled);

describe('a grade that was changed in the LMS', () => {
  test.each(MODES)('is noticed when its person opens the link, without a newer score (%s)', async (mode) => {
    const { platform, pupil } = await arrive(mode);
    enter(platform, 4);

    await launchAgain(platform, pupil);
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'changed_in_lms', lmsValue: 4, filter: 'changed' });
    expect(platform.gradeOf('teacher-1')?.score).toBe(4);
    expect(platform.scores()).toHaveLength(0);
  });

  test.each(MODES)('is noticed when it was taken out, too (%s)', async (mode) => {
    const { platform, pupil } = await arrive(mode);
    enter(platform, null);

    await launchAgain(platform, pupil);
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'cleared_in_lms', filter: 'changed' });
    expect(platform.scores()).toHaveLength(0);
  });

  test.each(MODES)('is noticed when an admin compares (%s)', async (mode) => {
    const { platform, pupil } = await arrive(mode);
    enter(platform, 4);

    await act(pupil, 'compare');
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'changed_in_lms', lmsValue: 4 });
    expect(platform.scores()).toHaveLength(0);
  });

  test('and changed again is told with what stands there now, and put back it is in the gradebook again', async () => {
    const { platform, pupil } = await arrive('plain');
    enter(platform, 4);
    await act(pupil, 'compare');
    await grading().until(pupil, ({ state }) => state === 'held');
    enter(platform, 6);

    await act(pupil, 'compare');
    const again = await settled(pupil);
    enter(platform, 5);
    await act(pupil, 'compare');
    const back = await settled(pupil);

    expect(again).toMatchObject({ state: 'held', reason: 'changed_in_lms', lmsValue: 6 });
    expect(back).toMatchObject({ state: 'accepted', reason: 'none', lmsValue: 5 });
    expect(platform.scores()).toHaveLength(0);
  });

  test('and that an admin has left there is nobody’s question again, but if it is taken out', async () => {
    const { platform, pupil } = await arrive('plain');
    enter(platform, 4);
    await act(pupil, 'compare');
    await grading().until(pupil, ({ state }) => state === 'held');
    await act(pupil, 'keep_theirs');
    await act(pupil, 'compare');
    const kept = await settled(pupil);
    enter(platform, null);

    await act(pupil, 'compare');
    const gone = await grading().until(pupil, ({ state }) => state === 'held');

    expect(kept).toMatchObject({ state: 'accepted', reason: 'changed_in_lms', lmsValue: 4 });
    expect(gone.reason).toBe('cleared_in_lms');
    expect(platform.scores()).toHaveLength(0);
  });

  test('and taken out, then entered anew, is told so', async () => {
    const { platform, pupil } = await arrive('plain');
    enter(platform, null);
    await act(pupil, 'compare');
    await grading().until(pupil, ({ state }) => state === 'held');
    enter(platform, 3);

    await act(pupil, 'compare');
    const delivery = await settled(pupil);

    expect(delivery).toMatchObject({ state: 'held', reason: 'changed_in_lms', lmsValue: 3 });
  });
});

describe('a grade whose column went with its activity', () => {
  test.each(MODES)('is told as such when an admin compares, and nothing is sent (%s)', async (mode) => {
    const { platform, pupil } = await arrive(mode);
    platform.demo.lms.gradebook.removeLineItem(platform.column().id);

    await act(pupil, 'compare');
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    const history = await grading().historyOf(pupil);
    expect(delivery).toMatchObject({ reason: 'column_gone', filter: 'need_you' });
    expect((await rowOf(pupil)).actions).toContain('link_column');
    expect(history.slice(-2)).toMatchObject([
      { kind: 'read_back', outcome: 'refused', httpStatus: 404 },
      { kind: 'line_item', outcome: 'accepted' },
    ]);
    expect(platform.scores()).toHaveLength(0);
  });

  test('stands where it stood while the course does not answer with its columns, as all of a proxy’s 404s', async () => {
    const { platform, pupil } = await arrive('plain');
    platform.demo.lms.gradebook.removeLineItem(platform.column().id);
    platform.demo.lms.switches.set('refuses', { scope: 'lineitems', status: 404 });

    await act(pupil, 'compare');
    const delivery = await settled(pupil);

    expect(delivery).toMatchObject({ state: 'accepted', reason: 'none' });
  });
});

describe('comparing', () => {
  test('says when, and what stands there, and leaves a line with who asked', async () => {
    const { platform, pupil } = await arrive('plain');
    const before = await rowOf(pupil);

    const during = await act(pupil, 'compare');
    await settled(pupil);
    const after = await rowOf(pupil);

    const history = await grading().historyOf(pupil);
    expect(before).toMatchObject({ actions: ['compare'], comparedAt: null, comparing: false });
    expect(during).toMatchObject({ state: 'accepted', comparing: true, actions: [] });
    expect(after).toMatchObject({ state: 'accepted', comparing: false, lmsValue: 5, actions: ['compare'] });
    expect(after.comparedAt).not.toBeNull();
    expect(history.map(({ kind }) => kind)).toEqual(['score', 'choice', 'read_back']);
    expect(history[1]).toMatchObject({ choice: 'compare', byPersonId: admin().personId });
    expect(platform.scores()).toHaveLength(0);
  });

  test('with an LMS that is busy says when it is tried again, and stands as before', async () => {
    const { platform, pupil } = await arrive('plain');
    platform.demo.lms.switches.set('unavailable', { scope: 'results', count: 2, retryAfterSeconds: 30 });

    await act(pupil, 'compare');
    await grading().until(pupil, ({ tries }) => tries > 0);
    const row = await rowOf(pupil);

    expect(row).toMatchObject({ state: 'accepted', reason: 'none', comparing: true });
    expect(new Date(row.nextAt ?? 0).getTime()).toBeGreaterThan(Date.now() + 20_000);
  });

  test.each([401, 403, 404, 501])(
    'with an LMS that does not let us read (%i) says so, and openings don’t ask it again',
    async (status) => {
      const { platform, pupil } = await arrive('plain');
      platform.demo.lms.switches.set('refuses', { scope: 'results', status });

      await launchAgain(platform, pupil);
      await settled(pupil);
      const row = await rowOf(pupil);
      const asked = resultReads(platform);
      await age(pupil, 3600);
      await launchAgain(platform, pupil);
      const delivery = await grading().deliveryOf(pupil);

      expect(row).toMatchObject({ state: 'accepted', unread: true, actions: ['compare'] });
      expect(asked).toBeGreaterThan(0);
      expect(delivery?.stateBefore).toBeUndefined();
      expect(resultReads(platform)).toBe(asked);
    },
  );

  test('asks such an LMS all the same, and openings do again once it lets us', async () => {
    const { platform, pupil } = await arrive('plain');
    platform.demo.lms.switches.set('refuses', { scope: 'results', status: 403 });
    await act(pupil, 'compare');
    await settled(pupil);
    const refused = await columnOf();
    platform.demo.lms.switches.clear();

    await act(pupil, 'compare');
    await settled(pupil);
    enter(platform, 4);
    await age(pupil, 60);
    await launchAgain(platform, pupil);
    await grading().until(pupil, ({ state }) => state === 'held');

    const lines = (await grading().historyOf(pupil)).map(({ kind, outcome }) => `${kind} ${outcome}`);
    expect(refused.unreadUntil?.getTime()).toBeGreaterThan(Date.now() + 3600_000);
    expect((await columnOf()).unreadUntil).toBeUndefined();
    expect(lines.slice(1)).toEqual([
      ...['choice chosen', 'read_back refused', 'choice chosen', 'read_back accepted', 'read_back held'],
    ]);
  });

  test('is not offered where the course does not let us read at all', async () => {
    const platform = await grading().startLms('plain');
    const pupil = await grading().open(platform, 'teacher-1', {
      scopes: ['https://purl.imsglobal.org/spec/lti-ags/scope/score'],
    });
    grading().start();
    await grading().approve(pupil);
    await grading().until(pupil, ({ state }) => state === 'accepted');

    const row = await rowOf(pupil);

    expect(row.actions).toEqual([]);
    expect(await codeOf(act(pupil, 'compare'))).toBe('DELIVERY_NOT_POSSIBLE');
  });
});

describe('comparing the whole page', () => {
  test('compares all that can be compared, finds the one that was changed, and sends nothing', async () => {
    const platform = await grading().startLms('plain');
    const people = ['teacher-1', 'teacher-2', 'teacher-3', 'teacher-4'];
    const pupils = await Promise.all(people.map((id) => grading().open(platform, id)));
    grading().start();
    for (const pupil of pupils) await grading().approve(pupil);
    for (const pupil of pupils) await grading().until(pupil, ({ state }) => state === 'accepted');
    const [changed, stopped, ...others] = pupils as [Pupil, Pupil, ...Pupil[]];
    enter(platform, 4);
    const deliveries = await Promise.all(pupils.map((pupil) => grading().deliveryOf(pupil)));
    const { institutionId } = grading();
    await DeliveryModel.collection.updateOne(
      { institutionId, personId: stopped.personId },
      {
        $set: { state: 'closed', filter: 'closed', reason: 'closed_by_admin' },
      },
    );
    platform.demo.lms.requests.clear();

    const ids = [...deliveries.map((delivery) => delivery?._id ?? ''), randomUUID()];
    const found = await requestComparisons(deps, admin(), ids);
    const compared = await startRequestedComparisons(institutionId, found);
    await grading().until(changed, ({ state }) => state === 'held');
    for (const other of others) await grading().until(other, isSettled);

    expect(compared).toBe(3);
    expect(resultReads(platform)).toBe(3);
    expect(platform.scores()).toHaveLength(0);
    expect((await grading().deliveryOf(stopped))?.state).toBe('closed');
    const audit = await readSealedLines(institutionId, { action: 'deliveries.compared' });
    expect(audit).toMatchObject([{ facts: { compared: 3 } }]);
  });

  test('of another institution touches nothing', async () => {
    const { pupil } = await arrive('plain');
    const before = await grading().deliveryOf(pupil);
    const stranger = buildSession(randomUUID(), { roles: new Set(['admin']) });

    const { compared } = await requestComparisons(deps, stranger, [before?._id ?? '']);

    expect(compared).toBe(0);
    expect(await grading().deliveryOf(pupil)).toEqual(before);
  });
});
