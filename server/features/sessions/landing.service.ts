import type { Deps } from '../../deps.ts';
import { frameAncestors, platformOrigins } from '../../lti/frames.ts';
import type { Launch } from '../../lti/launchVerification.ts';
import type { LandLaunch } from '../../lti/launch.ts';
import { LaunchRefused } from '../../lti/launchRefused.ts';
import { giveResumeCookie } from './resumeCookie.service.ts';
import { openSession, sessionOfLoginPart, type SessionFacts } from './launchSessions.service.ts';
import type { SessionFrame } from './sessions.service.ts';
import { findPersonBySub } from '../launches/people.service.ts';
import { recordLaunch, type RecordedLaunch } from '../launches/launches.service.ts';

function toFrame({ platform, claims, login }: Launch): SessionFrame {
  const { returnUrl, documentTarget, deepLinking } = claims;
  const ancestors = frameAncestors(platform, returnUrl);
  return {
    origins: platformOrigins(platform, returnUrl),
    ancestors,
    formTargets: deepLinking ? [...new Set([...ancestors, new URL(deepLinking.returnUrl).origin])] : [],
    storageTarget: login.storageTarget,
    returnUrl,
    documentTarget,
  };
}

/** The person that a review launch asks for; null if that person was never here. */
async function findReviewed({ deployment, platform, claims }: Launch): Promise<string | null> {
  if (claims.reviewOfSub === null) return null;
  const { institutionId } = deployment;
  const person = await findPersonBySub({ institutionId, platformId: platform._id, sub: claims.reviewOfSub });
  return person?._id ?? null;
}

function toSessionFacts(
  launch: Launch,
  recorded: RecordedLaunch,
  reviewOfPersonId: string | null,
): SessionFacts {
  const { platform, deployment, claims, roles } = launch;
  return {
    institutionId: deployment.institutionId,
    ...recorded,
    platformId: platform._id,
    deploymentId: deployment._id,
    launchRoles: roles.granted,
    isCourseInstructor: roles.isCourseInstructor,
    isLearner: roles.contextRoles.includes('Learner') && !roles.isCourseInstructor,
    practice: roles.practice,
    family: platform.family,
    locale: claims.locale,
    messageType: claims.messageType,
    reviewOfPersonId,
    frame: toFrame(launch),
    deepLinking: claims.deepLinking,
  };
}

/**
 * Lands a verified launch: stores what is new about person, course, link and membership, and opens a session. Two database
 * commands if nothing is new.
 *
 * It throws {LaunchRefused} DEPLOYMENT_DISABLED for a deployment or platform that was disabled after the launch was verified.
 */
export function createLaunchLander(deps: Pick<Deps, 'clock' | 'sealer'>): LandLaunch {
  return async (launch, { cookies, credential }) => {
    const loginId = launch.login.id;
    const session = sessionOfLoginPart(launch.deployment.institutionId, loginId);
    const recorded = await recordLaunch(deps, launch, session);
    if (!recorded) {
      const { platform, claims } = launch;
      const place = { platform, returnUrl: claims.returnUrl };
      throw new LaunchRefused('SWITCHED_OFF_JUST_NOW', place);
    }
    const facts = toSessionFacts(launch, recorded, await findReviewed(launch));
    const { key, resume, grant } = await openSession(deps, facts, { loginId, credential });
    return {
      path: `/app/${key}/`,
      key,
      grant,
      frame: facts.frame,
      cookies: giveResumeCookie(key, resume, cookies),
    };
  };
}
