import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { PlatformStore } from '../../lti/platforms.ts';
import { parsePolicy } from '../../lti/policy.ts';
import type { AttemptDoc } from '../attempts/attempts.service.ts';
import {
  listAttempts,
  openEnrolment,
  progressOf,
  takeDecisionOrder,
  type OpenedEnrolment,
} from '../attempts/enrolments.service.ts';
import { ensureScoreTargets, type GradedLink } from '../grades/targets.service.ts';
import { findPlacement, getContextTitles, type PlacementDoc } from '../launches/courses.service.ts';
import { getPerson } from '../launches/people.service.ts';
import { findPathway, getModule } from '../pathways/pathways.service.ts';
import { findNewestApproval } from '../reviews/decisions.service.ts';

export interface OpeningDeps extends Deps {
  platforms: Pick<PlatformStore, 'getById'>;
}

const gone = (): AppError =>
  new AppError('LINK_GONE', 'This link shows nothing that is offered here any more.');

async function toGradedLink(
  deps: OpeningDeps,
  placement: PlacementDoc,
  titleShown: () => Promise<string>,
): Promise<GradedLink | null> {
  const { contextId, pathwayKey, moduleKey, resourceLinkId, institutionId, platformId } = placement;
  if (contextId === null || pathwayKey === null) return null;
  const [titles, platform] = await Promise.all([
    getContextTitles(institutionId, [contextId]),
    deps.platforms.getById(platformId),
  ]);
  const { lineItemUrl, lineItemsUrl, scopes } = placement;
  const policy = parsePolicy(placement.policy, moduleKey === null ? 'share' : 'approved');
  return {
    ...{ platformId, contextId, resourceLinkId, lineItemUrl, lineItemsUrl, scopes, pathwayKey, moduleKey },
    placementId: placement._id,
    // a link needs none (LTI 1.3 core §5.3.5), a column does
    title: placement.title ?? (await titleShown()),
    courseTitle: titles.get(contextId) ?? '',
    platformName: platform?.name ?? '',
    rule: policy.rule,
    points: policy.points,
  };
}

const approvedOf = (attempts: readonly AttemptDoc[]): AttemptDoc[] =>
  attempts.filter((attempt) => attempt.state === 'approved');

/** Ties the opened work to the grade column of the link, so that an approval finds where its score goes. */
async function tieToColumn(
  deps: OpeningDeps,
  session: LiveSession,
  placement: PlacementDoc,
  opened: OpenedEnrolment & { attempt: AttemptDoc | null; pathway: { title: string } },
): Promise<void> {
  const { enrolment, attempts, attempt, pathway } = opened;
  const link = await toGradedLink(deps, placement, async () =>
    attempt ? (await getModule(placement.institutionId, attempt.moduleId)).content.title : pathway.title,
  );
  if (!link) return;
  const { institutionId, personId } = session;
  const counted = attempt ? [attempt] : attempts;
  const [person, decided] = await Promise.all([
    getPerson(institutionId, personId),
    findNewestApproval(institutionId, approvedOf(counted)),
  ]);
  await ensureScoreTargets(deps, session, {
    link,
    sub: person.sub,
    subject: attempt ? { kind: 'attempt', id: attempt._id } : { kind: 'enrolment', id: enrolment._id },
    subjectIds: [enrolment._id, ...attempts.map((one) => one._id)],
    known: { progress: progressOf(counted), decided },
    async count(tx) {
      const { order } = await takeDecisionOrder(institutionId, enrolment._id, tx);
      const all = await listAttempts(institutionId, enrolment._id, tx);
      const now = attempt ? all.filter((one) => one._id === attempt._id) : all;
      return {
        progress: progressOf(now),
        decided: await findNewestApproval(institutionId, approvedOf(now), tx),
        order,
      };
    },
  });
}

/**
 * Opens what the launched link shows: finds or makes the caller's enrolment, and ties its work to the grade column of
 * this link. The browser names nothing; the launch did.
 *
 * @returns the attempt where the link shows one module, else null
 * @throws {AppError} PREVIEW_ONLY for who only designs or runs the course: no enrolment and no column come of a look; LINK_GONE
 *   when the link shows nothing that this institution offers
 */
export async function openLaunchedWork(
  deps: OpeningDeps,
  session: LiveSession,
): Promise<{ enrolmentId: string; attemptId: string | null }> {
  if (!session.takesPart)
    throw new AppError(
      'PREVIEW_ONLY',
      'You design or run this course, so you see a preview and are not enrolled.',
    );
  const placement = await findPlacement(session.institutionId, session.placementId);
  if (!placement?.pathwayKey) throw gone();
  const pathway = await findPathway(session.institutionId, placement.pathwayKey);
  if (!pathway?.versionId) throw gone();
  const opened = await openEnrolment(deps, session, placement.pathwayKey);
  const { moduleKey } = placement;
  const attempt =
    moduleKey === null ? null : opened.attempts.find((candidate) => candidate.moduleKey === moduleKey);
  if (attempt === undefined) throw gone();
  await tieToColumn(deps, session, placement, { ...opened, attempt, pathway });
  return { enrolmentId: opened.enrolment._id, attemptId: attempt?._id ?? null };
}
