import { CHANGE_NOTE, PieceKey, type Workspace } from '../../../contract/attempts.ts';
import { promptsOf, type UnrolledModule, type UnrolledStepKey } from '../../../contract/cycles.ts';
import { findNotAsked } from '../../../contract/pathwayChoices.ts';
import { toShownNotAsked } from '../../../contract/pathwayMap.ts';
import type { Run } from '../../../contract/pathways.ts';
import { ATTEMPT_WRITABLE } from '../../../contract/states.ts';
import { readTogether, type Found } from '../../combinedRead.ts';
import type { Deps } from '../../deps.ts';
import type { LiveSession, SessionIds } from '../../http/liveSession.ts';
import { artifactParts, oldestFirst, toOwnArtifact } from '../artifacts/artifacts.service.ts';
import { lockedPieces, requireFoundAttempt, type AttemptDoc } from '../enrolments/attempts.service.ts';
import { findFormerPrompt, fitSelfLevels, getModuleOf, isFormer } from '../enrolments/carrying.service.ts';
import { attemptInPlacePart, type EnrolmentDoc } from '../enrolments/enrolments.service.ts';
import {
  findOpensAfter,
  getRuleFacts,
  isOpen,
  toPathwayRules,
  toRuleNames,
  withApproval,
} from '../enrolments/ruleFacts.service.ts';
import { awardsPart, pathwayAwardJoin, toEarnedAward, type AwardDoc } from '../awards/awards.service.ts';
import { draftsPart, toDraftView, type DraftDoc } from './drafts.service.ts';
import { gradesPart, toGradeLines } from '../grades/grades.service.ts';
import { getVersion, listModules, type ModuleRead } from '../catalog/catalog.service.ts';
import type { RunRead } from '../catalog/runs.service.ts';
import { decisionsPart } from '../reviews/decisions.service.ts';
import { toAuthorFeedback } from '../reviews/feedback.service.ts';
import { fileEvidence, handedInOf, linkEvidence, textOf } from '../submissions/evidenceKinds.service.ts';
import { findMissing } from './missing.service.ts';
import {
  latestSubmissionPart,
  submittedRoundsPart,
  type SubmissionDoc,
} from '../submissions/submissions.service.ts';

/** A run as the map and the workspace show it. */
export function toRun(run: RunRead): Run {
  return {
    id: run._id,
    title: run.title,
    state: run.state,
    submitBy: run.submitBy?.toISOString() ?? null,
    reviewBy: run.reviewBy?.toISOString() ?? null,
  };
}

/**
 * The next module that can be worked on once this one is approved; if there is none, the next that is not approved. Never one that
 * nothing asks for: what is next would have no end for those who chose no track, or have done enough of a choice.
 */
function findNext({ attempt, neighbours, version, modules, facts }: Page): Workspace['next'] {
  const then = withApproval(facts, attempt.moduleKey);
  const notAsked = findNotAsked(toPathwayRules(version, modules), then);
  const later = neighbours.flatMap((other) => {
    const module = modules.find(({ key }) => key === other.moduleKey);
    const isAhead =
      other.position > attempt.position && other.state !== 'approved' && !notAsked.has(other.moduleKey);
    return module && isAhead ? [{ attemptId: other._id, module }] : [];
  });
  const next = later.find(({ module }) => isOpen(module, then)) ?? later[0];
  return next ? { attemptId: next.attemptId, title: next.module.content.title } : null;
}

/** Why this module is not asked of its owner, as the map says it; null once it was handed in. */
function findWhyNotAsked({ attempt, version, modules, facts }: Page): Workspace['notAsked'] {
  if (!ATTEMPT_WRITABLE.includes(attempt.state)) return null;
  const why = findNotAsked(toPathwayRules(version, modules), facts).get(attempt.moduleKey);
  return toShownNotAsked(why, version.tracks);
}

function submittedTexts(submission: SubmissionDoc | undefined): Workspace['submittedTexts'] {
  if (!submission) return [];
  const at = submission.submittedAt.toISOString();
  return submission.pieces.flatMap((piece) => {
    const text = textOf(piece);
    return text === null ? [] : [{ pieceKey: PieceKey.parse(piece.id), text, at }];
  });
}

function isPieceOf(module: UnrolledModule, pieceKey: string): boolean {
  return pieceKey === CHANGE_NOTE || promptsOf(module).some(({ key }) => key === pieceKey);
}

/** Written answers to questions that this module does not ask, with the question that an earlier version asked. */
async function listFormerTexts(
  enrolment: EnrolmentDoc,
  { key, content }: ModuleRead,
  drafts: readonly DraftDoc[],
): Promise<Workspace['formerTexts']> {
  const former = drafts.filter(({ pieceKey, text }) => text.trim() !== '' && !isPieceOf(content, pieceKey));
  return Promise.all(
    former.map(async ({ pieceKey, document, savedAt }) => {
      const { question = '', cycle = null } = (await findFormerPrompt(enrolment, key, pieceKey)) ?? {};
      return { pieceKey, question, cycle, document, savedAt: savedAt.toISOString() };
    }),
  );
}

/** Marked steps that the module has. */
function stepsDoneOf({ stepsDone }: AttemptDoc, { steps }: UnrolledModule): UnrolledStepKey[] {
  const has = (step: UnrolledStepKey): boolean => steps.some(({ key }) => key === step);
  return stepsDone.map(({ step }) => step).filter(has);
}

function selfLevelsOf({ selfLevels }: AttemptDoc, module: UnrolledModule): Workspace['selfLevels'] {
  const fitting = fitSelfLevels(selfLevels, module);
  return fitting.map(({ criterionKey, level, at }) => ({ criterionKey, level, at: at.toISOString() }));
}

/** Everything that the module page shows. Published content comes from memory. */
export function workspaceParts(who: SessionIds, attemptId: string) {
  const { institutionId } = who;
  return {
    own: attemptInPlacePart<{ badges: AwardDoc[] }>(who, attemptId, [
      pathwayAwardJoin(institutionId, 'enrolmentId'),
    ]),
    drafts: draftsPart(institutionId, attemptId),
    ...artifactParts(institutionId, attemptId),
    rounds: submittedRoundsPart(institutionId, attemptId),
    latest: latestSubmissionPart(institutionId, attemptId),
    decisions: decisionsPart(institutionId, attemptId),
    awards: awardsPart(institutionId, { attemptId }),
    grades: gradesPart(who, [attemptId]),
  };
}
type PageFound = Found<ReturnType<typeof workspaceParts>>;

/** @throws {AppError} NOT_FOUND, for another person's attempt too, whatever belongs to it */
async function readPage(session: LiveSession, attemptId: string, read?: PageFound) {
  const { institutionId } = session;
  const found = read ?? (await readTogether(workspaceParts(session, attemptId)));
  const place = requireFoundAttempt(found.own[0]);
  const { versionId } = place.enrolment;
  const [version, modules] = await Promise.all([
    getVersion(institutionId, versionId),
    listModules(institutionId, versionId),
  ]);
  const { attempt, enrolment } = place;
  const module = await getModuleOf(enrolment, attempt);
  const isElsewhere = module.versionId !== versionId;
  return {
    ...place,
    version,
    modules,
    module,
    ofVersion: isElsewhere ? (await getVersion(institutionId, module.versionId)).n : null,
    formerTexts: await listFormerTexts(enrolment, module, found.drafts),
    facts: await getRuleFacts(place.enrolment, version, place.neighbours),
    drafts: found.drafts,
    decisions: found.decisions,
    artifacts: oldestFirst(found),
    frozen: new Set(found.rounds.flatMap(({ ids }) => ids)),
    before: found.rounds.findLast(({ round }) => round < place.attempt.round),
    submission: found.latest[0],
    award: found.awards[0],
    badge: found.own[0]?.badges.find(({ decisionId }) => decisionId === place.attempt.lastDecisionId),
    grades: toGradeLines(found.grades).get(attemptId) ?? [],
  };
}
type Page = Awaited<ReturnType<typeof readPage>>;

function missingOf({ attempt, drafts, artifacts }: Page, module: ModuleRead): Workspace['missing'] {
  const texts = new Map(drafts.map((draft) => [draft.pieceKey, draft.text]));
  const handedIn = handedInOf(artifacts, attempt.links);
  const { round, openCriteria } = attempt;
  return findMissing({ module: module.content, round, openCriteria, texts, handedIn });
}

/**
 * The module page of the caller's own attempt.
 *
 * @param found  from `workspaceParts`, if it was read together with the session
 * @throws {AppError} NOT_FOUND
 */
export async function getWorkspace(
  deps: Pick<Deps, 'clock' | 'config'>,
  session: LiveSession,
  attemptId: string,
  found?: PageFound,
): Promise<Workspace> {
  const page = await readPage(session, attemptId, found);
  const { attempt, run, version, modules, drafts, submission, award } = page;
  const { module } = page;
  const { scale } = module.content;
  const former = isFormer(attempt, modules);
  const opens = !former && isOpen(module, page.facts);
  const decision = page.decisions.at(-1);
  return {
    attemptId,
    enrolmentId: attempt.enrolmentId,
    pathway: { key: version.pathwayKey, title: version.title, strand: version.strand },
    run: toRun(run),
    state: attempt.state,
    round: attempt.round,
    writable: ATTEMPT_WRITABLE.includes(attempt.state) && run.state === 'open' && opens,
    opensAfter: former ? null : findOpensAfter(module, page.facts, toRuleNames(version, modules)),
    notAsked: former ? null : findWhyNotAsked(page),
    position: attempt.position,
    ofVersion: page.ofVersion,
    former,
    module: module.content,
    stepsDone: stepsDoneOf(attempt, module.content),
    drafts: drafts.filter(({ pieceKey }) => isPieceOf(module.content, pieceKey)).map(toDraftView),
    formerTexts: page.formerTexts,
    lockedPieces: lockedPieces(attempt, module.content),
    evidence: [
      ...page.artifacts.map((artifact) =>
        fileEvidence(attempt, toOwnArtifact(deps, artifact, session), page.frozen),
      ),
      ...attempt.links.map((link) => linkEvidence(attempt, link, page.frozen)),
    ],
    selfLevels: selfLevelsOf(attempt, module.content),
    feedback: decision ? toAuthorFeedback(decision, scale) : null,
    earlierFeedback: page.decisions.slice(0, -1).map((earlier) => toAuthorFeedback(earlier, scale)),
    changedSince: page.before?.submittedAt.toISOString() ?? null,
    submittedTexts: submittedTexts(submission),
    missing: missingOf(page, module),
    submissionId: attempt.submissionId,
    award: award ? toEarnedAward(award) : null,
    pathwayAward: page.badge ? toEarnedAward(page.badge) : null,
    grades: page.grades,
    next: findNext(page),
  };
}
