import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PathwayContent } from '../../contract/pathways.ts';
import { documentOf } from '../../contract/richText.ts';
import type { Role } from '../../contract/common.ts';
import type { Deps } from '../../server/deps.ts';
import type { LiveSession } from '../../server/http/liveSession.ts';
import { Rights } from '../../server/http/rights.ts';
import { ensureInstitution } from '../../server/features/institutions/institutions.service.ts';
import { publishPathway } from '../../server/features/catalog/catalog.service.ts';

/** The sample pathway as it ships. */
export const SAMPLE = PathwayContent.parse(
  JSON.parse(
    readFileSync(
      new URL('../../content/pathways/assessment-technology/pathway.json', import.meta.url),
      'utf8',
    ),
  ),
);

/** An institution that offers the sample pathway. */
export async function buildInstitution(
  deps: Pick<Deps, 'clock'>,
  name = `District ${randomUUID().slice(0, 6)}`,
): Promise<{ institutionId: string; pathwayKey: string }> {
  const institution = await ensureInstitution(deps, name);
  await publishPathway(deps, institution._id, SAMPLE);
  return { institutionId: institution._id, pathwayKey: SAMPLE.key };
}

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

/** What a client sends to save a text for the first time. */
export function firstDraft(text: string): { draftId: string; baseRevision: number; document: unknown } {
  return { draftId: randomUUID(), baseRevision: 0, document: documentOf(text) };
}
