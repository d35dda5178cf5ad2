import type { Role } from '../../../contract/common.ts';
import { readEmbedHosts } from '../../../contract/embeds.ts';
import type { SessionInfo, Shows } from '../../../contract/sessions.ts';
import type { Deps } from '../../deps.ts';
import { notFound } from '../../errors.ts';
import type { LiveSession, SessionIds } from '../../http/liveSession.ts';
import { AGS_SCOPE } from '../../lti/claimNames.ts';
import type { Found } from '../../combinedRead.ts';
import { institutionPart } from '../institutions/institutions.service.ts';
import { settingsOf } from '../institutions/settings.service.ts';
import { isOffered, pathwayJoin, wasOffered, type PathwayDoc } from '../catalog/catalog.service.ts';
import { launchPart, requireSession, type LaunchOfSession } from './sessions.service.ts';
import { coursePart, placementPart, titleOf, type PlacementDoc } from '../launches/courses.service.ts';
import {
  displayNameOf,
  recordSeen,
  personPart,
  weeklyMinutesOf,
  type PersonDoc,
} from '../launches/people.service.ts';

/** What the launched link shows, as far as it is offered. */
type Link = PlacementDoc & { pathway: PathwayDoc[] };

/** People who take part may be on an earlier version, which has what the newest one lacks: opening the link tells. */
async function isToBeShown({ institutionId, moduleKey, pathway: [pathway] }: Link, takesPart: boolean) {
  if (await isOffered(pathway, moduleKey)) return true;
  if (!takesPart || !pathway || moduleKey === null) return false;
  return wasOffered(institutionId, pathway.key, moduleKey);
}

async function toShows(
  doc: LaunchOfSession,
  placement: Link | undefined,
  takesPart: boolean,
): Promise<Shows> {
  if (doc.messageType === 'LtiDeepLinkingRequest') return { kind: 'picker' };
  if (!placement?.pathwayKey) return { kind: 'home' };
  const { pathwayKey, moduleKey } = placement;
  if (doc.messageType === 'LtiSubmissionReviewRequest') return { kind: 'submissions', pathwayKey, moduleKey };
  if (!(await isToBeShown(placement, takesPart))) return { kind: 'gone' };
  return moduleKey === null ? { kind: 'pathway', pathwayKey } : { kind: 'module', pathwayKey, moduleKey };
}

function toGrading(doc: LaunchOfSession, placement: PlacementDoc | undefined): SessionInfo['grading'] {
  if (doc.practice) return 'practice';
  // a gradebook belongs to a course
  if (doc.contextId === null) return 'off';
  if (!placement?.scopes.includes(AGS_SCOPE.score)) return 'off';
  // without its own column, one can be found or created only if line items are allowed
  if (!placement.lineItemUrl && !placement.scopes.includes(AGS_SCOPE.lineItem)) return 'off';
  return doc.isCourseInstructor ? 'not_gradable' : 'on';
}

/**
 * The role to start with: what the launch is for, otherwise reviewing for the course's instructor, otherwise the work itself or
 * its preview.
 */
function startsAs(doc: LaunchOfSession, roles: readonly Role[], takesPart: boolean): Role {
  const learns: Role[] = takesPart ? ['participant', 'reviewer'] : ['designer', 'reviewer'];
  const own: Role[] = doc.isCourseInstructor ? ['reviewer', 'participant'] : learns;
  const order: Record<LaunchOfSession['messageType'], Role[]> = {
    LtiDeepLinkingRequest: ['designer'],
    LtiSubmissionReviewRequest: ['reviewer', 'participant'],
    LtiResourceLinkRequest: [...own, 'designer', 'admin'],
  };
  return order[doc.messageType].find((role) => roles.includes(role)) ?? roles[0] ?? 'participant';
}

function toPerson(person: PersonDoc): SessionInfo['person'] {
  return {
    id: person._id,
    displayName: displayNameOf(person),
    hasName: person.name !== null,
    hasEmail: person.email !== null,
    agreed: person.agreedAt !== null,
    weeklyMinutes: weeklyMinutesOf(person),
  };
}

/** Everything needed besides the live session; `toSessionInfo` builds the response from it. */
export function sessionInfoParts(who: SessionIds) {
  const { institutionId } = who;
  return {
    launch: launchPart(who),
    person: personPart(who),
    course: coursePart(who),
    placement: placementPart<Pick<Link, 'pathway'>>(who, [pathwayJoin(institutionId, 'pathwayKey')]),
    institution: institutionPart(institutionId),
  };
}
type InfoFound = Found<ReturnType<typeof sessionInfoParts>>;

function requireFound(found: InfoFound) {
  const [person] = found.person;
  if (!person) throw notFound('This person');
  const [institution] = found.institution;
  if (!institution) throw notFound('This institution');
  const [course] = found.course;
  const [placement] = found.placement;
  return { doc: requireSession(found.launch[0]), person, course, placement, institution };
}

/** Who is calling, from which course, what the link shows, and what the client needs to know about the LMS around it. */
export async function toSessionInfo(
  deps: Pick<Deps, 'clock' | 'log'>,
  session: LiveSession,
  found: InfoFound,
): Promise<SessionInfo> {
  const { contextId } = session;
  const { doc, person, course, placement, institution } = requireFound(found);
  await recordSeen(deps, person);
  const { zone, embedHosts } = settingsOf(deps, institution);
  const { _id: id, name } = institution;
  const { family, origins, storageTarget, returnUrl, documentTarget } = { family: doc.family, ...doc.frame };
  return {
    id: doc._id,
    key: doc.key,
    institution: { id, name, zone, embedHosts: readEmbedHosts(embedHosts ?? '') ?? [] },
    person: toPerson(person),
    course: contextId === null ? null : { id: contextId, title: titleOf(course) },
    roles: session.rights.roles,
    takesPart: session.takesPart,
    startsAs: startsAs(doc, session.rights.roles, session.takesPart),
    shows: await toShows(doc, placement, session.takesPart),
    grading: toGrading(doc, placement),
    practice: doc.practice,
    locale: doc.locale,
    frame: { family, origins, storageTarget, returnUrl, documentTarget },
    expiresAt: session.expiresAt.toISOString(),
    endsAt: doc.endsAt.toISOString(),
  };
}
