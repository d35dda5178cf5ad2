import type { ClientSession, PipelineStage } from 'mongoose';
import { join, part, type ReadPart } from '../../combinedRead.ts';
import { notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { SubmissionModel, type FrozenPiece, type SubmissionDoc } from './submission.model.ts';

export type { FrozenPiece, SubmissionDoc } from './submission.model.ts';

/** Writes a frozen round inside the transaction that moves its attempt. */
export async function insertSubmission(submission: SubmissionDoc, tx: ClientSession): Promise<void> {
  await SubmissionModel.create([submission], { session: tx });
}

/** How many submissions an attempt has had, including those taken back. */
export async function countSubmissions(
  institutionId: string,
  attemptId: string,
  tx: ClientSession,
): Promise<number> {
  return SubmissionModel.countDocuments({ institutionId, attemptId }).session(tx);
}

/** Any submission of the institution: only for code that has checked the right to it in another way. */
export async function getSubmission(institutionId: string, submissionId: string): Promise<SubmissionDoc> {
  const submission = await SubmissionModel.findOne({ institutionId, _id: submissionId }).lean();
  if (!submission) throw notFound('This submission');
  return submission;
}

/** The caller's own submission. @throws {AppError} NOT_FOUND, for another person's too */
export async function getOwnSubmission(session: LiveSession, submissionId: string): Promise<SubmissionDoc> {
  const { institutionId, personId } = session;
  const submission = await SubmissionModel.findOne({ institutionId, _id: submissionId, personId }).lean();
  if (!submission) throw notFound('This submission');
  return submission;
}

/** Joins the submission that a document names by its id, as `submission`. @param more  what to make of it */
export function submissionJoin(
  institutionId: string,
  local: string,
  more: readonly PipelineStage.UnionWithPipelineStage[] = [],
): PipelineStage.Lookup {
  return join(SubmissionModel, { institutionId, local, foreign: '_id', as: 'submission' }, more);
}

const NEWEST: PipelineStage.UnionWithPipelineStage[] = [{ $sort: { n: -1 } }, { $limit: 1 }];

/** The previous round, if there was one: what "Changes since" compares with. Read together with what else belongs to a page. */
export function earlierSubmissionPart(submission: SubmissionDoc): ReadPart<SubmissionDoc> {
  const { institutionId, attemptId, round } = submission;
  return part(SubmissionModel, { institutionId, attemptId, round: { $lt: round } }, NEWEST);
}

/** The newest submission of an attempt, including one that was taken back. Read together with what else belongs to a page. */
export function latestSubmissionPart(institutionId: string, attemptId: string): ReadPart<SubmissionDoc> {
  return part(SubmissionModel, { institutionId, attemptId }, NEWEST);
}

/** The parts of a submission that later rounds need: its round, and which files and links it holds. */
export type EarlierRound = Pick<SubmissionDoc, 'round' | 'submittedAt'> & { ids: string[] };

/** All submitted rounds of an attempt, including those taken back. Read together with what else belongs to a page. */
export function submittedRoundsPart(institutionId: string, attemptId: string): ReadPart<EarlierRound> {
  return part(SubmissionModel, { institutionId, attemptId }, [
    { $sort: { n: 1 } },
    { $project: { round: 1, submittedAt: 1, ids: '$pieces.id' } },
  ]);
}

/** Files and links of an attempt that some submission holds. */
export async function listFrozenPieceIds(institutionId: string, attemptId: string): Promise<Set<string>> {
  return new Set(await SubmissionModel.distinct('pieces.id', { institutionId, attemptId }));
}

/** A file or link as frozen by the newest submission that holds it; null if none does. */
export async function findFrozenPiece(institutionId: string, pieceId: string): Promise<FrozenPiece | null> {
  const newest = await SubmissionModel.findOne({ institutionId, 'pieces.id': pieceId }, { 'pieces.$': 1 })
    .sort({ n: -1 })
    .lean();
  return newest?.pieces[0] ?? null;
}

/** Submissions that hold a file: anybody who may review one of them may read it. */
export async function listSubmissionsWith(
  institutionId: string,
  pieceId: string,
): Promise<Pick<SubmissionDoc, '_id' | 'attemptId'>[]> {
  return SubmissionModel.find({ institutionId, 'pieces.id': pieceId }, { _id: 1, attemptId: 1 }).lean();
}
