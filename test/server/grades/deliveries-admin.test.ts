import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  countDeliveries,
  exportDeliveries,
  getHistory,
  getOwnReceipt,
  listDeliveries,
} from '../../../server/features/grades/deliveries/list.service.ts';
import { gradeLinesFor } from '../../../server/features/grades/grades.service.ts';
import { COLUMNS_SHOWN } from '../../../contract/grades.ts';
import { ColumnModel } from '../../../server/features/grades/columns/column.model.ts';
import { listColumns, sendAll } from '../../../server/features/grades/deliveries/repairs.service.ts';
import { readSealedLines } from '../../support/audit.ts';
import { buildSession } from '../../support/liveSession.ts';
import type { Platform, Pupil } from '../../support/grading.ts';
import { useGrading } from '../../support/gradingWorld.ts';
import { codeOf } from '../../support/work.ts';

const { deps, grading, admin, repairDeps, act } = useGrading();

/** A score that the course's missing column holds back. */
async function holdWithoutColumn(): Promise<{ platform: Platform; pupil: Pupil }> {
  const platform = await grading().startLms('plain', { withoutColumn: true });
  const pupil = await grading().open(platform, 'teacher-1');
  grading().start();
  await grading().approve(pupil);
  await grading().until(pupil, ({ state }) => state === 'held');
  return { platform, pupil };
}

/** A score whose column was changed by hand after ours had arrived, and a newer one that waits for a choice. */
async function holdChanged(
  mode: 'plain' | 'moodle',
  to: number | null,
): Promise<{ platform: Platform; pupil: Pupil }> {
  const platform = await grading().startLms(mode);
  const pupil = await grading().open(platform, 'teacher-1', { moduleKey: null, points: 10 });
  grading().start();
  await grading().approve(pupil, { approved: 1, all: 2 });
  await grading().until(pupil, ({ state }) => state === 'accepted');
  platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', to);
  await grading().approve(pupil, { approved: 2, all: 2 });
  await grading().until(pupil, ({ state }) => state === 'held');
  return { platform, pupil };
}

describe('repairs', () => {
  test('a new column is made, bound to the link, and the score arrives in it', async () => {
    const { platform, pupil } = await holdWithoutColumn();

    await act(pupil, 'make_column');
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(platform.column()).toMatchObject({
      label: 'Run it with one class',
      scoreMaximum: 10,
      tag: 'waymark',
    });
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });

  test('a column that is gone is replaced, and every score of it is sent again', async () => {
    const platform = await grading().startLms('canvas');
    const first = await grading().open(platform, 'teacher-1');
    const second = await grading().open(platform, 'teacher-2');
    grading().start();
    await grading().approve(first);
    await grading().until(first, ({ state }) => state === 'accepted');
    platform.demo.lms.gradebook.removeLineItem(platform.column().id);
    await grading().approve(second);
    await grading().until(second, ({ state }) => state === 'held');

    await act(second, 'make_column');
    await grading().until(second, ({ state }) => state === 'accepted');
    await grading().until(first, ({ state, tries }) => state === 'accepted' && tries === 0);

    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
    expect(platform.gradeOf('teacher-2')?.score).toBe(10);
  });

  test('a column that exists is linked, but only one of the course', async () => {
    const { platform, pupil } = await holdWithoutColumn();
    const { lms } = platform.demo;
    const item = lms.gradebook.addLineItem({
      courseId: platform.courseId,
      toolId: platform.tool.id,
      label: 'By hand',
      scoreMaximum: 20,
    });
    const delivery = await grading().deliveryOf(pupil);

    const { columns } = await listColumns(repairDeps(), admin(), delivery?._id ?? '');
    const foreign = await codeOf(act(pupil, 'link_column', 'http://127.0.0.1:1/lineitems/1'));
    await act(pupil, 'link_column', columns[0]?.url);
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(columns).toMatchObject([{ label: 'By hand', scoreMaximum: 20 }]);
    expect(foreign).toBe('COLUMN_REFUSED');
    expect(lms.gradebook.findGrade(item.id, 'teacher-1')?.score).toBe(20);
  });

  test('of a course with very many columns, so many are offered and the rest is counted; namesakes come first', async () => {
    const { platform, pupil } = await holdWithoutColumn();
    const { lms } = platform.demo;
    const delivery = await grading().deliveryOf(pupil);
    const column = await ColumnModel.findOne({
      institutionId: grading().institutionId,
      _id: delivery?.columnId ?? '',
    }).lean();
    const add = (label: string) =>
      lms.gradebook.addLineItem({
        courseId: platform.courseId,
        toolId: platform.tool.id,
        label,
        scoreMaximum: 20,
      });
    for (let i = 0; i < 204; i++) add(`Column ${i}`);
    add(column?.title ?? '');

    const offered = await listColumns(repairDeps(), admin(), delivery?._id ?? '');

    expect(offered.columns).toHaveLength(COLUMNS_SHOWN);
    expect(offered.columns[0]?.label).toBe(column?.title);
    expect(offered.more).toBe(5);
  });

  test('a link without grade sends nothing any more, also for later decisions', async () => {
    const { pupil } = await holdWithoutColumn();

    const row = await act(pupil, 'no_grade');
    const intents = await grading().approve(pupil);

    expect(row).toMatchObject({ state: 'closed', reason: 'closed_by_admin' });
    expect(intents).toBe(0);
  });

  test('someone who can not be graded is marked so, and later decisions leave it', async () => {
    const platform = await grading().startLms('canvas');
    const pupil = await grading().open(platform, 'reviewer', { moduleKey: null, points: 10 });
    grading().start();
    await grading().approve(pupil, { approved: 1, all: 2 });
    await grading().until(pupil, ({ state }) => state === 'held');

    await act(pupil, 'no_grade');
    await grading().approve(pupil, { approved: 2, all: 2 });
    const delivery = await grading().deliveryOf(pupil);

    expect(delivery).toMatchObject({ state: 'closed', reason: 'not_gradable', filter: 'closed' });
  });

  test('used up attempts: the score is sent without a new one', async () => {
    const platform = await grading().startLms('canvas');
    const pupil = await grading().open(platform, 'teacher-1');
    platform.column().allowedAttempts = 0;
    grading().start();
    await grading().approve(pupil);
    await grading().until(pupil, ({ state }) => state === 'held');

    await act(pupil, 'send_without_attempt');
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(platform.gradeOf('teacher-1')).toMatchObject({ score: 10, attempts: [] });
  });
});

describe('choices about what was changed in the LMS', () => {
  test('theirs is kept, and the teacher sees what stands there', async () => {
    const { platform, pupil } = await holdChanged('plain', 8);

    await act(pupil, 'keep_theirs');
    const lines = await gradeLinesFor({ institutionId: grading().institutionId, personId: pupil.personId }, [
      pupil.enrolmentId,
    ]);

    expect(lines.get(pupil.enrolmentId)).toMatchObject([
      { state: 'accepted', reason: 'changed_in_lms', lmsValue: 8 },
    ]);
    expect(platform.gradeOf('teacher-1')?.score).toBe(8);
  });

  test('ours is sent over it, and the choice is kept with a name', async () => {
    const { platform, pupil } = await holdChanged('plain', 8);

    await act(pupil, 'send_ours');
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
    const choice = (await grading().historyOf(pupil)).find(({ kind }) => kind === 'choice');
    expect(choice).toMatchObject({ choice: 'send_ours', byPersonId: admin().personId });
    const audit = await readSealedLines(grading().institutionId);
    expect(audit.map(({ action }) => action)).toContain('delivery.chosen');
  });

  test('ours over an override in Moodle is held again, with what to do', async () => {
    const { pupil } = await holdChanged('moodle', 8);

    await act(pupil, 'send_ours');
    const delivery = await grading().until(pupil, ({ state, tries }) => state === 'held' && tries > 0);

    expect(delivery.reason).toBe('changed_in_lms');
    expect(delivery.lmsMessage).toContain('take that back in the LMS first');
  });

  test('an emptied cell is left empty', async () => {
    const { platform, pupil } = await holdChanged('plain', null);

    const row = await act(pupil, 'leave_empty');

    expect(row).toMatchObject({ state: 'closed', reason: 'cleared_in_lms' });
    expect(platform.gradeOf('teacher-1')?.score).toBeNull();
  });

  test('what makes no sense any more is refused', async () => {
    const { pupil } = await holdChanged('plain', 8);
    await act(pupil, 'keep_theirs');

    const code = await codeOf(act(pupil, 'send_ours'));

    expect(code).toBe('DELIVERY_NOT_POSSIBLE');
  });
});

describe('the Grades page', () => {
  test('counts each filter and lists the one that is open', async () => {
    const { pupil } = await holdWithoutColumn();

    const list = await listDeliveries(deps, admin(), { show: 'need_you' });

    expect(list.counts).toEqual({ need_you: 1, on_the_way: 0, changed: 0, in_gradebook: 0, closed: 0 });
    expect(list.rows).toMatchObject([
      {
        what: 'Run it with one class',
        course: 'EdTech practice, autumn round',
        reason: 'column_missing',
        actions: ['make_column', 'link_column', 'no_grade'],
      },
    ]);
    expect(list.sendable).toBe(0);
    expect((await grading().deliveryOf(pupil))?._id).toBe(list.rows[0]?.id);
  });

  test('sends again what can be sent, and says how many', async () => {
    const platform = await grading().startLms('plain');
    platform.demo.lms.switches.set('unauthorized', { scope: 'scores', count: 2 });
    const pupils = [await grading().open(platform, 'teacher-1'), await grading().open(platform, 'teacher-2')];
    grading().start();
    for (const pupil of pupils) {
      await grading().approve(pupil);
      await grading().until(pupil, ({ state }) => state === 'held');
    }

    const queued = await sendAll(deps, admin(), 'need_you');
    for (const pupil of pupils) await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(queued).toBe(2);
    expect(await countDeliveries(grading().institutionId)).toMatchObject({ need_you: 0, in_gradebook: 2 });
  });

  test('is a table to download that no spreadsheet runs', async () => {
    const platform = await grading().startLms('plain', { withoutColumn: true });
    const pupil = await grading().open(platform, 'teacher-1', { title: '=HYPERLINK("http://x")' });
    await grading().approve(pupil);

    const csv = await exportDeliveries(deps, admin(), undefined);

    expect(csv).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(csv.split('\r\n')).toHaveLength(3);
  });

  test('shows nothing of another institution', async () => {
    const { pupil } = await holdWithoutColumn();
    const delivery = await grading().deliveryOf(pupil);
    const foreign = buildSession(randomUUID(), { roles: new Set(['admin']) });

    const code = await codeOf(getHistory(deps, foreign, delivery?._id ?? ''));

    expect(code).toBe('NOT_FOUND');
  });
});

describe('an own receipt', () => {
  test('shows each attempt, and nothing that is meant for admins', async () => {
    const { pupil } = await holdWithoutColumn();
    const delivery = await grading().deliveryOf(pupil);
    const teacher = buildSession(grading().institutionId, { personId: pupil.personId });

    const receipt = await getOwnReceipt(teacher, delivery?._id ?? '');

    expect(receipt.row).toMatchObject({ reason: 'column_missing', actions: [], lmsMessage: null });
    expect(receipt.attempts).toMatchObject([{ kind: 'line_item', outcome: 'accepted' }]);
  });

  test('of someone else is not there', async () => {
    const { pupil } = await holdWithoutColumn();
    const delivery = await grading().deliveryOf(pupil);

    const code = await codeOf(getOwnReceipt(buildSession(grading().institutionId), delivery?._id ?? ''));

    expect(code).toBe('NOT_FOUND');
  });
});
