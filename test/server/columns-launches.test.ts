import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeliveryAction } from '../../contract/deliveries.ts';
import { ColumnModel, type ColumnDoc } from '../../server/features/grades/column.model.ts';
import { actOnDelivery } from '../../server/features/grades/repairs.service.ts';
import { AGS_SCOPE } from '../../server/lti/claimNames.ts';
import { createPlatformStore } from '../../server/lti/platforms.ts';
import { buildSession } from '../support/build.ts';
import { buildGrading, type Grading, type Pupil } from '../support/grading.ts';
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

async function act(pupil: Pupil, action: DeliveryAction) {
  const head = await grading.headOf(pupil);
  const admin = buildSession(grading.institutionId, { hats: new Set(['admin']) });
  const { keys, outbound } = grading;
  const services = { ...deps, platforms: createPlatformStore(), keys, outbound };
  return actOnDelivery(services, admin, { id: head?._id ?? '', action });
}
const columnOf = async (): Promise<ColumnDoc> => {
  const column = await ColumnModel.findOne({ institutionId: grading.institutionId }).lean();
  if (!column) throw new Error('there is no column');
  return column;
};

describe('a scope that launches offered', () => {
  test.each([403])(
    'and the LMS refuses on use (%i) is taken off until a later launch offers it',
    async (status) => {
      const platform = await grading.startLms('plain');
      const pupil = await grading.open(platform, 'teacher-1');
      const reason = 'The scope is not granted: insufficient_scope';
      platform.demo.lms.switches.set('refuses', { scope: 'scores', status, reason });
      grading.start();
      await grading.approve(pupil);
      const held = await grading.until(pupil, ({ state }) => state === 'held');
      const { scopes } = await columnOf();
      platform.demo.lms.switches.clear();

      await grading.open(platform, 'teacher-2');
      await grading.until(pupil, ({ state }) => state === 'accepted');

      expect(held.reason).toBe('scope_missing');
      expect(scopes).not.toContain(AGS_SCOPE.score);
      expect((await columnOf()).scopes).toContain(AGS_SCOPE.score);
      expect(platform.gradeOf('teacher-1')?.score).toBe(10);
    },
  );
});

test('two launches at once that name different line items end on one of them, and its scores stand there', async () => {
  const platform = await grading.startLms('plain');
  const pupil = await grading.open(platform, 'teacher-1');
  grading.start();
  await grading.approve(pupil);
  await grading.until(pupil, ({ state }) => state === 'accepted');
  const { lms } = platform.demo;
  const make = (label: string) => {
    const of = { courseId: platform.courseId, toolId: platform.tool.id, label, scoreMaximum: 10 };
    const item = lms.gradebook.addLineItem(of);
    return { item, lineItemUrl: lms.lineItemUrl(item, platform.tool.id) };
  };
  const two = [make('One'), make('Two')];
  const people = lms.addPeople(platform.courseId, two.length);

  await Promise.all(
    two.map(({ lineItemUrl }, i) => grading.open(platform, people[i]?.id ?? '', { lineItemUrl })),
  );
  const { lineItemUrl } = await columnOf();
  const bound = two.find((one) => one.lineItemUrl === lineItemUrl)?.item.id ?? '';
  const isThere = () => lms.gradebook.findGrade(bound, 'teacher-1')?.score === 10;
  await grading.until(pupil, ({ state }) => state === 'accepted' && isThere());

  expect(bound).not.toBe('');
});

test('what was decided while a link had no grade is sent when it is reopened, and a kept choice stays', async () => {
  const platform = await grading.startLms('plain');
  const change = { moduleKey: null, points: 10 };
  const [first, second, kept] = [
    await grading.open(platform, 'teacher-1', change),
    await grading.open(platform, 'teacher-2', change),
    await grading.open(platform, platform.demo.lms.addPeople(platform.courseId, 1)[0]?.id ?? '', change),
  ];
  grading.start();
  for (const pupil of [first, second, kept]) {
    await grading.approve(pupil, { approved: 1, all: 2 });
    await grading.until(pupil, ({ state }) => state === 'accepted');
  }
  platform.demo.lms.gradebook.override(platform.column().id, kept.lmsId, 7);
  await grading.approve(kept, { approved: 2, all: 2 });
  await grading.until(kept, ({ state }) => state === 'held');
  await act(kept, 'keep_theirs');
  platform.demo.lms.switches.set('refuses', { scope: 'scores', status: 404, count: 1 });
  await grading.approve(first, { approved: 2, all: 2 });
  await grading.until(first, ({ state }) => state === 'held');
  await act(first, 'no_grade');
  await grading.approve(second, { approved: 2, all: 2 });
  const before = await grading.headOf(kept);

  await act(first, 'send_now');
  await grading.until(first, ({ state }) => state === 'accepted');
  await grading.until(second, ({ state, sent }) => state === 'accepted' && sent?.given === 10);

  expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  expect(platform.gradeOf('teacher-2')?.score).toBe(10);
  expect(await grading.headOf(kept)).toEqual(before);
  expect(platform.gradeOf(kept.lmsId)?.score).toBe(7);
});
