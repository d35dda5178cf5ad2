import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lineItemKeyOf } from '../../../server/features/grades/columns/lineItemKey.ts';
import type { Pupil } from '../../support/grading.ts';
import { useGrading } from '../../support/gradingWorld.ts';

const { grading, act, columnOf } = useGrading();

describe('launches at once that name different line items', () => {
  /** Each launches with one of the line items, in the order of a list, all at once. */
  const launches = fc.array(fc.nat({ max: 2 }), { minLength: 2, maxLength: 4 });

  test('end on one of them, whatever the order, and every score stands there or is a person’s', async () => {
    const platform = await grading().startLms('plain');
    const { lms } = platform.demo;
    let people = 0;
    const newPerson = (): string =>
      lms.addPeople(platform.courseId, 1, `person${(people += 1)}`)[0]?.id ?? '';
    const pathway = { moduleKey: null, points: 10 };
    const [sent, changed, late] = [
      await grading().open(platform, newPerson(), pathway),
      await grading().open(platform, newPerson(), pathway),
      await grading().open(platform, newPerson(), pathway),
    ];
    grading().start();
    for (const pupil of [sent, changed, late]) {
      await grading().approve(pupil, { approved: 1, all: 2 });
      await grading().until(pupil, ({ state }) => state === 'accepted');
    }
    lms.gradebook.override(platform.column().id, changed.lmsId, 7);
    await grading().approve(changed, { approved: 2, all: 2 });
    await grading().until(changed, ({ state }) => state === 'held');
    let round = 0;

    await fc.assert(
      fc.asyncProperty(launches, async (order) => {
        round += 1;
        const items = [0, 1, 2].map((n) => {
          const of = { courseId: platform.courseId, toolId: platform.tool.id, scoreMaximum: 10 };
          const item = lms.gradebook.addLineItem({ ...of, label: `Round ${round}, ${n}` });
          return { item, lineItemUrl: lms.lineItemUrl(item, platform.tool.id) };
        });
        const approving = grading().approve(late, { approved: 1 + (round % 2), all: 2 });

        await Promise.all(
          order.map((n) => {
            const { lineItemUrl = '' } = items[n] ?? {};
            return grading().open(platform, newPerson(), { ...pathway, lineItemUrl });
          }),
        );
        await approving;

        const column = await columnOf();
        const bound = items.find(({ lineItemUrl }) => lineItemUrl === column.lineItemUrl);
        expect(order.map((n) => items[n]?.item.id)).toContain(bound?.item.id);
        expect(column).toMatchObject({
          state: 'bound',
          lineItemKey: lineItemKeyOf(column.lineItemUrl ?? ''),
        });
        const shownOf = ({ lmsId }: Pupil) => lms.gradebook.findGrade(bound?.item.id ?? '', lmsId)?.score;
        for (const pupil of [sent, late]) {
          const isThere = (): boolean => shownOf(pupil) === (pupil === sent ? 5 : 5 + 5 * (round % 2));
          await grading().until(pupil, ({ state }) => state === 'accepted' && isThere());
        }
        const asked = await grading().deliveryOf(changed);
        expect(asked).toMatchObject({ state: 'held', reason: 'changed_in_lms' });
        expect(shownOf(changed)).toBeUndefined();
      }),
      { numRuns: 5 },
    );
  });
});

test('what was decided while a link had no grade is sent when it is reopened, and a kept choice stays', async () => {
  const platform = await grading().startLms('plain');
  const change = { moduleKey: null, points: 10 };
  const [first, second, kept] = [
    await grading().open(platform, 'teacher-1', change),
    await grading().open(platform, 'teacher-2', change),
    await grading().open(platform, platform.demo.lms.addPeople(platform.courseId, 1)[0]?.id ?? '', change),
  ];
  grading().start();
  for (const pupil of [first, second, kept]) {
    await grading().approve(pupil, { approved: 1, all: 2 });
    await grading().until(pupil, ({ state }) => state === 'accepted');
  }
  platform.demo.lms.gradebook.override(platform.column().id, kept.lmsId, 7);
  await grading().approve(kept, { approved: 2, all: 2 });
  await grading().until(kept, ({ state }) => state === 'held');
  await act(kept, 'keep_theirs');
  platform.demo.lms.switches.set('refuses', { scope: 'scores', status: 404, count: 1 });
  await grading().approve(first, { approved: 2, all: 2 });
  await grading().until(first, ({ state }) => state === 'held');
  await act(first, 'no_grade');
  await grading().approve(second, { approved: 2, all: 2 });
  const before = await grading().deliveryOf(kept);

  await act(first, 'send_now');
  await grading().until(first, ({ state }) => state === 'accepted');
  await grading().until(second, ({ state, sent }) => state === 'accepted' && sent?.given === 10);

  expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  expect(platform.gradeOf('teacher-2')?.score).toBe(10);
  expect(await grading().deliveryOf(kept)).toEqual(before);
  expect(platform.gradeOf(kept.lmsId)?.score).toBe(7);
});
