import {
  part,
  readBehind,
  readTogether,
  type Found,
  type ReadPart,
  type ReadParts,
} from '../../combinedRead.ts';
import type { Deps } from '../../deps.ts';
import type { Caller } from '../../http/callers.ts';
import type { LiveSession, SessionIds } from '../../http/liveSession.ts';
import { Rights } from '../../http/rights.ts';
import { admissionLookup } from '../../lti/admission.ts';
import { assignmentsLookup, toGrants, type AssignmentDoc } from '../assignments/assignments.service.ts';
import type { KnownBearers } from './knownBearers.ts';
import { SessionModel, type SessionDoc } from './session.model.ts';
import { isLive, touchSession } from './sessions.service.ts';
import { institutionOfBearer } from './sessionTokens.ts';
import { lookUp, type LookUpDeps } from './tokenLookUp.ts';

type ClockDeps = Pick<Deps, 'clock'>;

/** Needed only by the frame, a deep linking reply or a grant: most requests need none of it. */
const NOT_NEEDED = { frame: 0, deepLinking: 0, bearerHashes: 0, resumeHash: 0, code: 0 } as const;

/** A stored session with what it depends on, in its current state. */
interface Live extends Omit<SessionDoc, keyof typeof NOT_NEEDED> {
  assignments: Pick<AssignmentDoc, 'role' | 'contextId'>[];
  /** Empty once its deployment or platform is disabled. */
  admission: unknown[];
}

/** Launch roles and assignments together. A practice person gets no rights beyond the launch. */
function rightsOf({ launchRoles, contextId, practice, assignments }: Live): Rights {
  const launch = launchRoles.map((role) => ({ role, where: { contextId } }));
  return new Rights([...launch, ...(practice ? [] : toGrants(assignments))]);
}

/** People who came to design or run the course, and neither learn nor teach in it, do none of its work. */
function takesPart({ isLearner, isCourseInstructor, launchRoles }: Live): boolean {
  return isLearner || isCourseInstructor || !launchRoles.includes('designer');
}

function toIds({ _id: id, ...live }: Live): SessionIds {
  const { institutionId, personId, platformId, deploymentId, contextId, placementId } = live;
  return { id, institutionId, personId, platformId, deploymentId, contextId, placementId };
}

function toLiveSession(live: Live): LiveSession {
  const { isCourseInstructor, practice, family, locale, reviewOfPersonId, expiresAt } = live;
  return {
    ...toIds(live),
    rights: rightsOf(live),
    takesPart: takesPart(live),
    isCourseInstructor,
    practice,
    family,
    locale,
    reviewOfPersonId,
    expiresAt,
  };
}

/** A session is alive only while its deployment and platform are enabled, whatever a process has in memory; `liveOf` decides. */
function livePart(
  { clock }: ClockDeps,
  which: { institutionId: string } & ({ _id: string } | { bearerHashes: string }),
): ReadPart<Live> {
  const { institutionId } = which;
  return part(SessionModel, { ...which, ...isLive(clock.now()) }, [
    { $limit: 1 },
    { $project: NOT_NEEDED },
    admissionLookup(institutionId),
    assignmentsLookup(institutionId),
  ]);
}

const liveOf = ([doc]: readonly Live[]): Live | null => (doc && doc.admission.length > 0 ? doc : null);

interface BearerDeps extends LookUpDeps {
  knownBearers: KnownBearers;
}

interface LiveCaller<P extends ReadParts> {
  live: Live;
  found: Found<P>;
}

/** Finds the owner of a bearer that this process has not seen before, and then what belongs to them. */
async function findFirst<P extends ReadParts>(
  deps: BearerDeps,
  which: { institutionId: string; bearerHashes: string },
  reads: (who: SessionIds) => P,
): Promise<LiveCaller<P> | null> {
  const { doc } = await readTogether({ doc: livePart(deps, which) });
  const live = liveOf(doc);
  if (!live) return null;
  const ids = toIds(live);
  deps.knownBearers.note(which.bearerHashes, ids);
  const parts = reads(ids);
  const found = Object.keys(parts).length > 0 ? await readTogether(parts) : ({} as Found<P>);
  return { live, found };
}

/** In one command. */
async function findAgain<P extends ReadParts>(
  deps: BearerDeps,
  which: { institutionId: string; bearerHashes: string },
  parts: P,
): Promise<LiveCaller<P> | null> {
  const { front, found } = await readBehind(livePart(deps, which), parts);
  const live = liveOf(front);
  if (live) return { live, found };
  deps.knownBearers.forget(which.bearerHashes);
  return null;
}

/**
 * The live session of a bearer, and what is read together with it; null if it is not alive, and then none of that is passed on.
 * One command, once this process knows the owner of the bearer. Use extends the session, which is written at most once in five
 * minutes.
 */
export async function findCallerByBearer<P extends ReadParts>(
  deps: BearerDeps,
  bearer: string,
  reads: (who: SessionIds) => P,
): Promise<Caller<P> | null> {
  const institutionId = institutionOfBearer(deps.sealer, bearer);
  if (institutionId === null) return null;
  const caller = await lookUp(deps, bearer, (bearerHashes) => {
    const which = { institutionId, bearerHashes };
    const known = deps.knownBearers.get(bearerHashes);
    return known ? findAgain(deps, which, reads(known)) : findFirst(deps, which, reads);
  });
  if (!caller) return null;
  const expiresAt = await touchSession(deps, caller.live);
  return { session: toLiveSession({ ...caller.live, expiresAt }), found: caller.found };
}

/** A live session by its id, or null: for things created for that session alone, such as a link to a file. */
export async function findLiveSession(
  deps: ClockDeps,
  institutionId: string,
  sessionId: string,
): Promise<LiveSession | null> {
  const { doc } = await readTogether({ doc: livePart(deps, { institutionId, _id: sessionId }) });
  const live = liveOf(doc);
  return live && toLiveSession(live);
}
