import type { ClientSession, PipelineStage } from 'mongoose';
import type { NotInVersion } from '../../../contract/versions.ts';
import { readTogether, type Found } from '../../combinedRead.ts';
import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession, SessionIds } from '../../http/liveSession.ts';
import type { PlatformStore } from '../../lti/platforms.ts';
import { parsePolicy } from '../../lti/policy.ts';
import type { AttemptDoc } from '../enrolments/attempts.service.ts';
import {
  completeWork,
  foundWorkJoins,
  listAttempts,
  takeDecisionOrder,
  type EnrolmentDoc,
  type FoundWork,
} from '../enrolments/enrolments.service.ts';
import {
  getRuleFacts,
  progressOf,
  progressOfModule,
  toCompletionFacts,
} from '../enrolments/ruleFacts.service.ts';
import {
  columnPart,
  lanePart,
  listRecordedIn,
  targetsJoin,
  type KnownGrading,
} from '../grades/columns/gradeOpening.service.ts';
import { ensureScoreTargets, joinBeforeWork, type GradedLink } from '../grades/columns/targets.service.ts';
import { wakeLanesOf, type Decided } from '../grades/grades.service.ts';
import { coursePart, placementPart, titleOf, type PlacementDoc } from '../launches/courses.service.ts';
import { personPart } from '../launches/people.service.ts';
import { getVersion, listModules, pathwayJoin, type PathwayDoc } from '../catalog/catalog.service.ts';
import {
  approvalsJoin,
  findNewestApproval,
  newestOf,
  type FoundApproval,
} from '../reviews/approvals.service.ts';
import { settleAtOpening } from '../reviews/completion.service.ts';
import { findDecisionBehind } from '../reviews/decisionBehind.service.ts';
import { absenceJoin } from '../rosters/rosters.service.ts';

export interface OpeningDeps extends Deps {
  platforms: Pick<PlatformStore, 'getById'>;
}

/** For a link to a pathway or module that no longer exists here. */
export const linkGone = (): AppError =>
  new AppError('LINK_GONE', 'What this link shows is no longer offered here.');

/** A link with everything that exists of the caller's work on what it shows. */
interface Shown extends FoundWork {
  pathway: PathwayDoc[];
  targets: KnownGrading['targets'];
  approvals: FoundApproval[];
}

function shownJoins(who: SessionIds): PipelineStage.UnionWithPipelineStage[] {
  const { institutionId } = who;
  const subjectIds = { $concatArrays: ['$enrolment._id', '$attempts._id'] };
  return [
    pathwayJoin(institutionId, 'pathwayKey'),
    ...foundWorkJoins(who, 'pathwayKey'),
    { $set: { subjectIds } },
    targetsJoin(institutionId, 'subjectIds'),
    approvalsJoin(institutionId, 'attempts._id'),
  ];
}

/** What a launched link shows, and everything known about the caller's work on it. */
export function openingParts(who: SessionIds) {
  const { institutionId, contextId, placementId } = who;
  return {
    placement: placementPart<Shown>(who, shownJoins(who)),
    course: coursePart(who),
    person: personPart<{ absence: unknown[] }>(who, [absenceJoin(institutionId, contextId)]),
    column: columnPart(who, placementId),
    lane: lanePart(who),
  };
}
type OpeningFound = Found<ReturnType<typeof openingParts>>;

/** @throws {AppError} LINK_GONE */
function toOpening(found: OpeningFound) {
  const [[placement], [person]] = [found.placement, found.person];
  const versionId = placement?.pathway[0]?.versionId;
  const pathwayKey = placement?.pathwayKey;
  if (!placement || !pathwayKey || !versionId) throw linkGone();
  if (!person) throw notFound('This person');
  const grading = {
    wasAway: person.absence.length > 0,
    column: found.column[0] ?? null,
    hasLane: found.lane.length > 0,
  };
  const courseTitle = titleOf(found.course[0]);
  const retiredAt = placement.pathway[0]?.retiredAt ?? null;
  return { placement, pathwayKey, versionId, retiredAt, courseTitle, sub: person.sub, grading };
}
type Opening = ReturnType<typeof toOpening>;

/**
 * Makes sure that the person's version has what the link shows, before anything is created.
 *
 * @throws {AppError} MODULE_NOT_IN_VERSION for a module that came with a newer version than theirs; LINK_GONE for one that the version
 *   does not have with which they would begin
 */
async function requireShown({ placement, versionId }: Opening): Promise<void> {
  const { institutionId, moduleKey, attempts } = placement;
  const [enrolment] = placement.enrolment;
  if (moduleKey === null || attempts.some((attempt) => attempt.moduleKey === moduleKey)) return;
  const has = async (id: string): Promise<boolean> =>
    (await listModules(institutionId, id)).some(({ key }) => key === moduleKey);
  if (await has(enrolment?.versionId ?? versionId)) return;
  if (!enrolment || !(await has(versionId))) throw linkGone();
  const details: NotInVersion = { enrolmentId: enrolment._id };
  throw new AppError(
    'MODULE_NOT_IN_VERSION',
    'This module came with a newer version of the pathway than the one that you work on. Look at what the newer version changes; then decide whether you move to it.',
    { details },
  );
}

/** Title of what the link shows, in its newest version. */
async function titleShown({ placement, versionId }: Opening): Promise<string> {
  const { institutionId, moduleKey, pathway } = placement;
  const modules = await listModules(institutionId, versionId);
  const module = modules.find((candidate) => candidate.key === moduleKey);
  return module?.content.title ?? pathway[0]?.title ?? '';
}

async function toGradedLink(deps: OpeningDeps, opening: Opening): Promise<GradedLink | null> {
  const { placement } = opening;
  const { contextId, pathwayKey, moduleKey, resourceLinkId, platformId } = placement;
  if (contextId === null || pathwayKey === null) return null;
  const platform = await deps.platforms.getById(platformId);
  const { lineItemUrl, lineItemsUrl, scopes } = placement;
  const policy = parsePolicy(placement.policy, moduleKey === null ? 'share' : 'approved');
  return {
    platformId,
    contextId,
    resourceLinkId,
    lineItemUrl,
    lineItemsUrl,
    scopes,
    pathwayKey,
    moduleKey,
    placementId: placement._id,
    // a link needs none (LTI 1.3 core §5.3.5), a column does
    title: placement.title ?? (await titleShown(opening)),
    courseTitle: opening.courseTitle,
    platformName: platform?.name ?? '',
    rule: policy.rule,
    points: policy.points,
  };
}

const approvedOf = (attempts: readonly AttemptDoc[]): AttemptDoc[] =>
  attempts.filter((attempt) => attempt.state === 'approved');

/** The attempt that a link to one module shows; null for a link to the whole pathway. @throws {AppError} LINK_GONE */
function shownAttempt({ moduleKey }: PlacementDoc, attempts: readonly AttemptDoc[]): AttemptDoc | null {
  if (moduleKey === null) return null;
  const attempt = attempts.find((candidate) => candidate.moduleKey === moduleKey);
  if (!attempt) throw linkGone();
  return attempt;
}

/** What a link's column gets its scores for. */
const subjectOf = (enrolment: EnrolmentDoc, attempt: AttemptDoc | null) =>
  attempt ? { kind: 'attempt' as const, id: attempt._id } : { kind: 'enrolment' as const, id: enrolment._id };

/** The decision behind the awards of elsewhere that count in a pathway, and the columns in which it is recorded. */
async function findElsewhere(
  enrolment: EnrolmentDoc,
  attempts: readonly AttemptDoc[],
): Promise<{ decided: Decided | null; recordedIn: string[] }> {
  const { institutionId, versionId, decisionOrder: order } = enrolment;
  const version = await getVersion(institutionId, versionId);
  const decided = await findDecisionBehind({ enrolment, version, attempts, order });
  const recordedIn = decided ? await listRecordedIn(institutionId, decided.decisionId) : [];
  return { decided, recordedIn };
}

/** Connects the opened work to the grade column of the link, so that an approval finds where its score goes. */
async function connectToColumn(
  deps: OpeningDeps,
  session: LiveSession,
  { placement, sub, grading }: Opening,
  opened: { link: GradedLink; enrolment: EnrolmentDoc; attempts: AttemptDoc[]; attempt: AttemptDoc | null },
): Promise<void> {
  const { link, enrolment, attempts, attempt } = opened;
  const { institutionId } = session;
  /** Of what the link shows: one module, or the pathway in the version that the person works on. */
  const progressNow = async (shown: AttemptDoc[], versionId: string, tx?: ClientSession) => {
    const [only] = shown;
    if (attempt && only) return progressOfModule(only);
    const version = await getVersion(institutionId, versionId);
    const facts = await getRuleFacts(enrolment, version, shown, tx);
    return progressOf(version.completes, toCompletionFacts(facts, enrolment));
  };
  const counted = attempt ? [attempt] : attempts;
  const progress = await progressNow(counted, enrolment.versionId);
  const isElsewhere = !attempt && progress.approved > 0 && approvedOf(attempts).length === 0;
  const { decided, recordedIn } = isElsewhere
    ? await findElsewhere(enrolment, attempts)
    : newestOf(placement.approvals, approvedOf(counted));
  const work = {
    link,
    sub,
    subject: subjectOf(enrolment, attempt),
    subjectIds: [enrolment._id, ...attempts.map((one) => one._id)],
    known: { progress, decided },
    async count(tx: ClientSession) {
      const { order, versionId } = await takeDecisionOrder(institutionId, enrolment._id, tx);
      const all = await listAttempts(institutionId, enrolment._id, tx);
      const now = attempt ? all.filter((one) => one._id === attempt._id) : all;
      return {
        progress: await progressNow(now, versionId, tx),
        decided: attempt
          ? await findNewestApproval(institutionId, approvedOf(now), tx)
          : await findDecisionBehind(
              { enrolment, version: await getVersion(institutionId, versionId), attempts: now, order },
              tx,
            ),
        order,
      };
    },
  };
  const { targets } = placement;
  await ensureScoreTargets(deps, session, work, { ...grading, targets, recordedIn });
}

/** Completes what is complete by awards of elsewhere. @returns whether such awards count in the pathway at all */
async function completeFromElsewhere(
  deps: OpeningDeps,
  session: LiveSession,
  enrolment: EnrolmentDoc,
  attempts: readonly AttemptDoc[],
): Promise<boolean> {
  const version = await getVersion(session.institutionId, enrolment.versionId);
  const facts = await getRuleFacts(enrolment, version, attempts);
  if (await settleAtOpening(deps, enrolment, toCompletionFacts(facts, enrolment))) await wakeLanesOf(session);
  return version.awardsAsked.length > 0;
}

/**
 * Opens what the launched link shows: finds or creates the caller's enrolment, and connects its work to the grade column of this
 * link. The browser names nothing; everything comes from the launch. No command besides the read of `openingParts` if everything
 * exists; three more for new work.
 *
 * @param read  the result, if it was read together with the session
 * @returns the attempt if the link shows one module, otherwise null
 * @throws {AppError} PREVIEW_ONLY for people who only design or run the course: looking creates no enrolment and no column;
 *   LINK_GONE if the link shows nothing that this institution offers; MODULE_NOT_IN_VERSION; PATHWAY_RETIRED for somebody new
 */
export async function openLaunchedWork(
  deps: OpeningDeps,
  session: LiveSession,
  read?: OpeningFound,
): Promise<{ enrolmentId: string; attemptId: string | null }> {
  if (!session.takesPart)
    throw new AppError(
      'PREVIEW_ONLY',
      'You design or run this course, so you see a preview and are not enrolled.',
    );
  const opening = toOpening(read ?? (await readTogether(openingParts(session))));
  const { placement, pathwayKey, versionId, retiredAt, sub } = opening;
  await requireShown(opening);
  const link = await toGradedLink(deps, opening);
  const found = { ...placement, pathwayKey, versionId, retiredAt };
  let isTied = false;
  const { enrolment, attempts, isBegun } = await completeWork(deps, session, found, async (made, planned) => {
    const subject = subjectOf(made, shownAttempt(placement, planned));
    const known = { ...opening.grading, targets: [], recordedIn: [] };
    if (link) isTied = await joinBeforeWork(deps, session, { link, sub, subject }, known);
  });
  const attempt = shownAttempt(placement, attempts);
  const asksElsewhere = await completeFromElsewhere(deps, session, enrolment, attempts);
  // new work is already connected, before anybody could submit it
  if (link && !(isBegun && isTied && !asksElsewhere))
    await connectToColumn(deps, session, opening, { link, enrolment, attempts, attempt });
  return { enrolmentId: enrolment._id, attemptId: attempt?._id ?? null };
}
