import { createHash } from 'node:crypto';
import mongoose from 'mongoose';
import { ArtifactModel } from '../../../server/features/artifacts/artifact.model.ts';
import { AttemptModel } from '../../../server/features/enrolments/attempt.model.ts';
import { DraftModel } from '../../../server/features/attempts/draft.model.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { DecisionModel } from '../../../server/features/reviews/decision.model.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import { SubmissionModel } from '../../../server/features/submissions/submission.model.ts';
import type { DemoLms } from '../../../demo-lms/server.ts';
import type { Journal } from './journal.ts';

/** What the database and the LMS hold, against what was acknowledged. */
export interface Found {
  lost: string[];
  doubled: string[];
  /** Scores that are not there, or not with 10 of 10. */
  wrongScores: string[];
  /** Scores that the LMS was sent, and took, more than once. */
  sentAgain: number;
}

/** Past the tenant guard, as only a measurement may: the database is its own. */
const all = <T>({ collection }: { collection: { collectionName: string } }, filter: object): Promise<T[]> =>
  mongoose.connection.collection(collection.collectionName).find(filter).toArray() as Promise<
    unknown[]
  > as Promise<T[]>;

async function bytesDigest(fileId: unknown): Promise<string> {
  const hash = createHash('sha256');
  const chunks = mongoose.connection.collection('artifacts.chunks').find({ files_id: fileId }).sort({ n: 1 });
  for await (const chunk of chunks) hash.update((chunk['data'] as mongoose.mongo.Binary).buffer);
  return hash.digest('hex');
}

async function checkTexts(journal: Journal, found: Found): Promise<void> {
  for (const { attemptId, pieceKey, acknowledged, unsure } of journal.texts.values()) {
    if (acknowledged === '') continue;
    const drafts = await all<{ text: string }>(DraftModel, { subjectId: attemptId, pieceKey });
    const isThere = drafts.some(({ text }) => text === acknowledged || unsure.includes(text));
    if (!isThere) found.lost.push(`a text of ${attemptId}`);
    if (drafts.length > 1) found.doubled.push(`a text of ${attemptId}`);
  }
}

interface StoredFile {
  fileId: unknown;
  state: string;
  sha256: string;
}

async function checkFiles(journal: Journal, found: Found): Promise<void> {
  for (const { clientId, sha256, attemptId } of journal.files) {
    const files = await all<StoredFile>(ArtifactModel, { clientId });
    const [file] = files;
    const isWhole =
      file?.state === 'ready' && file.sha256 === sha256 && (await bytesDigest(file.fileId)) === sha256;
    if (!isWhole) found.lost.push(`a file of ${attemptId}: ${file?.state ?? 'not there'}`);
    if (files.length > 1) found.doubled.push(`a file of ${attemptId}`);
  }
  for (const { attemptId, url } of journal.links) {
    const [attempt] = await all<{ links: { url: string }[] }>(AttemptModel, { _id: attemptId });
    const times = attempt?.links.filter((link) => link.url === url).length ?? 0;
    if (times === 0) found.lost.push(`a link of ${attemptId}`);
    if (times > 1) found.doubled.push(`a link of ${attemptId}`);
  }
}

async function checkDecisions(journal: Journal, found: Found): Promise<void> {
  for (const { attemptId, submissionId } of journal.submissions) {
    const stored = await all<{ _id: string }>(SubmissionModel, { attemptId });
    if (!stored.some(({ _id }) => _id === submissionId)) found.lost.push(`a submission of ${attemptId}`);
    if (stored.length > 1) found.doubled.push(`a submission of ${attemptId}`);
  }
  for (const { reviewId } of journal.approvals) {
    const [review] = await all<{ submissionId: string }>(ReviewModel, { _id: reviewId });
    const decisions = await all<{ outcome: string }>(DecisionModel, {
      submissionId: review?.submissionId ?? '',
    });
    if (decisions.length === 0) found.lost.push(`a decision of ${reviewId}`);
    if (decisions.length > 1) found.doubled.push(`a decision of ${reviewId}`);
  }
}

/** Every approval's score must stand in the gradebook, 10 of 10. */
function checkScores(journal: Journal, found: Found, { lms }: DemoLms): void {
  const [course] = lms.courses.list();
  const columns = lms.gradebook.ofCourse(course?.id ?? '');
  const people = lms.people.list().filter(({ id }) => id.startsWith('pupil-'));
  const grades = columns.flatMap((column) => people.map(({ id }) => lms.gradebook.findGrade(column.id, id)));
  const there = grades.filter((grade) => grade !== null && grade.score !== null);
  for (const grade of there) if (grade?.score !== 10) found.wrongScores.push(`${grade?.score} instead of 10`);
  for (let n = there.length; n < journal.approvals.length; n += 1) found.wrongScores.push('not there');
  const taken = lms.requests
    .list('scores')
    .filter(({ status }) => status !== null && status >= 200 && status < 300);
  found.sentAgain = taken.length - there.length;
}

/** Deliveries that are still on their way. */
export async function countUnderWay(): Promise<number> {
  return (await all(DeliveryModel, { filter: 'on_the_way' })).length;
}

export async function verify(journal: Journal, lms: DemoLms): Promise<Found> {
  const found: Found = { lost: [], doubled: [], wrongScores: [], sentAgain: 0 };
  await checkTexts(journal, found);
  await checkFiles(journal, found);
  await checkDecisions(journal, found);
  checkScores(journal, found, lms);
  return found;
}
