import { describe, expect, it } from '@jest/globals';
import { AuthorFeedback } from '../../../contract/attempts.ts';
import { getWorkspace } from '../../../server/features/attempts/attemptPage.service.ts';
import { getReceipt } from '../../../server/features/attempts/receipt.service.ts';
import { saveReviewDraft, startReview } from '../../../server/features/reviews/reviews.service.ts';
import { returnWithoutUndo } from '../../support/returns.ts';
import { useServices } from '../../support/services.ts';
import { FIRST_MODULE, useWork } from '../../support/work.ts';

const { A, B } = FIRST_MODULE;
const { deps } = useServices();
const work = useWork(deps);

/** All that the author of the work can read of it, as text. */
async function readByAuthor(submissionId: string): Promise<string> {
  const { teacher, attemptId } = work.now;
  return JSON.stringify([
    await getWorkspace(deps, teacher, attemptId),
    await getReceipt(teacher, submissionId),
  ]);
}

describe('the author of work', () => {
  it('reads nothing of a review that is being written, and never who writes it', async () => {
    const { reviewer, submitted } = work.now;
    const { submissionId, reviewId } = await submitted();
    await startReview(deps, reviewer, reviewId);
    const judgements = [{ criterionKey: A, level: 'approaching' as const, comment: 'unsaid comment' }];
    await saveReviewDraft(deps, reviewer, reviewId, { baseRevision: 0, judgements, summary: 'unsaid words' });

    const read = await readByAuthor(submissionId);

    expect(read).not.toContain('unsaid');
    expect(read).not.toContain(reviewer.personId);
  });

  it('reads a return in the shape that is made for authors, without who decided', async () => {
    const { teacher, reviewer, attemptId, submitted } = work.now;
    const { submissionId, reviewId } = await submitted();
    await startReview(deps, reviewer, reviewId);
    const judgements = [
      { criterionKey: A, level: 'approaching' as const, comment: 'Say how.' },
      { criterionKey: B, level: 'meets' as const, comment: '' },
    ];
    await returnWithoutUndo(deps, reviewer, reviewId, { judgements, summary: 'Nearly there.' });

    const { feedback } = await getWorkspace(deps, teacher, attemptId);

    expect(AuthorFeedback.parse(feedback)).toMatchObject({ outcome: 'returned', summary: 'Nearly there.' });
    expect(await readByAuthor(submissionId)).not.toContain(reviewer.personId);
  });
});
