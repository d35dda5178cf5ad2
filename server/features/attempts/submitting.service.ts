import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ClientSession } from 'mongoose';
import { promptsOf, type UnrolledModule } from '../../../contract/cycles.ts';
import type { ShownPiece } from '../../../contract/evidence.ts';
import { shownPieces, submissionPieces } from '../../../contract/submissions.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { holdArtifacts, listArtifacts, type ArtifactDoc } from '../artifacts/artifacts.service.ts';
import {
  getAttempt,
  getOwnAttempt,
  getWritableAttempt,
  moveAttempt,
  type AttemptDoc,
} from '../enrolments/attempts.service.ts';
import { carryIntoCurrent, fitSelfLevels } from '../enrolments/carrying.service.ts';
import { getEnrolment, getOwnEnrolment } from '../enrolments/enrolments.service.ts';
import { listDrafts, type DraftDoc } from './drafts.service.ts';
import { keepVersion } from './versions.service.ts';
import { getVersion, type ModuleRead } from '../catalog/catalog.service.ts';
import { getRun } from '../catalog/runs.service.ts';
import { getSettings } from '../institutions/settings.service.ts';
import { openReview, withdrawReview } from '../reviews/reviews.service.ts';
import { manifestDigest, newCode, newNonce } from '../submissions/manifest.service.ts';
import { findMissing } from './missing.service.ts';
import { artifactsOf, handedInOf, toFrozenPiece } from '../submissions/evidenceKinds.service.ts';
import {
  countSubmissions,
  getOwnSubmission,
  insertSubmission,
  type SubmissionDoc,
} from '../submissions/submissions.service.ts';

type Clocked = Pick<Deps, 'clock'>;
type Submitting = Pick<Deps, 'clock' | 'log'>;

interface Frozen {
  attempt: AttemptDoc;
  module: ModuleRead;
  drafts: DraftDoc[];
  artifacts: ArtifactDoc[];
}

/** The pieces of this round, by the same rule as on the check page. */
const piecesOfRound = ({ attempt, module, drafts, artifacts }: Frozen) =>
  submissionPieces({
    prompts: promptsOf(module.content),
    round: attempt.round,
    texts: drafts,
    files: artifacts.map((artifact) => ({ ...artifact, id: artifact._id })),
    links: attempt.links,
  });

type Outgoing = ReturnType<typeof piecesOfRound>;

/** @throws {AppError} SUBMISSION_CHANGED: a reviewer gets nothing that its author was not shown */
function requireShown(outgoing: Outgoing, shown: readonly ShownPiece[] | undefined): void {
  if (shown === undefined || isDeepStrictEqual(shown, shownPieces(outgoing))) return;
  throw new AppError(
    'SUBMISSION_CHANGED',
    'Something here has changed since you looked, so it was not submitted. Look once more, then submit.',
  );
}

function requireComplete({ attempt, module, drafts, artifacts }: Frozen): void {
  const texts = new Map(drafts.map((draft) => [draft.pieceKey, draft.text]));
  const handedIn = handedInOf(artifacts, attempt.links);
  const { round, openCriteria } = attempt;
  const missing = findMissing({ module: module.content, round, openCriteria, texts, handedIn });
  if (missing.length === 0) return;
  throw new AppError(
    'SUBMISSION_INCOMPLETE',
    'Not submitted yet: something is missing. No attempt was used.',
    {
      details: { missing },
    },
  );
}

/** Facts of the enrolment that a submission stores. */
interface EnrolmentFacts {
  contextIds: string[];
  practice: boolean;
  submitBy: Date | null;
  reviewBy: Date | null;
  reviewDays: number;
}

async function readEnrolmentFacts(
  deps: Submitting,
  session: LiveSession,
  attempt: AttemptDoc,
): Promise<EnrolmentFacts> {
  const enrolment = await getOwnEnrolment(session, attempt.enrolmentId);
  const run = await getRun(session.institutionId, enrolment.runId);
  const { reviewDays } = await getSettings(deps, session.institutionId);
  const { contextIds, practice } = enrolment;
  const { submitBy, reviewBy } = run;
  return { contextIds, practice, submitBy, reviewBy, reviewDays };
}

function toSubmission(
  { attempt, module, outgoing }: Frozen & { outgoing: Outgoing },
  facts: EnrolmentFacts,
  at: Date,
  n: number,
): SubmissionDoc {
  const pieces = outgoing.map(toFrozenPiece);
  const nonce = newNonce();
  const { institutionId, enrolmentId, personId, pathwayKey, moduleId, round, openCriteria } = attempt;
  return {
    _id: randomUUID(),
    institutionId,
    enrolmentId,
    personId,
    pathwayKey,
    moduleId,
    round,
    selfLevels: fitSelfLevels(attempt.selfLevels, module.content),
    openCriteria,
    attemptId: attempt._id,
    versionId: module.versionId,
    contextIds: facts.contextIds,
    practice: facts.practice,
    n,
    code: newCode(),
    submittedAt: at,
    late: facts.submitBy !== null && at > facts.submitBy,
    nonce,
    digest: manifestDigest({ nonce, attemptId: attempt._id, n, pieces }),
    pieces,
  };
}

/** Submitted work has been worked through: steps that nobody ticked count for the week in which it was submitted. */
function allStepsDone(
  { stepsDone }: AttemptDoc,
  { steps }: UnrolledModule,
  at: Date,
): AttemptDoc['stepsDone'] {
  const ticked = stepsDone.map(({ step }) => step);
  const rest = steps.filter(({ key }) => !ticked.includes(key));
  return [...stepsDone, ...rest.map(({ key }) => ({ step: key, at }))];
}

/** @throws {AppError} SUBMISSION_CHANGED if the person has moved to another version since */
function requireSameModule({ moduleId }: AttemptDoc, { _id }: ModuleRead): void {
  if (moduleId === _id) return;
  throw new AppError(
    'SUBMISSION_CHANGED',
    'You have moved to another version of this pathway since you looked, so it was not submitted. Look once more, then submit.',
  );
}

async function freeze(
  deps: Clocked,
  read: Pick<Frozen, 'attempt' | 'module'> & { shown: readonly ShownPiece[] | undefined },
  facts: EnrolmentFacts,
  tx: ClientSession,
): Promise<SubmissionDoc> {
  const { institutionId, _id } = read.attempt;
  const attempt = await getAttempt(institutionId, _id, tx);
  requireSameModule(attempt, read.module);
  // everything is read inside the transaction: what was saved, renamed or removed before counts, what comes later does not
  const drafts = await listDrafts(institutionId, _id, tx);
  const artifacts = await listArtifacts(institutionId, _id, tx);
  const frozen = { ...read, attempt, drafts, artifacts };
  requireComplete(frozen);
  const outgoing = piecesOfRound(frozen);
  requireShown(outgoing, read.shown);
  const submission = toSubmission(
    { ...frozen, outgoing },
    facts,
    deps.clock.now(),
    (await countSubmissions(institutionId, _id, tx)) + 1,
  );
  const set = {
    submissionId: submission._id,
    changedAt: submission.submittedAt,
    stepsDone: allStepsDone(attempt, read.module.content, submission.submittedAt),
  };
  if (!(await moveAttempt(attempt, { to: 'submitted', set, when: { round: attempt.round } }, tx))) {
    throw new AppError('ALREADY_SUBMITTED', 'This has already been submitted.');
  }
  await insertSubmission(submission, tx);
  await holdArtifacts(institutionId, artifactsOf(submission.pieces), tx);
  for (const draft of frozen.drafts) {
    const place = { institutionId, personId: draft.personId, subjectId: _id, pieceKey: draft.pieceKey };
    await keepVersion(place, { why: 'submitted', document: draft.document, text: draft.text }, tx);
  }
  const { title } = await getVersion(institutionId, submission.versionId);
  const { reviewBy, reviewDays } = facts;
  const { content: module } = read.module;
  await openReview({ submission, module, pathwayTitle: title, reviewBy, reviewDays }, tx);
  return submission;
}

/**
 * Freezes the round: texts, files, links and self-assessed levels as they are now, with a fingerprint of each and a digest over
 * all, and puts it into the reviewers' queue. One transaction: two simultaneous submits create one submission.
 *
 * @param shown  what its author saw of it; if omitted, whatever exists is submitted
 * @throws {AppError} SUBMISSION_INCOMPLETE (details: what is missing; no attempt was used), SUBMISSION_CHANGED,
 *   ALREADY_SUBMITTED, RUN_ARCHIVED, MODULE_LOCKED, NOT_FOUND
 */
export async function submitAttempt(
  deps: Submitting,
  session: LiveSession,
  attemptId: string,
  shown?: readonly ShownPiece[],
): Promise<SubmissionDoc> {
  const { state } = await getOwnAttempt(session, attemptId);
  if (state === 'submitted' || state === 'in_review') {
    throw new AppError('ALREADY_SUBMITTED', 'This has already been submitted.');
  }
  const { attempt, module } = await getWritableAttempt(session, attemptId);
  const facts = await readEnrolmentFacts(deps, session, attempt);
  return inTransaction((tx) => freeze(deps, { attempt, module, shown }, facts, tx));
}

/**
 * Takes a submission back as long as no reviewer has started; the round continues. The frozen copy stays.
 *
 * @throws {AppError} REVIEW_STARTED, NOT_SUBMITTED, NOT_FOUND
 */
export async function withdrawSubmission(
  deps: Clocked,
  session: LiveSession,
  submissionId: string,
): Promise<string> {
  const submission = await getOwnSubmission(session, submissionId);
  const { institutionId, attemptId } = submission;
  await inTransaction(async (tx) => {
    const attempt = await getAttempt(institutionId, attemptId, tx);
    if (
      attempt.submissionId !== submissionId ||
      attempt.state === 'returned' ||
      attempt.state === 'approved'
    ) {
      throw new AppError('NOT_SUBMITTED', 'This is not with a reviewer any more.');
    }
    const when = { state: 'submitted', submissionId } as const;
    const to = attempt.round > 1 ? 'returned' : 'in_progress';
    const enrolment = await getEnrolment(institutionId, attempt.enrolmentId, tx);
    const carried = await carryIntoCurrent(enrolment, { ...attempt, state: to }, tx);
    const open = await withdrawReview(institutionId, submissionId, tx);
    const moved =
      open &&
      (await moveAttempt(attempt, { to, when, set: { ...carried, changedAt: deps.clock.now() } }, tx));
    if (!moved)
      throw new AppError(
        'REVIEW_STARTED',
        'A reviewer has started on it, so it can’t be withdrawn any more.',
      );
  });
  return attemptId;
}
