import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PlatformModel } from '../../../server/lti/platform.model.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { gradeLinesFor } from '../../../server/features/grades/grades.service.ts';
import { ScoreTargetModel } from '../../../server/features/grades/columns/scoreTarget.model.ts';
import {
  ensureScoreTargets,
  type OpenedWork,
} from '../../../server/features/grades/columns/targets.service.ts';
import { buildGrading, type Grading, type Platform, type Pupil } from '../../support/grading.ts';
import { useServices } from '../../support/services.ts';

const MODES = ['plain', 'canvas', 'moodle', 'schoology'] as const;

const { deps, database } = useServices();
let grading: Grading;

beforeEach(async () => {
  await database().empty();
  grading = await buildGrading(deps);
});
afterEach(async () => {
  await grading.close();
});

/** A pathway's column: each module that is approved changes the score. */
async function openPathway(platform: Platform): Promise<Pupil> {
  return grading.open(platform, 'teacher-1', { moduleKey: null, points: 9 });
}

async function approveFirst(platform: Platform): Promise<Pupil> {
  const pupil = await openPathway(platform);
  grading.start();
  await grading.approve(pupil, { approved: 1, all: 3 });
  await grading.until(pupil, ({ state }) => state === 'accepted');
  return pupil;
}

/** Work that was approved before the link was opened. */
function approvedBefore({
  attemptId,
  enrolmentId,
}: Pupil): Pick<OpenedWork, 'subjectIds' | 'known' | 'count'> {
  const decisionId = randomUUID();
  const decided = { enrolmentId, order: 1, decisionId, decidedAt: new Date(), submittedAt: null };
  const known = { progress: { approved: 1, all: 1 }, decided };
  return { subjectIds: [enrolmentId, attemptId], known, count: () => Promise.resolve(known) };
}

describe('a score on its way', () => {
  test.each(MODES)('arrives in the gradebook of a %s platform, with a receipt', async (mode) => {
    const platform = await grading.startLms(mode);
    const pupil = await grading.open(platform, 'teacher-1');
    grading.start();

    await grading.approve(pupil);
    const delivery = await grading.until(pupil, ({ state }) => state === 'accepted');

    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
    expect(delivery).toMatchObject({ reason: 'none', filter: 'in_gradebook' });
    const [receipt] = await grading.historyOf(pupil);
    expect(receipt).toMatchObject({ kind: 'score', outcome: 'accepted', scoreGiven: 10 });
    expect(receipt?.requestHash).toMatch(/^[0-9a-f]{64}$/u);
  });

  test.each(MODES)(
    'says FullyGraded with score and a comment of ours, whatever a %s platform is sent',
    async (mode) => {
      const platform = await grading.startLms(mode);
      const pupil = await openPathway(platform);
      grading.start();
      const decidedAt = new Date('2025-11-23T23:30:00Z');

      await grading.approve(pupil, { approved: 1, all: 3 }, { at: decidedAt });
      await grading.until(pupil, ({ state }) => state === 'accepted');
      await grading.approve(pupil, { approved: 3, all: 3 }, { at: decidedAt });
      await grading.until(pupil, ({ sent }) => sent?.given === 9);

      expect(platform.scores()).toHaveLength(2);
      for (const body of platform.scores()) {
        expect(body).toMatchObject({
          gradingProgress: 'FullyGraded',
          scoreMaximum: 9,
          // half an hour before midnight in UTC is the next day in Vienna
          comment: 'Approved 24 Nov in Waymark',
        });
        expect(typeof body['scoreGiven']).toBe('number');
      }
    },
  );

  test('shows as on its way until a worker has sent it', async () => {
    const platform = await grading.startLms('plain');
    const pupil = await grading.open(platform, 'teacher-1');

    await grading.approve(pupil);
    const lines = await gradeLinesFor({ institutionId: grading.institutionId, personId: pupil.personId }, [
      pupil.attemptId,
    ]);

    expect(lines.get(pupil.attemptId)).toMatchObject([
      { state: 'queued', reason: 'none', scoreGiven: 10, course: 'EdTech practice, autumn round' },
    ]);
    expect(platform.gradeOf('teacher-1')).toBeNull();
  });

  test('is never made for practice', async () => {
    const platform = await grading.startLms('canvas');
    const pupil = await grading.open(platform, 'teacher-1');
    const { institutionId } = grading;
    await ScoreTargetModel.deleteMany({ institutionId });

    await ensureScoreTargets(
      deps,
      { institutionId, ...pupil, platformId: platform.platformId, family: 'canvas', practice: true },
      {
        link: {
          placementId: 'p',
          platformId: platform.platformId,
          contextId: 'c',
          resourceLinkId: 'l',
          title: 't',
          courseTitle: 'c',
          platformName: 'p',
          lineItemUrl: null,
          lineItemsUrl: null,
          scopes: [],
          pathwayKey: 'k',
          moduleKey: null,
          rule: null,
          points: 10,
        },
        sub: pupil.sub,
        subject: { kind: 'attempt', id: pupil.attemptId },
        ...approvedBefore(pupil),
      },
    );
    const intents = await grading.approve(pupil);

    expect(intents).toBe(0);
    expect(await DeliveryModel.countDocuments({ institutionId })).toBe(0);
  });

  test('is recorded for a second course that is opened after the approval', async () => {
    const platform = await grading.startLms('plain');
    const pupil = await grading.open(platform, 'teacher-1');
    const { institutionId } = grading;
    const column = platform.column();
    grading.start();

    await ensureScoreTargets(
      deps,
      { institutionId, ...pupil, platformId: platform.platformId, family: 'other', practice: false },
      {
        link: {
          placementId: 'p2',
          platformId: platform.platformId,
          contextId: 'c2',
          resourceLinkId: 'l2',
          title: 't',
          courseTitle: 'c',
          platformName: 'p',
          lineItemsUrl: null,
          points: 10,
          rule: null,
          lineItemUrl: `${platform.demo.lms.lineItemUrl(column, platform.tool.id)}?again=1`,
          scopes: ['https://purl.imsglobal.org/spec/lti-ags/scope/score'],
          pathwayKey: platform.pathwayKey,
          moduleKey: platform.moduleKey,
        },
        sub: pupil.sub,
        subject: { kind: 'attempt', id: pupil.attemptId },
        ...approvedBefore(pupil),
      },
    );
    const delivery = await grading.until(pupil, ({ state }) => state === 'accepted');

    expect(delivery.contextId).toBe('c2');
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });
});

describe('a score that a person must look after', () => {
  test('is held when the LMS does not accept our token twice', async () => {
    const platform = await grading.startLms('plain');
    platform.demo.lms.switches.set('unauthorized', { scope: 'scores', count: 2 });
    const pupil = await grading.open(platform, 'teacher-1');
    grading.start();

    await grading.approve(pupil);
    const delivery = await grading.until(pupil, ({ state }) => state === 'held');

    expect(delivery.reason).toBe('token_refused');
    expect(platform.demo.lms.requests.list('token')).toHaveLength(2);
  });

  test('is held when the LMS knows no such client', async () => {
    const platform = await grading.startLms('plain');
    const pupil = await grading.open(platform, 'teacher-1');
    await PlatformModel.updateOne({ _id: platform.platformId }, { $set: { clientId: 'nobody' } });
    grading.start();

    await grading.approve(pupil);
    const delivery = await grading.until(pupil, ({ state }) => state === 'held');

    expect(delivery.reason).toBe('token_refused');
  });

  test('is held when the course does not let us send, and goes when a launch says that it does', async () => {
    const platform = await grading.startLms('plain');
    const pupil = await grading.open(platform, 'teacher-1', { scopes: [] });
    grading.start();

    await grading.approve(pupil);
    const delivery = await grading.until(pupil, ({ state }) => state === 'held');
    await grading.open(platform, 'teacher-2');
    await grading.until(pupil, ({ state }) => state === 'accepted');

    expect(delivery.reason).toBe('scope_missing');
  });

  test.each(MODES)('is held when the column is gone from a %s platform', async (mode) => {
    const platform = await grading.startLms(mode);
    const pupil = await grading.open(platform, 'teacher-1');
    platform.demo.lms.gradebook.removeLineItem(platform.column().id);
    grading.start();

    await grading.approve(pupil);
    const delivery = await grading.until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'column_gone', filter: 'need_you' });
  });

  test('is held when the link has no column', async () => {
    const platform = await grading.startLms('plain', { withoutColumn: true });
    const pupil = await grading.open(platform, 'teacher-1');
    grading.start();

    await grading.approve(pupil);
    const delivery = await grading.until(pupil, ({ state }) => state === 'held');

    expect(delivery.reason).toBe('column_missing');
  });

  test.each(['plain', 'canvas', 'moodle'] as const)(
    'is held when a %s platform can not grade the person',
    async (mode) => {
      const platform = await grading.startLms(mode);
      const pupil = await grading.open(platform, 'reviewer');
      grading.start();

      await grading.approve(pupil);
      const delivery = await grading.until(pupil, ({ state }) => state === 'held');

      expect(delivery.reason).toBe('not_gradable');
      expect(delivery.lmsMessage ?? '').not.toContain('scoreGiven');
    },
  );

  test.each(['plain', 'canvas'] as const)(
    'is held when the course of a %s platform has ended',
    async (mode) => {
      const platform = await grading.startLms(mode);
      const pupil = await grading.open(platform, 'teacher-1');
      platform.demo.lms.courses.conclude(platform.courseId);
      grading.start();

      await grading.approve(pupil);
      const delivery = await grading.until(pupil, ({ state }) => state === 'held');

      expect(delivery.reason).toBe('course_ended');
    },
  );

  test('is held when Canvas allows no more attempts', async () => {
    const platform = await grading.startLms('canvas');
    const pupil = await grading.open(platform, 'teacher-1');
    platform.column().allowedAttempts = 0;
    grading.start();

    await grading.approve(pupil);
    const delivery = await grading.until(pupil, ({ state }) => state === 'held');

    expect(delivery.reason).toBe('attempts_used_up');
  });

  test.each(['moodle', 'canvas', 'plain'] as const)(
    'is held when a newer grade is there already (%s)',
    async (mode) => {
      const platform = await grading.startLms(mode);
      const pupil = await grading.open(platform, 'teacher-1');
      const grade = platform.demo.lms.gradebook.openGrade(platform.column().id, 'teacher-1');
      const later = new Date(Date.now() + 3600_000).toISOString();
      Object.assign(grade, { score: 4, given: { score: 4, maximum: 10 }, timestamp: later });
      grading.start();

      await grading.approve(pupil);
      const delivery = await grading.until(pupil, ({ state }) => state === 'held');

      expect(delivery).toMatchObject({ reason: 'newer_is_there', filter: 'changed', lmsValue: 4 });
    },
  );
});

describe('what a person changed in the LMS', () => {
  test.each(MODES)('is not overwritten by the next score (%s)', async (mode) => {
    const platform = await grading.startLms(mode);
    const pupil = await approveFirst(platform);
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', 8);

    await grading.approve(pupil, { approved: 2, all: 3 });
    const delivery = await grading.until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'changed_in_lms', lmsValue: 8, filter: 'changed' });
    expect(platform.gradeOf('teacher-1')?.score).toBe(8);
  });

  test.each(MODES)('is not filled again when it was cleared (%s)', async (mode) => {
    const platform = await grading.startLms(mode);
    const pupil = await approveFirst(platform);
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', null);

    await grading.approve(pupil, { approved: 2, all: 3 });
    const delivery = await grading.until(pupil, ({ state }) => state === 'held');

    expect(delivery.reason).toBe('cleared_in_lms');
    expect(platform.gradeOf('teacher-1')?.score).toBeNull();
  });

  test('is seen although Moodle answers 200', async () => {
    const platform = await grading.startLms('moodle');
    const pupil = await grading.open(platform, 'teacher-1');
    platform.demo.lms.gradebook.override(platform.column().id, 'teacher-1', 3);
    const grade = platform.gradeOf('teacher-1');
    if (grade) grade.timestamp = new Date(Date.now() - 60_000).toISOString();
    grading.start();

    await grading.approve(pupil);
    const delivery = await grading.until(pupil, ({ state }) => state === 'held');

    expect(delivery).toMatchObject({ reason: 'changed_in_lms', lmsValue: 3 });
    const outcomes = (await grading.historyOf(pupil)).map(({ kind, outcome }) => `${kind} ${outcome}`);
    expect(outcomes).toEqual(['score accepted', 'read_back held']);
  });

  test('counts as the same score when only the points of the column were changed', async () => {
    const platform = await grading.startLms('moodle');
    const pupil = await approveFirst(platform);
    platform.demo.lms.gradebook.rescale(platform.column().id, 20);

    await grading.approve(pupil, { approved: 3, all: 3 });
    const delivery = await grading.until(pupil, ({ sent }) => sent?.given === 9);
    const lines = await gradeLinesFor({ institutionId: grading.institutionId, personId: pupil.personId }, [
      pupil.enrolmentId,
    ]);

    expect(delivery.state).toBe('accepted');
    expect(platform.gradeOf('teacher-1')?.score).toBe(20);
    expect(lines.get(pupil.enrolmentId)).toMatchObject([{ lmsValue: 20, lmsMaximum: 20, scoreMaximum: 9 }]);
  });
});
