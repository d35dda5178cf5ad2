import type { Deps } from '../../deps.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { Rights } from '../../http/rights.ts';
import { admissionLookup } from '../../lti/admission.ts';
import { assignmentsLookup, toGrants, type AssignmentDoc } from '../assignments/assignments.service.ts';
import { SessionModel, type SessionDoc } from './session.model.ts';
import { isLive, touchSession } from './sessions.service.ts';
import { institutionOfBearer } from './sessionTokens.ts';
import { lookUp, type LookUpDeps } from './tokenLookUp.ts';

type ClockDeps = Pick<Deps, 'clock'>;

/** A stored session with what it depends on, as that stands at this moment. */
interface Found extends SessionDoc {
  assignments: Pick<AssignmentDoc, 'role' | 'contextId'>[];
  /** Empty once its deployment or platform is switched off. */
  admission: unknown[];
}

/** Launch roles and own assignments together. A practice person gets no rights beyond the launch. */
function rightsOf({ launchRoles, contextId, practice, assignments }: Found): Rights {
  const launch = launchRoles.map((role) => ({ role, where: { contextId } }));
  return new Rights([...launch, ...(practice ? [] : toGrants(assignments))]);
}

/** Who came to design or run the course, and neither learns nor teaches in it, does none of its work. */
function takesPart({ isLearner, isCourseInstructor, launchRoles }: SessionDoc): boolean {
  return isLearner || isCourseInstructor || !launchRoles.includes('designer');
}

function toLiveSession(found: Found): LiveSession {
  const { _id, institutionId, personId, platformId, deploymentId, contextId, placementId } = found;
  const { isCourseInstructor, practice, family, locale, reviewOfPersonId, expiresAt } = found;
  return {
    id: _id,
    institutionId,
    personId,
    platformId,
    deploymentId,
    contextId,
    placementId,
    rights: rightsOf(found),
    takesPart: takesPart(found),
    isCourseInstructor,
    practice,
    family,
    locale,
    reviewOfPersonId,
    expiresAt,
  };
}

/** One command: a session lives only while its deployment and platform are on, whatever any process has in memory. */
async function findLive(
  { clock }: ClockDeps,
  which: { institutionId: string } & ({ _id: string } | { bearerHashes: string }),
): Promise<Found | null> {
  const { institutionId } = which;
  const [found] = await SessionModel.aggregate<Found>([
    { $match: { ...which, ...isLive(clock.now()) } },
    { $limit: 1 },
    admissionLookup(institutionId),
    assignmentsLookup(institutionId),
  ]);
  return found && found.admission.length > 0 ? found : null;
}

/** The live session of a bearer, or null; its time slides, written at most once in five minutes. */
export async function findSessionByBearer(deps: LookUpDeps, bearer: string): Promise<LiveSession | null> {
  const institutionId = institutionOfBearer(deps.sealer, bearer);
  if (institutionId === null) return null;
  const found = await lookUp(deps, bearer, (bearerHashes) => findLive(deps, { institutionId, bearerHashes }));
  return found && toLiveSession({ ...found, expiresAt: await touchSession(deps, found) });
}

/** A live session by its id, or null: for what was made for that session alone, as a link to a file is. */
export async function findLiveSession(
  deps: ClockDeps,
  institutionId: string,
  sessionId: string,
): Promise<LiveSession | null> {
  const found = await findLive(deps, { institutionId, _id: sessionId });
  return found && toLiveSession(found);
}
