import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FaultKind } from '../../demo-lms/state/switches.ts';
import { RosterMemberModel } from '../../server/features/rosters/roster.model.ts';
import { hasLeft, syncRoster, type RosterSource } from '../../server/features/rosters/rosters.service.ts';
import { PlatformModel } from '../../server/lti/platform.model.ts';
import { createLtiServices } from '../../server/lti/services.ts';
import { buildGrading, type Grading, type Platform, type Pupil } from '../support/grading.ts';
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

async function strike(kind: FaultKind, count: number): Promise<{ platform: Platform; pupil: Pupil }> {
  const platform = await grading.startLms('plain');
  platform.demo.lms.switches.set(kind, { scope: 'scores', count, ms: 11_000 });
  const pupil = await grading.open(platform, 'teacher-1');
  grading.start({ leaseMs: 45_000 });
  await grading.approve(pupil);
  return { platform, pupil };
}

describe('grades', () => {
  test('59: a 401 makes one new token, and the score arrives with it', async () => {
    const { platform, pupil } = await strike('unauthorized', 1);

    await grading.until(pupil, ({ state }) => state === 'accepted');

    expect(platform.demo.lms.requests.list('token')).toHaveLength(2);
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });

  test('59: a second 401 ends it, with the reason', async () => {
    const { platform, pupil } = await strike('unauthorized', 9);

    const head = await grading.until(pupil, ({ state }) => state === 'held');

    expect(head.reason).toBe('token_refused');
    expect(platform.demo.lms.requests.list('scores')).toHaveLength(2);
  });

  test.each([
    ['403 for too many calls', 'throttle'],
    ['429', 'tooMany'],
    ['500', 'error'],
    ['503', 'unavailable'],
    ['a page instead of an answer', 'notJson'],
    ['a line that is dropped', 'reset'],
  ] as const)('59: %s: the score comes again later', async (_case, kind) => {
    const { platform, pupil } = await strike(kind, 1);

    const waiting = await grading.until(pupil, ({ state }) => state === 'waiting');
    await grading.until(pupil, ({ state }) => state === 'accepted');

    expect(waiting.reason).toBe('lms_silent');
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });

  test('59: no answer in ten seconds: the score comes again, and is looked for first', async () => {
    const { platform, pupil } = await strike('slow', 1);

    const waiting = await grading.until(pupil, ({ state }) => state === 'waiting', 14_000);
    await grading.until(pupil, ({ state }) => state === 'accepted');

    expect(waiting).toMatchObject({ reason: 'lms_silent', mustRead: true });
    expect(platform.gradeOf('teacher-1')?.score).toBe(10);
  });

  test('59: 404 and 422 end it at once, each with its reason', async () => {
    const platform = await grading.startLms('plain');
    const gone = await grading.open(platform, 'teacher-1');
    const stranger = await grading.open(platform, 'reviewer');
    grading.start();

    await grading.approve(stranger);
    const refused = await grading.until(stranger, ({ state }) => state === 'held');
    platform.demo.lms.gradebook.removeLineItem(platform.column().id);
    await grading.approve(gone);
    const missing = await grading.until(gone, ({ state }) => state === 'held');

    expect([refused.reason, missing.reason]).toEqual(['not_gradable', 'column_gone']);
    expect(platform.demo.lms.requests.list('scores')).toHaveLength(2);
  });

  test.each(['plain', 'canvas', 'moodle'] as const)(
    '60: an older score that is tried again does not replace a newer one (%s)',
    async (mode) => {
      const platform = await grading.startLms(mode);
      platform.demo.lms.switches.set('unavailable', { scope: 'scores', count: 1 });
      const pupil = await grading.open(platform, 'teacher-1', { moduleKey: null, points: 10 });
      grading.start();

      await grading.approve(pupil, { approved: 1, all: 2 });
      await grading.until(pupil, ({ state }) => state === 'waiting');
      await grading.approve(pupil, { approved: 2, all: 2 });
      await grading.until(pupil, ({ state }) => state === 'accepted');

      expect(platform.gradeOf('teacher-1')?.score).toBe(10);
      expect(platform.scores().map((body) => body['scoreGiven'])).toEqual([5, 10]);
    },
  );
});

describe('the roster', () => {
  const service = () =>
    createLtiServices({ clock: deps.clock, keys: grading.keys, outbound: grading.outbound });

  /** A course whose roster has three pages. */
  async function openCourse(): Promise<{ platform: Platform; source: RosterSource }> {
    const platform = await grading.startLms('plain');
    const { lms } = platform.demo;
    lms.settings.set({ rosterPageSize: 3 });
    const registered = await PlatformModel.findById(platform.platformId).lean();
    if (!registered) throw new Error('the platform is not registered');
    const url = `${platform.demo.url}${lms.rules().rosterPath(platform.courseId, platform.tool.id)}`;
    const { institutionId } = grading;
    return { platform, source: { institutionId, contextId: platform.contextId, platform: registered, url } };
  }
  const membersOf = (source: RosterSource) =>
    RosterMemberModel.find({ institutionId: source.institutionId, contextId: source.contextId }).lean();

  test('61: is read over all its pages, and who is missing then is gone', async () => {
    const { platform, source } = await openCourse();

    const first = await syncRoster(service(), source);
    platform.demo.lms.unenrol(platform.courseId, 'teacher-1');
    const second = await syncRoster(service(), source);

    expect(first).toEqual({ complete: true, pages: 3, left: 0, problem: null });
    expect(second).toMatchObject({ complete: true, left: 1 });
    const sub = platform.demo.lms.subOf('teacher-1');
    expect(await hasLeft(source.institutionId, source.contextId, sub)).toBe(true);
    expect(await membersOf(source)).toHaveLength(7);
  });

  test('61: a 500 midway takes nobody out, and the next reading goes on from there', async () => {
    const { platform, source } = await openCourse();
    await syncRoster(service(), source);
    platform.demo.lms.unenrol(platform.courseId, 'teacher-1');
    platform.demo.lms.switches.set('rosterBroken', { scope: 'memberships', count: 1 });
    platform.demo.lms.requests.clear();

    const broken = await syncRoster(service(), source);
    const between = await membersOf(source);
    const resumed = await syncRoster(service(), source);
    const pages = platform.demo.lms.requests.list('memberships').map(({ url }) => url);
    const whole = await syncRoster(service(), source);

    expect(broken).toMatchObject({ complete: false, problem: 'lms_fault', left: 0 });
    expect(between.filter(({ state }) => state === 'left')).toHaveLength(0);
    // pages may have moved since the fault: only a reading in one go says who is gone
    expect(resumed).toMatchObject({ complete: true, left: 0 });
    expect(whole).toMatchObject({ complete: true, left: 1 });
    expect(pages.filter((url) => !url.includes('page='))).toHaveLength(1);
  });

  test('61: a next page that was read already stops the reading', async () => {
    const { platform, source } = await openCourse();
    platform.demo.lms.switches.set('rosterLoop', { scope: 'memberships' });

    const sync = await syncRoster(service(), source);

    expect(sync).toMatchObject({ complete: false, problem: 'loop' });
    expect(platform.demo.lms.requests.list('memberships').length).toBeLessThan(10);
  });

  test('61: a next page on another host is not asked for, and the token stays here', async () => {
    const { platform, source } = await openCourse();
    platform.demo.lms.switches.set('rosterCrossHost', { scope: 'memberships' });

    const sync = await syncRoster(service(), source);

    expect(sync).toMatchObject({ complete: false, problem: 'other_host' });
    expect(platform.demo.lms.requests.list('foreign-host')).toHaveLength(0);
  });

  test('a score for someone who has left the course says so', async () => {
    const { platform, source } = await openCourse();
    const pupil = await grading.open(platform, 'teacher-1');
    await syncRoster(service(), source);
    platform.demo.lms.unenrol(platform.courseId, 'teacher-1');
    await syncRoster(service(), source);
    grading.start();

    await grading.approve(pupil);
    const head = await grading.until(pupil, ({ state }) => state === 'held');

    expect(head.reason).toBe('person_left');
  });

  test('of one institution says nothing about another', async () => {
    const { source } = await openCourse();
    await syncRoster(service(), source);

    expect(await hasLeft(randomUUID(), source.contextId, '1')).toBe(false);
  });
});
