import type { Deps } from '../../deps.ts';
import type { PlatformStore } from '../../lti/platforms.ts';
import type { ServiceDeps } from '../../lti/serviceCall.ts';
import { listInstitutionIds } from '../institutions/institutions.service.ts';
import {
  eachRosterCourse,
  findRosterCourse,
  isLearnerIn,
  type RosterCourse,
} from '../launches/courses.service.ts';
import { RosterModel } from './roster.model.ts';
import {
  findReturned,
  recordLeft,
  markCompared,
  rosterStatusOf,
  syncRoster,
  type RosterSync,
  type RosterStatus,
} from './rosters.service.ts';

export interface CourseRosterDeps extends Pick<Deps, 'clock' | 'log'> {
  platforms: Pick<PlatformStore, 'getById'>;
  services: ServiceDeps;
  /** Called with the people whom reads of a course saw again after they had left: after each read, until it succeeds. */
  onReturned(
    course: { institutionId: string; contextId: string; platformId: string },
    subs: string[],
  ): Promise<void>;
}

const FRESH_MS = 60_000;
/** Less than a day: the job's runs start a day apart, and a course may come late in one. */
const DAILY_MS = 20 * 3600_000;

/** Reads the roster of a course that has one; null if its platform is gone or disabled. */
async function syncCourse(
  deps: CourseRosterDeps,
  institutionId: string,
  course: RosterCourse,
): Promise<RosterSync | null> {
  const platform = await deps.platforms.getById(course.platformId);
  if (platform?.state !== 'active') return null;
  const { contextId, membershipsUrl: url } = course;
  const sync = await syncRoster(deps.services, { institutionId, contextId, platform, url });
  const { skipped } = sync;
  if (skipped) deps.log.warn({ contextId, skipped }, 'members of a roster had no usable id and were ignored');
  await notifyReturned(deps, institutionId, course);
  return sync;
}

async function notifyReturned(
  deps: CourseRosterDeps,
  institutionId: string,
  { contextId, platformId }: RosterCourse,
): Promise<void> {
  const subs = await findReturned(institutionId, contextId);
  if (subs.length === 0) return;
  await deps.onReturned({ institutionId, contextId, platformId }, subs);
  await markCompared(institutionId, contextId, subs);
}

/** By the database's clock, which wrote the time, too. */
async function isOlder(
  course: { institutionId: string; contextId: string },
  ms: number,
  what: 'completedAt' | 'wholeAt' = 'completedAt',
): Promise<boolean> {
  const isFresh = { $gt: [`$${what}`, { $subtract: ['$$NOW', ms] }] };
  return (await RosterModel.exists({ ...course, $expr: isFresh })) === null;
}

/** One read of a course at a time in this process: whoever asks meanwhile waits for it. */
const running = new Map<string, Promise<void>>();

async function readNow(deps: CourseRosterDeps, institutionId: string, course: RosterCourse): Promise<void> {
  const first = await syncCourse(deps, institutionId, course);
  // it continued where a broken one had stopped, so it does not say who has left
  if (first?.complete && first.resumed) await syncCourse(deps, institutionId, course);
}

async function readTogether(...asked: Parameters<typeof readNow>): Promise<void> {
  const [, institutionId, { contextId }] = asked;
  const key = `${institutionId} ${contextId}`;
  const reading = running.get(key) ?? readNow(...asked).finally(() => running.delete(key));
  running.set(key, reading);
  await reading;
}

/**
 * What is known about a person in a course, from a roster that is at most a minute old if it can be read. Needed only if an LMS
 * refuses a score for them, or has lost one, which is rare. Somebody who launched as a learner, but whom no complete roster has
 * ever named, has left.
 */
export async function rosterStatusInCourse(
  deps: CourseRosterDeps,
  institutionId: string,
  who: { contextId: string; sub: string; personId: string },
): Promise<RosterStatus> {
  const { contextId, personId } = who;
  const course = await findRosterCourse(institutionId, contextId);
  if (!course) return rosterStatusOf(institutionId, who);
  const which = { institutionId, contextId };
  if (await isOlder(which, FRESH_MS)) await readTogether(deps, institutionId, course);
  const standing = await rosterStatusOf(institutionId, who);
  if (standing !== 'unknown' || (await isOlder(which, FRESH_MS, 'wholeAt'))) return standing;
  if (!(await isLearnerIn(institutionId, contextId, personId))) return 'unknown';
  await recordLeft(deps, institutionId, who);
  return 'left';
}

/**
 * Reads every course's roster that is older than a day, one after the other. Returns how many were read completely.
 *
 * @param which.institutionIds  only these
 * @param which.olderThanMs  0: all of them, however recent
 * @param which.stopping  when aborted, the remaining courses are not read
 */
export async function syncAllRosters(
  deps: CourseRosterDeps,
  which: { institutionIds?: readonly string[]; olderThanMs?: number; stopping?: AbortSignal } = {},
): Promise<number> {
  const { olderThanMs = DAILY_MS } = which;
  let complete = 0;
  for (const institutionId of which.institutionIds ?? (await listInstitutionIds())) {
    for await (const course of eachRosterCourse(institutionId)) {
      if (which.stopping?.aborted) return complete;
      const { contextId } = course;
      if (olderThanMs > 0 && !(await isOlder({ institutionId, contextId }, olderThanMs))) continue;
      try {
        if ((await syncCourse(deps, institutionId, course))?.complete) complete += 1;
      } catch (error) {
        deps.log.warn({ err: error, contextId }, 'a roster could not be read');
      }
    }
  }
  return complete;
}
