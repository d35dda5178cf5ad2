import type { Deps } from '../../deps.ts';
import type { ToolKeys } from '../../lti/keys.ts';
import type { Outbound } from '../../lti/outbound.ts';
import type { PlatformStore } from '../../lti/platforms.ts';
import { createAccessTokens } from '../../lti/token.ts';
import { listInstitutionIds } from '../institutions/institutions.service.ts';
import { eachRosterCourse, findRosterCourse, type RosterCourse } from '../launches/courses.service.ts';
import { RosterModel } from './roster.model.ts';
import { hasLeft, syncRoster, type RosterSync } from './rosters.service.ts';

export interface CourseRosterDeps extends Pick<Deps, 'clock' | 'log'> {
  platforms: Pick<PlatformStore, 'getById'>;
  keys: Pick<ToolKeys, 'signingKey'>;
  outbound: Pick<Outbound, 'request'>;
}

const FRESH_MS = 3600_000;
/** Less than a day: the job's turns are a day apart from beginning to beginning, and a course may come late in one. */
const DAILY_MS = 20 * 3600_000;

/** Reads the roster of a course that has one; null where its platform is gone or switched off. */
async function syncCourse(
  deps: CourseRosterDeps,
  institutionId: string,
  course: RosterCourse,
): Promise<RosterSync | null> {
  const platform = await deps.platforms.getById(course.platformId);
  if (platform?.state !== 'active') return null;
  const { clock, keys, outbound } = deps;
  const tokens = createAccessTokens({ clock, keys, outbound });
  const { contextId, membershipsUrl: url } = course;
  const sync = await syncRoster(
    { clock, outbound, tokens, now: () => clock.now().getTime() },
    { institutionId, contextId, platform, url },
  );
  const { skipped } = sync;
  if (skipped)
    deps.log.warn({ contextId, skipped }, 'members of a roster had no usable id and were left out');
  return sync;
}

/** By the database's clock, which wrote the time, too. */
async function isOlder(course: { institutionId: string; contextId: string }, ms: number): Promise<boolean> {
  const isFresh = { $gt: ['$completedAt', { $subtract: ['$$NOW', ms] }] };
  return (await RosterModel.exists({ ...course, $expr: isFresh })) === null;
}

/**
 * Says whether a person has left a course, by a roster that is at most an hour old. Asked when an LMS refuses a score for
 * that person, which is rare; a roster that can't be read says nothing.
 */
export async function hasLeftCourse(
  deps: CourseRosterDeps,
  institutionId: string,
  who: { contextId: string; sub: string },
): Promise<boolean> {
  const { contextId, sub } = who;
  const course = await findRosterCourse(institutionId, contextId);
  if (course && (await isOlder({ institutionId, contextId }, FRESH_MS))) {
    await syncCourse(deps, institutionId, course);
  }
  return hasLeft(institutionId, contextId, sub);
}

/**
 * Reads every course's roster that is older than a day, one after the other. Returns how many came to their end.
 *
 * @param which.institutionIds  of these only
 * @param which.olderThanMs  0: all of them, however fresh
 * @param which.stopping  when aborted, the courses that are left are not read
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
