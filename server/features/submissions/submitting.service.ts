import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { CHANGE_NOTE } from '../../../contract/attempts.ts';
import { Part } from '../../../contract/pathways.ts';
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
  type LinkDoc,
} from '../attempts/attempts.service.ts';
import { getOwnEnrolment } from '../attempts/enrolments.service.ts';
import { listDrafts, type DraftDoc } from '../drafts/drafts.service.ts';
import { keepVersion } from '../drafts/versions.service.ts';
import { getVersion, type ModuleRead } from '../pathways/pathways.service.ts';
import { getRun } from '../pathways/runs.service.ts';
import { openReview, withdrawReview } from '../reviews/reviews.service.ts';
import { manifestDigest, newCode, newNonce, sha256Hex } from './manifest.ts';
import { findMissing, handedInOf } from './missing.service.ts';
import {
  countSubmissions,
  evidenceKindOf,
  getOwnSubmission,
  insertSubmission,
  type FrozenPiece,
  type SubmissionDoc,
} from './submissions.service.ts';

type Clocked = Pick<Deps, 'clock'>;

function frozenTexts(module: ModuleRead, drafts: readonly DraftDoc[], round: number): FrozenPiece[] {
  const { prompts } = module.content.reflect;
  const places = [
    ...prompts.map(({ key, question, criteria }) => ({
      kind: 'reflection' as const,
      id: key,
      question,
      criteria,
    })),
    ...(round > 1 ? [{ kind: 'change_note' as const, id: CHANGE_NOTE, question: null, criteria: [] }] : []),
  ];
  return places.flatMap((place): FrozenPiece[] => {
    const draft = drafts.find((candidate) => candidate.pieceKey === place.id);
    if (!draft) return [];
    const { document, text } = draft;
    const fingerprint = sha256Hex(JSON.stringify(document));
    return [{ ...noFile, ...place, title: '', document, text, sha256: fingerprint }];
  });
}

const noFile = {
  document: null,
  text: null,
  url: null,
  evidenceKind: null,
  mediaType: null,
  size: null,
} as const;

function frozenFiles(artifacts: readonly ArtifactDoc[], links: readonly LinkDoc[]): FrozenPiece[] {
  const files = artifacts
    .filter((artifact) => artifact.state === 'ready')
    .map((artifact): FrozenPiece => ({
      ...noFile,
      kind: 'artifact',
      id: artifact._id,
      title: artifact.name,
      criteria: artifact.criteria,
      question: null,
      evidenceKind: evidenceKindOf(artifact.kind),
      mediaType: artifact.mediaType,
      size: artifact.size,
      sha256: artifact.sha256 ?? '',
    }));
  const urls = links.map((link): FrozenPiece => ({
    ...noFile,
    kind: 'link',
    id: link.id,
    title: link.name,
    criteria: link.criteria,
    question: null,
    url: link.url,
    evidenceKind: 'link',
    sha256: sha256Hex(link.url),
  }));
  return [...files, ...urls];
}

interface Frozen {
  attempt: AttemptDoc;
  module: ModuleRead;
  drafts: DraftDoc[];
  artifacts: ArtifactDoc[];
}

function requireComplete({ attempt, module, drafts, artifacts }: Frozen): void {
  const texts = new Map(drafts.map((draft) => [draft.pieceKey, draft.text]));
  const handedIn = handedInOf(artifacts, attempt.links);
  const { round, openCriteria } = attempt;
  const missing = findMissing({ module: module.content, round, openCriteria, texts, handedIn });
  if (missing.length === 0) return;
  throw new AppError('SUBMISSION_INCOMPLETE', 'Not sent yet: something is missing. No attempt was used.', {
    details: { missing },
  });
}

/** Facts of the enrolment that a submission keeps. */
interface Around {
  contextIds: string[];
  versionId: string;
  practice: boolean;
  submitBy: Date | null;
  reviewBy: Date | null;
}

async function around(session: LiveSession, attempt: AttemptDoc): Promise<Around> {
  const enrolment = await getOwnEnrolment(session, attempt.enrolmentId);
  const run = await getRun(session.institutionId, enrolment.runId);
  const { contextIds, versionId, practice } = enrolment;
  return { contextIds, versionId, practice, submitBy: run.submitBy, reviewBy: run.reviewBy };
}

function build(frozen: Frozen, facts: Around, at: Date, n: number): SubmissionDoc {
  const { attempt, module, drafts, artifacts } = frozen;
  const pieces = [...frozenTexts(module, drafts, attempt.round), ...frozenFiles(artifacts, attempt.links)];
  const nonce = newNonce();
  const { institutionId, enrolmentId, personId, pathwayKey, moduleId, round, selfLevels, openCriteria } =
    attempt;
  return {
    _id: randomUUID(),
    ...{ institutionId, enrolmentId, personId, pathwayKey, moduleId, round, selfLevels, openCriteria },
    attemptId: attempt._id,
    versionId: facts.versionId,
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

/** What was handed in was worked through: parts that nobody ticked count for the week in which it was handed in. */
function allPartsDone(attempt: AttemptDoc, at: Date): AttemptDoc['partsDone'] {
  const ticked = attempt.partsDone.map(({ part }) => part);
  const rest = Part.options.filter((part) => !ticked.includes(part));
  return [...attempt.partsDone, ...rest.map((part) => ({ part, at }))];
}

async function freeze(
  deps: Clocked,
  read: Pick<Frozen, 'attempt' | 'module'>,
  facts: Around,
  tx: ClientSession,
): Promise<SubmissionDoc> {
  const { institutionId, _id } = read.attempt;
  const attempt = await getAttempt(institutionId, _id, tx);
  // all is read inside the transaction: what was saved, renamed or taken out before it is so, what comes later is not
  const drafts = await listDrafts(institutionId, _id, tx);
  const artifacts = await listArtifacts(institutionId, _id, tx);
  const frozen = { ...read, attempt, drafts, artifacts };
  requireComplete(frozen);
  const submission = build(
    frozen,
    facts,
    deps.clock.now(),
    (await countSubmissions(institutionId, _id, tx)) + 1,
  );
  const set = {
    submissionId: submission._id,
    changedAt: submission.submittedAt,
    partsDone: allPartsDone(attempt, submission.submittedAt),
  };
  if (!(await moveAttempt(attempt, { to: 'submitted', set, when: { round: attempt.round } }, tx))) {
    throw new AppError('ALREADY_SUBMITTED', 'This was handed in already.');
  }
  await insertSubmission(submission, tx);
  const files = submission.pieces.filter((piece) => piece.kind === 'artifact').map((piece) => piece.id);
  await holdArtifacts(institutionId, files, tx);
  for (const draft of frozen.drafts) {
    const place = { institutionId, personId: draft.personId, subjectId: _id, pieceKey: draft.pieceKey };
    await keepVersion(place, { why: 'submitted', document: draft.document, text: draft.text }, tx);
  }
  const { title } = await getVersion(institutionId, submission.versionId);
  await openReview(
    { submission, module: read.module.content, pathwayTitle: title, reviewBy: facts.reviewBy },
    tx,
  );
  return submission;
}

/**
 * Freezes the round: texts, files, links and own levels as they are now, with a fingerprint of each and a digest
 * over all, and puts it into the reviewers' queue. One transaction: two submits at once make one submission.
 *
 * @throws {AppError} SUBMISSION_INCOMPLETE (details: what is missing; no attempt was used), ALREADY_SUBMITTED, RUN_ARCHIVED,
 *   MODULE_LOCKED, NOT_FOUND
 */
export async function submitAttempt(
  deps: Clocked,
  session: LiveSession,
  attemptId: string,
): Promise<SubmissionDoc> {
  const { state } = await getOwnAttempt(session, attemptId);
  if (state === 'submitted' || state === 'in_review') {
    throw new AppError('ALREADY_SUBMITTED', 'This was handed in already.');
  }
  const { attempt, module } = await getWritableAttempt(session, attemptId);
  const facts = await around(session, attempt);
  return inTransaction((tx) => freeze(deps, { attempt, module }, facts, tx));
}

/**
 * Takes a submission back as long as no reviewer has started; the round goes on where it was. The frozen copy stays.
 *
 * @throws {AppError} REVIEW_STARTED, NOT_SUBMITTED, NOT_FOUND
 */
export async function takeBack(deps: Clocked, session: LiveSession, submissionId: string): Promise<string> {
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
    const open = await withdrawReview(institutionId, submissionId, tx);
    const moved =
      open && (await moveAttempt(attempt, { to, when, set: { changedAt: deps.clock.now() } }, tx));
    if (!moved)
      throw new AppError(
        'REVIEW_STARTED',
        'A reviewer has started to read it, so it can’t be taken back any more.',
      );
  });
  return attemptId;
}
