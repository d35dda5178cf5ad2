import type { Workspace } from '../../../contract/attempts.ts';
import type { Run } from '../../../contract/pathways.ts';
import { ATTEMPT_WRITABLE } from '../../../contract/states.ts';
import type { Deps } from '../../deps.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { listArtifacts, toArtifactView } from '../artifacts/artifacts.service.ts';
import {
  findBlockingModule,
  getOwnAttempt,
  lockedPieces,
  type AttemptDoc,
} from '../attempts/attempts.service.ts';
import { getOwnEnrolment, listAttempts } from '../attempts/enrolments.service.ts';
import { listAwards, toEarnedAward } from '../awards/awards.service.ts';
import { listDrafts, toDraftView } from '../drafts/drafts.service.ts';
import { gradeLinesFor } from '../grades/grades.service.ts';
import { getVersion, listModules, type ModuleRead } from '../pathways/pathways.service.ts';
import { getRun, type RunRead } from '../pathways/runs.service.ts';
import { listDecisions, toFeedback } from '../reviews/decisions.service.ts';
import { findMissing, handedInOf } from '../submissions/missing.service.ts';
import {
  findLatestSubmission,
  listFrozenPieceIds,
  type SubmissionDoc,
} from '../submissions/submissions.service.ts';
import { fileEvidence, linkEvidence } from './evidence.ts';

export function toRun(run: RunRead): Run {
  return {
    id: run._id,
    title: run.title,
    state: run.state,
    submitBy: run.submitBy?.toISOString() ?? null,
    reviewBy: run.reviewBy?.toISOString() ?? null,
  };
}

/** The module after this one that can be worked on next. */
function findNext(
  attempt: AttemptDoc,
  all: readonly AttemptDoc[],
  modules: readonly ModuleRead[],
): Workspace['next'] {
  const next = all.find((other) => other.position > attempt.position && other.state !== 'approved');
  const module = modules.find((candidate) => candidate.key === next?.moduleKey);
  return next && module ? { attemptId: next._id, title: module.content.title } : null;
}

function submittedTexts(submission: SubmissionDoc | null): Workspace['submittedTexts'] {
  return (submission?.pieces ?? []).flatMap((piece) =>
    piece.text === null || piece.kind === 'artifact' || piece.kind === 'link'
      ? []
      : [
          {
            pieceKey: piece.id as 'change-note',
            text: piece.text,
            at: submission?.submittedAt.toISOString() ?? '',
          },
        ],
  );
}

/** Everything that the module page shows besides the attempt itself, read side by side. */
async function readAround(session: LiveSession, attempt: AttemptDoc) {
  const { institutionId } = session;
  const enrolment = await getOwnEnrolment(session, attempt.enrolmentId);
  const [run, version, modules, all, drafts, artifacts, frozen, submission, decisions, awards, grades] =
    await Promise.all([
      getRun(institutionId, enrolment.runId),
      getVersion(institutionId, enrolment.versionId),
      listModules(institutionId, enrolment.versionId),
      listAttempts(institutionId, enrolment._id),
      listDrafts(institutionId, attempt._id),
      listArtifacts(institutionId, attempt._id),
      listFrozenPieceIds(institutionId, attempt._id),
      findLatestSubmission(institutionId, attempt._id),
      listDecisions(institutionId, attempt._id),
      listAwards(institutionId, enrolment._id),
      gradeLinesFor(institutionId, [attempt._id]),
    ]);
  return { run, version, modules, all, drafts, artifacts, frozen, submission, decisions, awards, grades };
}
type Around = Awaited<ReturnType<typeof readAround>>;

function missingOf(attempt: AttemptDoc, around: Around, module: ModuleRead): Workspace['missing'] {
  const texts = new Map(around.drafts.map((draft) => [draft.pieceKey, draft.text]));
  const handedIn = handedInOf(around.artifacts, attempt.links);
  const { round, openCriteria } = attempt;
  return findMissing({ module: module.content, round, openCriteria, texts, handedIn });
}

/**
 * The module page of an own attempt.
 *
 * @throws {AppError} NOT_FOUND
 */
export async function getWorkspace(
  deps: Pick<Deps, 'clock' | 'config'>,
  session: LiveSession,
  attemptId: string,
): Promise<Workspace> {
  const attempt = await getOwnAttempt(session, attemptId);
  const around = await readAround(session, attempt);
  const { run, version, modules, drafts, submission } = around;
  const module = modules.find((candidate) => candidate._id === attempt.moduleId);
  if (!module) throw new Error(`attempt ${attempt._id} has no module`);
  const blocking = await findBlockingModule(attempt, module.content);
  const before = modules.find((candidate) => candidate.key === blocking?.moduleKey);
  const decision = around.decisions.at(-1);
  const award = around.awards.find((candidate) => candidate.attemptId === attempt._id);
  return {
    attemptId,
    enrolmentId: attempt.enrolmentId,
    pathway: { key: version.pathwayKey, title: version.title, strand: version.strand },
    run: toRun(run),
    state: attempt.state,
    round: attempt.round,
    writable: ATTEMPT_WRITABLE.includes(attempt.state) && run.state === 'open' && !blocking,
    opensAfter: blocking && before ? { position: blocking.position, title: before.content.title } : null,
    position: attempt.position,
    module: module.content,
    partsDone: attempt.partsDone.map((done) => done.part),
    drafts: drafts.map(toDraftView),
    lockedPieces: lockedPieces(attempt, module.content),
    evidence: [
      ...around.artifacts.map((artifact) =>
        fileEvidence(attempt, toArtifactView(deps, artifact, session), around.frozen),
      ),
      ...attempt.links.map((link) => linkEvidence(attempt, link, around.frozen)),
    ],
    selfLevels: attempt.selfLevels.map(({ criterionKey, level, at }) => ({
      criterionKey,
      level,
      at: at.toISOString(),
    })),
    feedback: decision ? toFeedback(decision) : null,
    earlierFeedback: around.decisions.slice(0, -1).map(toFeedback),
    submittedTexts: submittedTexts(submission),
    missing: missingOf(attempt, around, module),
    submissionId: attempt.submissionId,
    award: award ? toEarnedAward(award) : null,
    grades: around.grades.get(attempt._id) ?? [],
    next: findNext(attempt, around.all, modules),
  };
}
