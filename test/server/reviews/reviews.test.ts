import { describe, expect, it } from '@jest/globals';
import { CHANGE_NOTE } from '../../../contract/attempts.ts';
import { addLink, getOwnAttempt } from '../../../server/features/enrolments/attempts.service.ts';
import { readTogether } from '../../../server/combinedRead.ts';
import type { AwardDoc } from '../../../server/features/awards/award.model.ts';
import { awardsPart } from '../../../server/features/awards/awards.service.ts';
import { approve } from '../../../server/features/reviews/decisions.service.ts';
import { returnForRevision } from '../../../server/features/reviews/returning.service.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import { putReviewBack, startReview } from '../../../server/features/reviews/reviews.service.ts';
import { submitAttempt, withdrawSubmission } from '../../../server/features/attempts/submitting.service.ts';
import { getWorkspace } from '../../../server/features/attempts/attemptPage.service.ts';
import { saveAttemptDraft } from '../../../server/features/attempts/writing.service.ts';
import { firstDraft } from '../../support/build.ts';
import { buildSession } from '../../support/liveSession.ts';
import { returnWithoutUndo } from '../../support/returns.ts';
import { faultsOfChain } from '../../support/audit.ts';
import { useServices } from '../../support/services.ts';

import { codeOf, FIRST_MODULE, useWork } from '../../support/work.ts';

const { deps } = useServices();
const work = useWork(deps);

const judge = (a: 'meets' | 'approaching' | 'extends', b: 'meets' | 'approaching' | 'extends') => ({
  judgements: [
    { criterionKey: FIRST_MODULE.A, level: a, comment: a === 'approaching' ? 'Say what it was for.' : '' },
    { criterionKey: FIRST_MODULE.B, level: b, comment: b === 'approaching' ? 'Name the piles.' : '' },
  ],
  summary: '',
});

const awardsOf = async (institutionId: string, enrolmentId: string): Promise<AwardDoc[]> =>
  (await readTogether({ awards: awardsPart(institutionId, { enrolmentId }) })).awards;

describe('a review', () => {
  it('is not for the author, even with the course’s instructor role', async () => {
    const { reviewId } = await work.now.submitted();
    const both = { ...work.now.teacher, isCourseInstructor: true, rights: work.now.reviewer.rights };

    expect(await codeOf(startReview(deps, both, reviewId))).toBe('OWN_WORK');
  });

  it('is not there for an instructor of another course', async () => {
    const { reviewId } = await work.now.submitted();
    const elsewhere = buildSession(work.now.teacher.institutionId, { isCourseInstructor: true });

    expect(await codeOf(startReview(deps, elsewhere, reviewId))).toBe('NOT_FOUND');
  });

  it('is one reviewer’s: of two who start at once one is told so', async () => {
    const { reviewId } = await work.now.submitted();
    const second = buildSession(work.now.teacher.institutionId, {
      contextId: work.now.teacher.contextId,
      isCourseInstructor: true,
    });

    const codes = await Promise.all(
      [work.now.reviewer, second].map((who) => codeOf(startReview(deps, who, reviewId))),
    );

    expect(codes.sort()).toEqual(['REVIEW_TAKEN', 'done']);
  });

  it('put back because the reviewer knows the person goes to somebody else', async () => {
    const { reviewId, submissionId } = await work.now.submitted();
    await startReview(deps, work.now.reviewer, reviewId);

    await putReviewBack(deps, work.now.reviewer, reviewId, true);

    const second = buildSession(work.now.teacher.institutionId, {
      contextId: work.now.teacher.contextId,
      isCourseInstructor: true,
    });
    expect(await codeOf(startReview(deps, second, reviewId))).toBe('done');
    expect(await codeOf(withdrawSubmission(deps, work.now.teacher, submissionId))).toBe('REVIEW_STARTED');
  });

  it('approves only with every criterion at Meets or above', async () => {
    const { reviewId } = await work.now.submitted();
    await startReview(deps, work.now.reviewer, reviewId);

    expect(await codeOf(approve(deps, work.now.reviewer, reviewId, judge('meets', 'approaching')))).toBe(
      'BELOW_MEETS',
    );
    expect(
      await codeOf(
        approve(deps, work.now.reviewer, reviewId, {
          ...judge('meets', 'meets'),
          judgements: judge('meets', 'meets').judgements.slice(1),
        }),
      ),
    ).toBe('VALIDATION_FAILED');
  });

  it('returns only with a comment on each criterion below Meets, and with at least one', async () => {
    const { reviewId } = await work.now.submitted();
    await startReview(deps, work.now.reviewer, reviewId);
    const silent = {
      judgements: judge('meets', 'approaching').judgements.map((one) => ({ ...one, comment: '' })),
      summary: '',
    };

    expect(await codeOf(returnForRevision(deps, work.now.reviewer, reviewId, silent))).toBe('COMMENT_NEEDED');
    expect(await codeOf(returnForRevision(deps, work.now.reviewer, reviewId, judge('meets', 'meets')))).toBe(
      'NOTHING_RETURNED',
    );
  });

  it('that returns reopens what speaks to the flagged criterion only', async () => {
    const { reviewId } = await work.now.submitted();
    await startReview(deps, work.now.reviewer, reviewId);

    await returnWithoutUndo(deps, work.now.reviewer, reviewId, judge('meets', 'approaching'));

    const attempt = await getOwnAttempt(work.now.teacher, work.now.attemptId);
    expect(attempt).toMatchObject({
      state: 'returned',
      round: 2,
      openCriteria: [FIRST_MODULE.B],
      settled: [{ criterionKey: FIRST_MODULE.A, level: 'meets' }],
    });
    const link = {
      url: 'https://example.org/2',
      name: 'More',
      criteria: [FIRST_MODULE.A],
      requirementKey: null,
    };
    expect(await codeOf(addLink(deps, work.now.teacher, work.now.attemptId, link))).toBe('PIECE_LOCKED');
  });

  it('of a second round needs a note of what changed, judges what is open, and keeps the settled level', async () => {
    const { reviewId } = await work.now.submitted();
    await startReview(deps, work.now.reviewer, reviewId);
    await returnWithoutUndo(deps, work.now.reviewer, reviewId, judge('extends', 'approaching'));
    expect(await codeOf(submitAttempt(deps, work.now.teacher, work.now.attemptId))).toBe(
      'SUBMISSION_INCOMPLETE',
    );
    await saveAttemptDraft(
      deps,
      work.now.teacher,
      { id: work.now.attemptId, pieceKey: CHANGE_NOTE },
      firstDraft('I named the piles.'),
    );
    const second = await submitAttempt(deps, work.now.teacher, work.now.attemptId);
    const review = await ReviewModel.findOne({
      institutionId: work.now.teacher.institutionId,
      submissionId: second._id,
    }).lean();
    await startReview(deps, work.now.reviewer, review?._id ?? '');

    const result = await approve(deps, work.now.reviewer, review?._id ?? '', {
      judgements: [{ criterionKey: FIRST_MODULE.B, level: 'meets', comment: '' }],
      summary: 'Clear now.',
    });

    expect(result).toMatchObject({ outcome: 'approved', scores: 0 });
    const [award] = await awardsOf(work.now.teacher.institutionId, second.enrolmentId);
    expect(award).toMatchObject({
      submissionDigest: second.digest,
      version: 1,
      rule: { name: 'all-criteria-meet', version: 1 },
    });
    expect(award?.levels.map(({ criterionKey, level }) => [criterionKey, level])).toEqual(
      expect.arrayContaining([
        [FIRST_MODULE.A, 'extends'],
        [FIRST_MODULE.B, 'meets'],
      ]),
    );
    const page = await getWorkspace(deps, work.now.teacher, work.now.attemptId);
    expect(page.feedback).toMatchObject({ outcome: 'approved', summary: 'Clear now.' });
    expect(page.earlierFeedback).toMatchObject([
      {
        outcome: 'returned',
        criteria: [
          { level: 'extends', comment: '' },
          { level: 'approaching', comment: 'Name the piles.' },
        ],
      },
    ]);
  });

  it('decided twice at once is decided once, with one award', async () => {
    const { reviewId } = await work.now.submitted();
    await startReview(deps, work.now.reviewer, reviewId);

    const codes = await Promise.all(
      [1, 2, 3].map(() => codeOf(approve(deps, work.now.reviewer, reviewId, judge('meets', 'meets')))),
    );

    expect(codes.filter((code) => code === 'done')).toHaveLength(1);
    const { enrolmentId } = await getOwnAttempt(work.now.teacher, work.now.attemptId);
    expect(await awardsOf(work.now.teacher.institutionId, enrolmentId)).toHaveLength(1);
  });

  it('leaves an unbroken chain of audit lines', async () => {
    const { reviewId } = await work.now.submitted();
    await startReview(deps, work.now.reviewer, reviewId);
    await approve(deps, work.now.reviewer, reviewId, judge('meets', 'meets'));

    expect(await faultsOfChain(work.now.teacher.institutionId)).toEqual([]);
  });
});
