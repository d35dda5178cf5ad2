import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../demo-lms/state/switches.ts';
import { getRow } from '../../../server/features/grades/deliveries/list.service.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import type { Platform, Pupil } from '../../support/grading.ts';
import { useGrading } from '../../support/gradingWorld.ts';

const { grading } = useGrading();

const refuses = (status: number): Fault => ({ scope: 'results', status, reason: 'Reading is not for tools' });

/** A pathway of three modules: each approval is a newer score, and the second looks before it sends. */
async function openPathway(mode: 'plain' | 'moodle'): Promise<{ platform: Platform; pupil: Pupil }> {
  const platform = await grading().startLms(mode);
  return { platform, pupil: await grading().open(platform, 'teacher-1', { moduleKey: null, points: 9 }) };
}

async function approveTwo(pupil: Pupil, between: () => void = () => undefined): Promise<void> {
  grading().start();
  await grading().approve(pupil, { approved: 1, all: 3 });
  await grading().until(pupil, ({ state }) => state === 'accepted');
  between();
  await grading().approve(pupil, { approved: 2, all: 3 });
}

const linesOf = async (pupil: Pupil): Promise<string[]> =>
  (await grading().historyOf(pupil)).map(({ kind, outcome }) => `${kind} ${outcome}`);

describe('an LMS that takes scores and does not let us read results', () => {
  test.each([401, 403, 404, 405, 412, 501])(
    'by %i gets every score, and the page says so',
    async (status) => {
      const { platform, pupil } = await openPathway('plain');
      platform.demo.lms.switches.set('refuses', refuses(status));

      await approveTwo(pupil);
      const delivery = await grading().until(pupil, ({ sent }) => sent?.given === 6);

      const row = await getRow(grading().institutionId, delivery._id);
      const [, look] = await grading().historyOf(pupil);
      expect(delivery).toMatchObject({
        state: 'accepted',
        filter: 'in_gradebook',
        unread: true,
        lmsValue: null,
      });
      expect(row).toMatchObject({ state: 'accepted', unread: true });
      expect(look).toMatchObject({
        kind: 'read_back',
        outcome: 'refused',
        httpStatus: status,
        lmsMessage: 'Reading is not for tools',
      });
      expect(platform.gradeOf('teacher-1')?.score).toBeCloseTo(6.67, 2);
    },
  );

  test('is asked once for each score, and its lane goes on', async () => {
    const { platform, pupil } = await openPathway('moodle');
    platform.demo.lms.switches.set('refuses', refuses(405));

    await approveTwo(pupil);
    await grading().until(pupil, ({ sent }) => sent?.given === 6);

    expect(await linesOf(pupil)).toEqual([
      'score accepted',
      'read_back refused',
      'read_back refused',
      'score accepted',
    ]);
  });

  test('by a page instead of a list gets the score too', async () => {
    const { platform, pupil } = await openPathway('plain');

    await approveTwo(pupil, () => platform.demo.lms.switches.set('notJson', { scope: 'results' }));
    const delivery = await grading().until(pupil, ({ sent }) => sent?.given === 6);

    expect(delivery).toMatchObject({ state: 'accepted', unread: true });
  });

  test('is read again as soon as it lets us: what a person changed stays theirs', async () => {
    const { platform, pupil } = await openPathway('plain');
    const { lms } = platform.demo;
    lms.switches.set('refuses', refuses(403));
    await approveTwo(pupil);
    await grading().until(pupil, ({ sent }) => sent?.given === 6);
    lms.switches.clear();
    lms.gradebook.override(platform.column().id, 'teacher-1', 4);

    await grading().approve(pupil, { approved: 3, all: 3 });
    const delivery = await grading().until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'changed_in_lms', lmsValue: 4 });
  });

  test('with a token that has ended is asked once more with a new one', async () => {
    const { platform, pupil } = await openPathway('plain');
    const { lms } = platform.demo;

    await approveTwo(pupil, () => lms.switches.set('unauthorized', { scope: 'results', count: 1 }));
    const delivery = await grading().until(pupil, ({ sent }) => sent?.given === 6);

    expect(delivery.unread).toBeUndefined();
    expect(lms.requests.list('token')).toHaveLength(2);
    expect(lms.requests.list('results').map(({ status }) => status)).toEqual([401, 200]);
  });
});

describe('a result that can’t be read just now', () => {
  test.each(['unavailable', 'tooMany', 'error', 'reset'] as const)(
    'makes a score wait that may overwrite somebody’s (%s), and it goes once it can',
    async (kind) => {
      const { platform, pupil } = await openPathway('plain');
      const { lms } = platform.demo;

      await approveTwo(pupil, () => lms.switches.set(kind, { scope: 'results', count: 1 }));
      const waiting = await grading().until(pupil, ({ state }) => state === 'waiting');
      const delivery = await grading().until(pupil, ({ sent }) => sent?.given === 6);

      expect(waiting).toMatchObject({ reason: 'lms_silent', tries: 1 });
      expect(delivery.unread).toBeUndefined();
      expect(platform.scores()).toHaveLength(2);
    },
  );

  test('does not hold it up for longer than half an hour', async () => {
    const { platform, pupil } = await openPathway('plain');
    await approveTwo(pupil, () => platform.demo.lms.switches.set('unavailable', { scope: 'results' }));
    await grading().until(pupil, ({ state }) => state === 'waiting');
    const { institutionId } = grading();
    const triedSince = new Date(Date.now() - 31 * 60_000);
    await DeliveryModel.updateOne({ institutionId, personId: pupil.personId }, { $set: { triedSince } });

    const delivery = await grading().until(pupil, ({ sent }) => sent?.given === 6, 30_000);

    expect(delivery).toMatchObject({ state: 'accepted', unread: true });
  });

  test.each(['unavailable', 'error', 'reset', 'notJson'] as const)(
    'undoes no 200 to a score (%s): it counts as arrived and is not sent again',
    async (kind) => {
      const { platform, pupil } = await openPathway('moodle');
      platform.demo.lms.switches.set(kind, { scope: 'results' });
      grading().start();

      await grading().approve(pupil, { approved: 1, all: 3 });
      const delivery = await grading().until(pupil, ({ state }) => state === 'accepted' || state === 'held');

      expect(delivery).toMatchObject({ state: 'accepted', unread: true, lmsValue: null });
      expect(platform.scores()).toHaveLength(1);
    },
  );
});

describe('a list of results that is not what it should be', () => {
  test.each([
    ['that takes no notice of the filter', ['unfiltered']],
    ['in pages', ['unfiltered', 'pagedResults']],
    ['with odd members', ['oddMembers']],
    ['that lacks the person once', ['lacksPerson']],
  ] as const)('%s is nobody’s change', async (_case, kinds) => {
    const { platform, pupil } = await openPathway('plain');
    const { lms } = platform.demo;
    for (const n of [2, 3, 4, 5]) lms.gradebook.override(platform.column().id, `teacher-${n}`, 5);

    await approveTwo(pupil, () => {
      for (const kind of kinds) {
        lms.switches.set(kind, { scope: 'results', ...(kind === 'lacksPerson' ? { count: 1 } : {}) });
      }
    });
    const delivery = await grading().until(pupil, ({ state, sent }) => sent?.given === 6 || state === 'held');

    expect(delivery).toMatchObject({ state: 'accepted', reason: 'none' });
    expect(platform.scores()).toHaveLength(2);
  });

  test('that Moodle breaks off with its HTML 404 is not read, and the score goes', async () => {
    const { platform, pupil } = await openPathway('moodle');
    const { lms } = platform.demo;
    for (const n of [2, 3, 4, 5]) lms.gradebook.openGrade(platform.column().id, `teacher-${n}`).score = 5;
    await approveTwo(pupil, () => {
      lms.switches.set('unfiltered', { scope: 'results' });
      lms.switches.set('pagedResults', { scope: 'results' });
      lms.switches.set('lacksPerson', { scope: 'results' });
    });

    const delivery = await grading().until(pupil, ({ state, sent }) => sent?.given === 6 || state === 'held');

    expect(delivery).toMatchObject({ state: 'accepted', unread: true });
  });

  test('that shows nothing right after a 200 is looked at once more, and nothing is sent twice', async () => {
    const { platform, pupil } = await openPathway('moodle');
    platform.demo.lms.switches.set('lacksPerson', { scope: 'results', count: 1 });
    grading().start();

    await grading().approve(pupil, { approved: 1, all: 3 });
    const delivery = await grading().until(pupil, ({ state }) => state === 'accepted' || state === 'held');

    expect(delivery).toMatchObject({ state: 'accepted', sent: { given: 3 } });
    expect(platform.scores()).toHaveLength(1);
  });
});

describe('a column whose points were changed', () => {
  test.each(['plain', 'canvas', 'moodle', 'schoology'] as const)(
    'without rescaling its grades (%s) is nobody’s change',
    async (mode) => {
      const platform = await grading().startLms(mode);
      const pupil = await grading().open(platform, 'teacher-1', { moduleKey: null, points: 10 });

      await approveTwo(pupil, () => (platform.column().scoreMaximum = 20));
      const delivery = await grading().until(
        pupil,
        ({ sent, state }) => sent?.given === 6 || state === 'held',
      );

      expect(delivery.state).toBe('accepted');
      expect(platform.gradeOf('teacher-1')?.score).toBe(12);
    },
  );

  test('to none at all holds nothing and shows no number that is none', async () => {
    const platform = await grading().startLms('moodle');
    const pupil = await grading().open(platform, 'teacher-1', { moduleKey: null, points: 10 });

    await approveTwo(pupil, () => platform.demo.lms.gradebook.rescale(platform.column().id, 0));
    const delivery = await grading().until(pupil, ({ sent, state }) => sent?.given === 6 || state === 'held');

    const row = await getRow(grading().institutionId, delivery._id);
    expect(row.state).toBe('accepted');
    expect(JSON.stringify(row)).not.toMatch(/NaN|Infinity/u);
  });
});
