import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { ColumnModel, type ColumnDoc } from '../../../server/features/grades/columns/column.model.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { lineItemKeyOf } from '../../../server/features/grades/columns/lineItemKey.ts';
import { listColumns } from '../../../server/features/grades/deliveries/repairs.service.ts';
import { AGS_SCOPE } from '../../../server/lti/claimNames.ts';
import { MIGRATIONS } from '../../../server/migrations/index.ts';
import type { Platform, Pupil } from '../../support/grading.ts';
import { useGrading } from '../../support/gradingWorld.ts';
import { codeOf } from '../../support/work.ts';

const { grading, admin, repairDeps, act, columnOf, untilColumn } = useGrading();

const addressOf = (platform: Platform): string =>
  platform.demo.lms.lineItemUrl(platform.column(), platform.tool.id);

/** Other addresses of the same line item. */
const ALIASES: Record<string, (url: string) => string> = {
  'another host': (url) => url.replace('127.0.0.1', 'localhost'),
  'another query': (url) => `${url}${url.includes('?') ? '&' : '?'}type_id=2`,
  'any query': (url) => `${url}${url.includes('?') ? '&' : '?'}seen=from+here`,
  'a slash at its end': (url) => {
    const at = new URL(url);
    at.pathname = `${at.pathname}/`;
    return at.href;
  },
  'escapes in its path': (url) => url.replace(/line(_?)items/u, (_all, sign: string) => `%6cine${sign}items`),
};

describe('a line item under another address', () => {
  test.each(Object.entries(ALIASES))('is the same column: %s', async (_name, toAlias) => {
    const platform = await grading().startLms('plain');
    const pupil = await grading().open(platform, 'teacher-1', { moduleKey: null, points: 10 });
    grading().start();
    await grading().approve(pupil, { approved: 1, all: 2 });
    await grading().until(pupil, ({ state }) => state === 'accepted');
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', 4);
    const before = await grading().deliveryOf(pupil);
    const alias = toAlias(addressOf(platform));

    await grading().open(platform, 'teacher-2', { moduleKey: null, points: 10, lineItemUrl: alias });

    expect(await grading().deliveryOf(pupil)).toEqual(before);
    expect((await columnOf()).lineItemUrl).toBe(alias);
    expect(platform.scores()).toHaveLength(1);
    expect(platform.gradeOf('teacher-1')?.score).toBe(4);
  });

  test('keeps a choice that a person has, and is looked at before anything newer is sent', async () => {
    const platform = await grading().startLms('plain');
    const pupil = await grading().open(platform, 'teacher-1', { moduleKey: null, points: 10 });
    grading().start();
    await grading().approve(pupil, { approved: 1, all: 2 });
    await grading().until(pupil, ({ state }) => state === 'accepted');
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', 4);
    await grading().approve(pupil, { approved: 2, all: 2 });
    const before = await grading().until(pupil, ({ state }) => state === 'held');
    const alias = addressOf(platform).replace('127.0.0.1', 'localhost');

    await grading().open(platform, 'teacher-2', { moduleKey: null, points: 10, lineItemUrl: alias });

    expect(before.reason).toBe('changed_in_lms');
    expect(await grading().deliveryOf(pupil)).toEqual(before);
    expect(platform.gradeOf('teacher-1')?.score).toBe(4);
  });

  test('is not the column of another item, course or tool', () => {
    const keys = [
      'https://lms.example/mod/lti/services.php/2/lineitems/5/lineitem?type_id=1',
      'https://lms.example/mod/lti/services.php/2/lineitems/6/lineitem?type_id=1',
      'https://lms.example/mod/lti/services.php/3/lineitems/5/lineitem?type_id=1',
      'https://lms.example/api/lti/courses/1/line_items/5',
      'https://lms.example/ags?item=5',
      'https://lms.example/ags?item=6',
      'https://lms.example/%2Fa/b',
      'https://lms.example/a/b',
    ].map(lineItemKeyOf);

    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each([
    ['https://lms.example/api/line_items/5', 'https://lms.example:443/api/line_items/5/'],
    ['http://localhost:8080/x/lineitems/7', 'http://127.0.0.1/x/lineitems/7?a=1'],
    ['https://a.example/lineItems/%C3%A4', 'https://b.example/lineItems/%c3%a4'],
    ['https://lms.example/ags?item=5&b=1', 'https://lms.example/ags?b=1&item=5&type_id=4'],
  ])('has one key: %s, %s', (one, other) => {
    expect(lineItemKeyOf(one)).toBe(lineItemKeyOf(other));
  });
});

describe('a link that gets another line item', () => {
  function renew(platform: Platform): string {
    const { lms } = platform.demo;
    lms.gradebook.removeLineItem(platform.column().id);
    const item = lms.gradebook.addLineItem({
      courseId: platform.courseId,
      toolId: platform.tool.id,
      linkId: platform.link.id,
      label: 'Anew',
      scoreMaximum: 10,
    });
    return lms.lineItemUrl(item, platform.tool.id);
  }

  test('sends what the old one had, but not over what a person entered there', async () => {
    const platform = await grading().startLms('plain');
    const pupils = [await grading().open(platform, 'teacher-1'), await grading().open(platform, 'teacher-2')];
    grading().start();
    for (const pupil of pupils) {
      await grading().approve(pupil);
      await grading().until(pupil, ({ state }) => state === 'accepted');
    }
    const url = renew(platform);
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', 4);
    const third = platform.demo.lms.addPeople(platform.courseId, 1)[0]?.id ?? '';

    await grading().open(platform, third, { lineItemUrl: url });
    const [changed, sent] = pupils as [Pupil, Pupil];
    const held = await grading().until(changed, ({ state }) => state === 'held');
    await grading().until(sent, ({ state, sent: there }) => state === 'accepted' && there !== null);

    expect(held).toMatchObject({ reason: 'changed_in_lms', lmsValue: 4 });
    expect(platform.gradeOf('teacher-1')?.score).toBe(4);
    expect(platform.gradeOf('teacher-2')?.score).toBe(10);
  });

  test('takes back what a worker has in hand for the old one', async () => {
    const platform = await grading().startLms('plain');
    platform.demo.lms.switches.set('slow', { scope: 'scores', count: 1, ms: 1_500 });
    const pupil = await grading().open(platform, 'teacher-1');
    grading().start();
    await grading().approve(pupil);
    await grading().until(pupil, ({ state }) => state === 'sending');

    const url = renew(platform);
    await grading().open(platform, 'teacher-2', { lineItemUrl: url });
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });
});

describe('a launch that says less', () => {
  test.each([
    ['no AGS claim', { lineItemUrl: null, lineItemsUrl: null, scopes: [] }],
    ['no scopes', { scopes: [] }],
    ['reading alone', { scopes: [AGS_SCOPE.result], lineItemsUrl: null }],
    ['no titles', { title: '', courseTitle: '', platformName: '' }],
  ])('takes nothing away from the column: %s', async (_name, less) => {
    const platform = await grading().startLms('plain');
    const pupil = await grading().open(platform, 'teacher-1');
    const before = await columnOf();

    await grading().open(platform, 'teacher-2', less);
    await grading().approve(pupil);
    grading().start();
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(await columnOf()).toEqual(before);
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });
});

describe('a scope', () => {
  test('that is granted lets what it held begin anew: a first 503 makes it wait, not ask a person again', async () => {
    const platform = await grading().startLms('plain');
    const pupil = await grading().open(platform, 'teacher-1', { scopes: [] });
    grading().start();
    await grading().approve(pupil);
    await grading().until(pupil, ({ state }) => state === 'held');
    const daysAgo = new Date(Date.now() - 4 * 24 * 3600_000);
    await DeliveryModel.updateMany(
      { institutionId: grading().institutionId },
      { $set: { triedSince: daysAgo } },
    );
    platform.demo.lms.switches.set('unavailable', { scope: 'scores', count: 1 });

    await grading().open(platform, 'teacher-2');
    const waiting = await grading().until(pupil, ({ state }) => state === 'waiting' || state === 'held');
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(waiting).toMatchObject({ state: 'waiting', reason: 'lms_silent', tries: 1 });
  });
});

describe('one column where one is expected', () => {
  async function holdWithoutColumn(): Promise<{ platform: Platform; pupil: Pupil }> {
    const platform = await grading().startLms('plain', { withoutColumn: true });
    const pupil = await grading().open(platform, 'teacher-1');
    grading().start();
    await grading().approve(pupil);
    await grading().until(pupil, ({ state }) => state === 'held');
    return { platform, pupil };
  }
  const itemsOf = (platform: Platform) => platform.demo.lms.gradebook.ofCourse(platform.courseId);

  test.each(['tied to the link', 'free'])(
    'with two of ours, %s, a person is asked and no third is made',
    async (how) => {
      const platform = await grading().startLms('plain', { withoutColumn: true });
      const pupil = await grading().open(platform, 'teacher-1');
      const { lms } = platform.demo;
      const { resourceId } = await columnOf();
      const two = ['One', 'Two'].map((label) =>
        lms.gradebook.addLineItem({
          courseId: platform.courseId,
          toolId: platform.tool.id,
          label,
          scoreMaximum: 10,
          resourceId,
          ...(how === 'free' ? {} : { linkId: platform.link.id }),
        }),
      );
      const count = itemsOf(platform).length;

      grading().start();
      await grading().approve(pupil);
      const held = await grading().until(pupil, ({ state }) => state === 'held');
      const made = await codeOf(act(pupil, 'make_column'));
      const offered = await listColumns(repairDeps(), admin(), held._id);

      expect(held.reason).toBe('column_missing');
      expect(made).toBe('COLUMN_REFUSED');
      expect(itemsOf(platform)).toHaveLength(count);
      expect(offered.columns.map(({ label }) => label)).toEqual(expect.arrayContaining(['One', 'Two']));
      const second = lms.lineItemUrl(two[1] ?? platform.column(), platform.tool.id);
      await act(pupil, 'link_column', second);
      await grading().until(pupil, ({ state }) => state === 'accepted');
      expect(lms.gradebook.findGrade(two[1]?.id ?? '', 'teacher-1')?.score).toBe(10);
    },
  );

  test('two admins who make it at once make one', async () => {
    const { platform, pupil } = await holdWithoutColumn();
    const count = itemsOf(platform).length;

    const codes = await Promise.all(Array.from({ length: 4 }, () => codeOf(act(pupil, 'make_column'))));
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(codes).toContain('done');
    expect(itemsOf(platform)).toHaveLength(count + 1);
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });

  test.each(['before the LMS made it', 'after it'])(
    'is made once by a repeat within seconds where the first one’s process died, %s',
    async (when) => {
      const { platform, pupil } = await holdWithoutColumn();
      const { institutionId, resourceId, resourceLinkId } = await columnOf();
      const count = itemsOf(platform).length;
      if (when === 'after it') {
        const of = { courseId: platform.courseId, toolId: platform.tool.id, linkId: platform.link.id };
        platform.demo.lms.gradebook.addLineItem({ ...of, label: 'Made', scoreMaximum: 10, resourceId });
      }
      // a lease as the dead process left it: as long as any can be
      await ColumnModel.updateOne(
        { institutionId, resourceLinkId },
        [{ $set: { makingUntil: { $add: ['$$NOW', 6_000] }, maker: 'dead' } }],
        { updatePipeline: true },
      );

      await act(pupil, 'make_column');
      await grading().until(pupil, ({ state }) => state === 'accepted');

      expect(itemsOf(platform)).toHaveLength(count + 1);
      expect(platform.gradeOf('teacher-1')?.score).toBe(10);
      expect(await columnOf()).not.toHaveProperty('maker');
    },
  );

  test('is not made by a second one as long as the first one lives, however slow its LMS is', async () => {
    const { platform, pupil } = await holdWithoutColumn();
    const count = itemsOf(platform).length;
    platform.demo.lms.switches.set('slow', { scope: 'lineitems', ms: 7_000, count: 1 });
    const first = act(pupil, 'make_column');
    const { makingUntil } = await untilColumn((column) => column.maker !== undefined);
    const renewed = await untilColumn((column) => String(column.makingUntil) !== String(makingUntil));

    const codes = await Promise.all([first, act(pupil, 'make_column')].map(codeOf));
    await grading().until(pupil, ({ state }) => state === 'accepted');

    expect(renewed.makingUntil).not.toBeNull();
    expect(codes[0]).toBe('done');
    expect(itemsOf(platform)).toHaveLength(count + 1);
  });
});

test('columns stored before get their key, and of two for one line item one keeps it', async () => {
  const { institutionId } = grading();
  const column = (lineItemUrl: string, age: number): ColumnDoc => ({
    _id: randomUUID(),
    institutionId,
    platformId: 'p',
    contextId: 'c',
    placementId: randomUUID(),
    state: 'bound',
    lineItemUrl,
    lineItemsUrl: null,
    scopes: [],
    resourceLinkId: 'l',
    resourceId: 'r',
    points: 10,
    rule: 'share@1',
    title: 't',
    courseTitle: 'c',
    platformName: 'p',
    changedAt: new Date(Date.now() - age),
  });
  const old = column('http://127.0.0.1/lineitems/7', 2000);
  const kept = column('http://localhost/lineitems/7', 1000);
  const other = column('http://localhost/lineitems/8', 3000);
  await mongoose.connection.collection<ColumnDoc>('columns').insertMany([old, kept, other]);

  const change = MIGRATIONS.find(({ id }) => id.endsWith('line-item-key'));
  await change?.run();
  await change?.run();

  const stored = await ColumnModel.find({ institutionId }).lean();
  const told = new Map(stored.map(({ _id, state, lineItemKey }) => [_id, [state, lineItemKey]]));
  expect(told.get(old._id)).toEqual(['unbound', undefined]);
  expect(told.get(kept._id)).toEqual(['bound', 'lineitems/7']);
  expect(told.get(other._id)).toEqual(['bound', 'lineitems/8']);
});
