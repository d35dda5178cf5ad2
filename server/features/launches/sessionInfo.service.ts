import type { Hat } from '../../../contract/common.ts';
import { WEEKLY_MINUTES_SUGGESTED, type SessionInfo, type Shows } from '../../../contract/session.ts';
import type { Deps } from '../../deps.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { AGS_SCOPE } from '../../lti/claimNames.ts';
import { getInstitution } from '../institutions/institutions.service.ts';
import { getSessionDoc, type SessionDoc } from '../sessions/sessions.service.ts';
import { findPlacement, getContextTitles, type PlacementDoc } from './courses.service.ts';
import { displayNameOf, getPerson, noteSeen, type PersonDoc } from './people.service.ts';

export interface SessionInfoDeps extends Pick<Deps, 'clock'> {
  /** True when the institution offers that pathway, and the module is one of it: of the feature that publishes them. */
  isOffered(institutionId: string, pathwayKey: string, moduleKey: string | null): Promise<boolean>;
}

async function toShows(
  deps: SessionInfoDeps,
  doc: SessionDoc,
  placement: PlacementDoc | null,
): Promise<Shows> {
  if (doc.messageType === 'LtiDeepLinkingRequest') return { kind: 'picker' };
  if (!placement?.pathwayKey) return { kind: 'home' };
  const { pathwayKey, moduleKey } = placement;
  if (doc.messageType === 'LtiSubmissionReviewRequest') return { kind: 'submissions', pathwayKey, moduleKey };
  if (!(await deps.isOffered(doc.institutionId, pathwayKey, moduleKey))) return { kind: 'gone' };
  return moduleKey === null ? { kind: 'pathway', pathwayKey } : { kind: 'module', pathwayKey, moduleKey };
}

function toGrading(doc: SessionDoc, placement: PlacementDoc | null): SessionInfo['grading'] {
  if (doc.practice) return 'practice';
  // a gradebook is a course's
  if (doc.contextId === null) return 'off';
  if (!placement?.scopes.includes(AGS_SCOPE.score)) return 'off';
  // without a column of its own one can be found or made only where line items may be
  if (!placement.lineItemUrl && !placement.scopes.includes(AGS_SCOPE.lineItem)) return 'off';
  return doc.isCourseInstructor ? 'not_gradable' : 'on';
}

/** The hat to begin with: what the launch is for, else reviewing for the course's instructor, else the work itself or its preview. */
function startsAs(doc: SessionDoc, hats: readonly Hat[], takesPart: boolean): Hat {
  const learns: Hat[] = takesPart ? ['participant', 'reviewer'] : ['designer', 'reviewer'];
  const own: Hat[] = doc.isCourseInstructor ? ['reviewer', 'participant'] : learns;
  const order: Record<SessionDoc['messageType'], Hat[]> = {
    LtiDeepLinkingRequest: ['designer'],
    LtiSubmissionReviewRequest: ['reviewer', 'participant'],
    LtiResourceLinkRequest: [...own, 'designer', 'admin'],
  };
  return order[doc.messageType].find((hat) => hats.includes(hat)) ?? hats[0] ?? 'participant';
}

function toPerson(person: PersonDoc): SessionInfo['person'] {
  return {
    id: person._id,
    displayName: displayNameOf(person),
    hasName: person.name !== null,
    hasEmail: person.email !== null,
    agreed: person.agreedAt !== null,
    weeklyMinutes: person.weeklyMinutes ?? WEEKLY_MINUTES_SUGGESTED,
  };
}

/** Who is calling, from which course, what the link shows, and what the client needs to know of the LMS around it. */
export async function getSessionInfo(deps: SessionInfoDeps, session: LiveSession): Promise<SessionInfo> {
  const { institutionId, personId, contextId } = session;
  const [doc, person, titles, placement, institution] = await Promise.all([
    getSessionDoc(session),
    getPerson(institutionId, personId),
    getContextTitles(institutionId, contextId === null ? [] : [contextId]),
    findPlacement(institutionId, session.placementId),
    getInstitution(institutionId),
  ]);
  await noteSeen(deps, person);
  const { family, origins, storageTarget, returnUrl, documentTarget } = { family: doc.family, ...doc.frame };
  return {
    id: doc._id,
    key: doc.key,
    institution: { id: institution._id, name: institution.name, zone: institution.zone },
    person: toPerson(person),
    course: contextId === null ? null : { id: contextId, title: titles.get(contextId) ?? '' },
    hats: session.rights.hats,
    takesPart: session.takesPart,
    startsAs: startsAs(doc, session.rights.hats, session.takesPart),
    shows: await toShows(deps, doc, placement),
    grading: toGrading(doc, placement),
    practice: doc.practice,
    locale: doc.locale,
    frame: { family, origins, storageTarget, returnUrl, documentTarget },
    expiresAt: session.expiresAt.toISOString(),
    endsAt: doc.endsAt.toISOString(),
  };
}
