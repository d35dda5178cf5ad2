import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { getOwnAttempt } from '../../../server/features/enrolments/attempts.service.ts';
import { DecisionModel, type DecisionDoc } from '../../../server/features/reviews/decision.model.ts';
import { approve } from '../../../server/features/reviews/decisions.service.ts';
import {
  returnForRevision,
  settleReturn,
  settleReturns,
  UNDO_SECONDS,
  undoReturn,
} from '../../../server/features/reviews/returning.service.ts';
import { getReviewPage } from '../../../server/features/reviews/reviewPage.service.ts';
import { getReviewQueue } from '../../../server/features/reviews/queue.service.ts';
import { ReviewModel, type ReviewDoc } from '../../../server/features/reviews/review.model.ts';
import {
  putReviewBack,
  saveReviewDraft,
  startReview,
} from '../../../server/features/reviews/reviews.service.ts';
import { getReceipt } from '../../../server/features/attempts/receipt.service.ts';
import { withdrawSubmission } from '../../../server/features/attempts/submitting.service.ts';
import { getWorkspace } from '../../../server/features/attempts/attemptPage.service.ts';
import { saveAttemptDraft } from '../../../server/features/attempts/writing.service.ts';
import { firstDraft } from '../../support/build.ts';
import { buildSession } from '../../support/liveSession.ts';
import { expireUndo, settleReturnNow } from '../../support/returns.ts';
import { useServices } from '../../support/services.ts';
import { codeOf, FIRST_MODULE, useWork } from '../../support/work.ts';

const { deps } = useServices();
const work = useWork(deps);

const judged = (b: 'meets' | 'approaching') => ({
  judgements: [
    { criterionKey: FIRST_MODULE.A, level: 'meets' as const, comment: '' },
    { criterionKey: FIRST_MODULE.B, level: b, comment: b === 'meets' ? '' : 'Name the piles.' },
  ],
  summary: 'Nearly there.',
});

/** A submission that its reviewer has just returned. */
async function returned(): Promise<{ reviewId: string; submissionId: string }> {
  const submitted = await work.now.submitted();
  await startReview(deps, work.now.reviewer, submitted.reviewId);
  await returnForRevision(deps, work.now.reviewer, submitted.reviewId, judged('approaching'));
  return submitted;
}

const reviewNow = async (reviewId: string): Promise<ReviewDoc | null> =>
  ReviewModel.findOne({ institutionId: work.now.teacher.institutionId, _id: reviewId }).lean();
const decisionsNow = async (): Promise<DecisionDoc[]> => {
  const { institutionId } = work.now.teacher;
  return DecisionModel.find({ institutionId, attemptId: work.now.attemptId }).lean();
};
const secondReviewer = () =>
  buildSession(work.now.teacher.institutionId, {
    contextId: work.now.teacher.contextId,
    isCourseInstructor: true,
  });

describe('a return', () => {
  it('is not shown to its author before it can’t be undone any more', async () => {
    const { submissionId } = await returned();

    const page = await getWorkspace(deps, work.now.teacher, work.now.attemptId);
    const receipt = await getReceipt(work.now.teacher, submissionId);

    expect(page).toMatchObject({ state: 'in_review', round: 1, feedback: null, writable: false });
    expect(receipt).toMatchObject({ state: 'in_review', mayTakeBack: false });
    expect(await decisionsNow()).toEqual([]);
  });

  it('leaves its author nothing to change or withdraw meanwhile', async () => {
    const { submissionId } = await returned();
    const { teacher, place } = work.now;

    expect(await codeOf(saveAttemptDraft(deps, teacher, place, firstDraft('More.')))).toBe('PIECE_LOCKED');
    expect(await codeOf(withdrawSubmission(deps, teacher, submissionId))).toBe('REVIEW_STARTED');
  });

  it('does not go out by itself before its time', async () => {
    const { reviewId } = await returned();

    expect(await settleReturn(work.now.teacher.institutionId, reviewId)).toBe(false);
    expect(await settleReturns(deps, [work.now.teacher.institutionId])).toBe(0);
    expect(await reviewNow(reviewId)).toMatchObject({ state: 'returning' });
  });

  it('whose page and process are gone goes out all the same', async () => {
    const { reviewId } = await returned();
    await expireUndo(work.now.teacher.institutionId, reviewId);

    const sent = await settleReturns(deps, [work.now.teacher.institutionId]);

    expect(sent).toBe(1);
    expect(await getWorkspace(deps, work.now.teacher, work.now.attemptId)).toMatchObject({
      state: 'returned',
      round: 2,
      feedback: { outcome: 'returned', summary: 'Nearly there.' },
    });
  });

  it('goes out though another one can’t', async () => {
    const { reviewId } = await returned();
    const { institutionId } = work.now.teacher;
    await expireUndo(institutionId, reviewId);
    const review = await ReviewModel.findOne({ institutionId, _id: reviewId }).lean();
    // of an attempt that is not there, and due before
    const stuck = { ...review, _id: randomUUID(), submissionId: randomUUID(), attemptId: randomUUID() };
    await ReviewModel.collection.insertOne({
      ...stuck,
      returning: { ...review?.returning, until: new Date(0) },
    } as never);

    const sent = await settleReturns(deps, [institutionId]);

    expect(sent).toBe(1);
    expect(await reviewNow(reviewId)).toMatchObject({ state: 'returned' });
  });

  it('goes out once, however many processes send it', async () => {
    const { reviewId } = await returned();
    await expireUndo(work.now.teacher.institutionId, reviewId);

    const sent = await Promise.all(
      [1, 2, 3, 4].map(() => settleReturn(work.now.teacher.institutionId, reviewId)),
    );

    expect(sent.filter(Boolean)).toHaveLength(1);
    expect(await decisionsNow()).toHaveLength(1);
    expect((await getOwnAttempt(work.now.teacher, work.now.attemptId)).round).toBe(2);
  });

  it('stands in its reviewer’s list of decided ones, with the seconds that are left', async () => {
    const { reviewId } = await returned();

    const page = await getReviewPage(deps, work.now.reviewer, reviewId);
    const decided = await getReviewQueue(deps, work.now.reviewer, { show: 'decided' });
    const open = await getReviewQueue(deps, work.now.reviewer, { show: 'open' });

    expect(page).toMatchObject({ state: 'returning', mayDecide: false, mayStart: false });
    expect(page.undoSeconds).toBeGreaterThan(0);
    expect(page.undoSeconds).toBeLessThanOrEqual(UNDO_SECONDS);
    expect(decided.rows).toMatchObject([{ id: reviewId, state: 'returning' }]);
    expect(open.rows).toEqual([]);
  });

  it.each([
    ['approve', (id: string) => approve(deps, work.now.reviewer, id, judged('meets'))],
    ['return again', (id: string) => returnForRevision(deps, work.now.reviewer, id, judged('approaching'))],
    ['put back', (id: string) => putReviewBack(deps, work.now.reviewer, id, false)],
    [
      'save a draft',
      (id: string) =>
        saveReviewDraft(deps, work.now.reviewer, id, { baseRevision: 0, judgements: [], summary: 'x' }),
    ],
    ['start by somebody else', (id: string) => startReview(deps, secondReviewer(), id)],
  ] as const)('that may be undone refuses: %s', async (_what, act) => {
    const { reviewId } = await returned();

    expect(await codeOf(act(reviewId))).toBe('ALREADY_DECIDED');
    expect(await reviewNow(reviewId)).toMatchObject({ state: 'returning' });
  });
});

describe('undoing a return', () => {
  it('opens the review again with what was judged, and never tells its author', async () => {
    const { reviewId } = await work.now.submitted();
    await startReview(deps, work.now.reviewer, reviewId);
    const draft = { baseRevision: 0, judgements: judged('approaching').judgements, summary: 'Nearly there.' };
    await saveReviewDraft(deps, work.now.reviewer, reviewId, draft);
    await returnForRevision(deps, work.now.reviewer, reviewId, judged('approaching'));

    await undoReturn(deps, work.now.reviewer, reviewId);

    const page = await getReviewPage(deps, work.now.reviewer, reviewId);
    expect(page).toMatchObject({ state: 'started', mayDecide: true, undoSeconds: null });
    expect(page.draft).toMatchObject({ judgements: draft.judgements, summary: 'Nearly there.' });
    expect(await settleReturnNow(work.now.teacher.institutionId, reviewId)).toBe(false);
    expect(await decisionsNow()).toEqual([]);
  });

  it('may be repeated, and be asked for twice at once', async () => {
    const { reviewId } = await returned();

    const codes = await Promise.all(
      [1, 2, 3].map(() => codeOf(undoReturn(deps, work.now.reviewer, reviewId))),
    );
    codes.push(await codeOf(undoReturn(deps, work.now.reviewer, reviewId)));

    expect(codes.filter((code) => code === 'done').length).toBeGreaterThan(1);
    expect(await reviewNow(reviewId)).toMatchObject({ state: 'started' });
  });

  it('is too late once the time is over, even if it has not gone out yet', async () => {
    const { reviewId } = await returned();
    await expireUndo(work.now.teacher.institutionId, reviewId);

    expect(await codeOf(undoReturn(deps, work.now.reviewer, reviewId))).toBe('ALREADY_DECIDED');
    await settleReturn(work.now.teacher.institutionId, reviewId);
    expect(await codeOf(undoReturn(deps, work.now.reviewer, reviewId))).toBe('ALREADY_DECIDED');
  });

  it('and going out at once end in one of both', async () => {
    const { reviewId } = await returned();
    const { institutionId } = work.now.teacher;

    await Promise.all([
      codeOf(undoReturn(deps, work.now.reviewer, reviewId)),
      settleReturnNow(institutionId, reviewId),
      codeOf(undoReturn(deps, work.now.reviewer, reviewId)),
    ]);

    const review = await reviewNow(reviewId);
    const attempt = await getOwnAttempt(work.now.teacher, work.now.attemptId);
    const ends = [review?.state, attempt.state, attempt.round, (await decisionsNow()).length];
    expect([
      ['started', 'in_review', 1, 0],
      ['returned', 'returned', 2, 1],
    ]).toContainEqual(ends);
  });

  it('is nobody else’s', async () => {
    const { reviewId } = await returned();

    expect(await codeOf(undoReturn(deps, secondReviewer(), reviewId))).toBe('REVIEW_TAKEN');
  });

  it('lets the same reviewer approve, or return, afterwards', async () => {
    const { reviewId } = await returned();
    await undoReturn(deps, work.now.reviewer, reviewId);

    await returnForRevision(deps, work.now.reviewer, reviewId, judged('approaching'));
    await undoReturn(deps, work.now.reviewer, reviewId);
    const result = await approve(deps, work.now.reviewer, reviewId, judged('meets'));

    expect(result).toMatchObject({ outcome: 'approved', undoSeconds: null });
    expect(await decisionsNow()).toMatchObject([{ outcome: 'approved' }]);
  });
});
