import { randomUUID } from 'node:crypto';
import type { Role } from '../../contract/common.ts';
import type { LiveSession } from '../../server/http/liveSession.ts';
import { Rights } from '../../server/http/rights.ts';

/**
 * A live session as a launch leaves it: of a learner in a course of their own unless specified otherwise.
 *
 * @param overrides.roles  instead of the launch's: by assignment, in the whole institution
 */
export function buildSession(
  institutionId: string,
  { roles, ...overrides }: Partial<LiveSession> & { roles?: Iterable<Role> } = {},
): LiveSession {
  const launched: Role[] = overrides.isCourseInstructor
    ? ['participant', 'reviewer', 'designer']
    : ['participant'];
  const { contextId = randomUUID() } = overrides;
  return {
    id: randomUUID(),
    institutionId,
    personId: randomUUID(),
    platformId: randomUUID(),
    deploymentId: '1',
    contextId,
    placementId: null,
    rights: new Rights(
      roles
        ? [...roles].map((role) => ({ role, where: 'institution' as const }))
        : launched.map((role) => ({ role, where: { contextId } })),
    ),
    isCourseInstructor: false,
    takesPart: true,
    practice: false,
    family: 'other',
    locale: 'en',
    reviewOfPersonId: null,
    expiresAt: new Date(Date.now() + 3600_000),
    ...overrides,
  };
}
