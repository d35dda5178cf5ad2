import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  ATTEMPT,
  ATTEMPT_STATES,
  ENROLMENT,
  ENROLMENT_STATES,
  mayMove,
  REVIEW,
  REVIEW_STATES,
  RUN,
  RUN_STATES,
} from '../../contract/states.ts';
import { inTransaction } from '../../server/db.ts';
import { AttemptModel } from '../../server/features/enrolments/attempt.model.ts';
import { beginAttempt, moveAttempt } from '../../server/features/enrolments/attempts.service.ts';
import { EnrolmentModel } from '../../server/features/enrolments/enrolment.model.ts';
import { completeEnrolment } from '../../server/features/enrolments/enrolments.service.ts';
import { RunModel } from '../../server/features/catalog/run.model.ts';
import { archiveRun } from '../../server/features/catalog/runs.service.ts';
import { ReviewModel, type ReviewDoc } from '../../server/features/reviews/review.model.ts';
import {
  closeReview,
  putReviewBack,
  startReview,
  withdrawReview,
} from '../../server/features/reviews/reviews.service.ts';
import { useServices } from '../support/services.ts';
import { codeOf, useWork } from '../support/work.ts';

const { deps } = useServices();
const work = useWork(deps);

/** Fails with from, to and what should have been. */
function expectAllowed(from: string, to: string, isAllowed: boolean): void {
  expect([from, to, from === to || isAllowed]).toEqual([from, to, true]);
}

type ReviewMove = (review: ReviewDoc) => Promise<unknown>;
const REVIEW_MOVES: Record<string, ReviewMove> = {
  start: ({ _id }) => startReview(deps, work.now.reviewer, _id),
  'put back': ({ _id }) => putReviewBack(deps, work.now.reviewer, _id, false),
  'put back as known': ({ _id }) => putReviewBack(deps, work.now.reviewer, _id, true),
  withdraw: ({ institutionId, submissionId }) =>
    inTransaction((tx) => withdrawReview(institutionId, submissionId, tx)),
  approve: (review) =>
    inTransaction((tx) => closeReview(review, { outcome: 'approved', at: new Date() }, tx)),
  return: (review) => inTransaction((tx) => closeReview(review, { outcome: 'returned', at: new Date() }, tx)),
};

describe('the table of states holds for', () => {
  test.each(Object.keys(REVIEW_MOVES))('a review: %s', async (name) => {
    const { reviewId } = await work.now.submitted();
    const { institutionId, personId } = work.now.reviewer;
    const move = REVIEW_MOVES[name] as ReviewMove;
    const reached = new Set<string>();
    for (const state of REVIEW_STATES) {
      const reviewerId = state === 'open' || state === 'taken_back' ? null : personId;
      const review = await ReviewModel.findOneAndUpdate(
        { institutionId, _id: reviewId },
        { $set: { state, reviewerId } },
        { returnDocument: 'after' },
      ).lean();
      const attemptState = state === 'started' ? 'in_review' : 'submitted';
      await AttemptModel.updateOne(
        { institutionId, _id: work.now.attemptId },
        { $set: { state: attemptState } },
      );

      await codeOf(move(review as ReviewDoc));

      const after = await ReviewModel.findOne({ institutionId, _id: reviewId }).lean();
      const to = after?.state ?? 'open';
      expectAllowed(state, to, mayMove(REVIEW, state, to));
      if (to !== state) reached.add(to);
    }
    expect(reached.size).toBe(1);
  });

  test('an attempt, wherever it is sent', async () => {
    const { attemptId, teacher } = work.now;
    const which = { institutionId: teacher.institutionId, _id: attemptId };
    for (const from of ATTEMPT_STATES) {
      for (const to of ATTEMPT_STATES) {
        const attempt = await AttemptModel.findOneAndUpdate(which, { $set: { state: from } }).lean();
        if (!attempt) throw new Error('the attempt is gone');

        const moved = await moveAttempt(attempt, { to });
        const narrowed = await moveAttempt(attempt, { to, when: { state: from } });

        const after = await AttemptModel.findOne(which).lean();
        expect([from, to, moved]).toEqual([from, to, mayMove(ATTEMPT, from, to)]);
        expect([from, to, after?.state]).toEqual([from, to, moved ? to : from]);
        expect([from, to, narrowed]).toEqual([from, to, false]);
      }
    }
  });

  test('an attempt that is begun', async () => {
    const { attemptId, teacher } = work.now;
    const which = { institutionId: teacher.institutionId, _id: attemptId };
    const seen = await AttemptModel.findOne(which).lean();
    if (!seen) throw new Error('the attempt is gone');
    for (const from of ATTEMPT_STATES) {
      await AttemptModel.updateOne(which, { $set: { state: from } });

      await beginAttempt(deps, { ...seen, state: 'not_started' });

      const after = await AttemptModel.findOne(which).lean();
      expect([from, after?.state]).toEqual([from, from === 'not_started' ? 'in_progress' : from]);
    }
  });

  test('an enrolment that is completed', async () => {
    const { institutionId, personId } = work.now.teacher;
    const enrolment = await EnrolmentModel.findOne({ institutionId, personId }).lean();
    const _id = enrolment?._id ?? randomUUID();
    for (const from of ENROLMENT_STATES) {
      await EnrolmentModel.updateOne({ institutionId, _id }, { $set: { state: from } });

      await inTransaction((tx) => completeEnrolment(institutionId, _id, tx));

      const to = (await EnrolmentModel.findOne({ institutionId, _id }).lean())?.state ?? from;
      expect([from, to]).toEqual([from, mayMove(ENROLMENT, from, 'completed') ? 'completed' : from]);
    }
  });

  test('a run that is archived', async () => {
    const { institutionId } = work.now.teacher;
    const run = await RunModel.findOne({ institutionId }).lean();
    const _id = run?._id ?? randomUUID();
    for (const from of RUN_STATES) {
      await RunModel.updateOne({ institutionId, _id }, { $set: { state: from } });

      const done = await archiveRun(deps, institutionId, _id);

      const to = (await RunModel.findOne({ institutionId, _id }).lean())?.state;
      expect([from, to, done]).toEqual([from, 'archived', mayMove(RUN, from, 'archived')]);
    }
  });
});
