import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { getReviewQueue } from '../../../server/features/reviews/queue.service.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import { startReview } from '../../../server/features/reviews/reviews.service.ts';
import { useServices } from '../../support/services.ts';
import { useWork } from '../../support/work.ts';

const { deps } = useServices();
const work = useWork(deps);
const DAY_MS = 24 * 3600 * 1000;

/** Reviews of the course with these due dates, in days from now; the code of each is its place. */
async function queueWith(days: readonly number[]): Promise<string[]> {
  const { reviewId } = await work.now.submitted();
  const { institutionId } = work.now.teacher;
  const first = await ReviewModel.findOne({ institutionId, _id: reviewId }).lean();
  if (!first) throw new Error('there is no review');
  const reviews = days.map((inDays, n) => ({
    ...first,
    _id: randomUUID(),
    submissionId: randomUUID(),
    code: `N${n}`,
    dueAt: new Date(deps.clock.now().getTime() + inDays * DAY_MS),
    submittedAt: new Date(first.submittedAt.getTime() - n * 1000),
  }));
  await ReviewModel.deleteOne({ institutionId, _id: reviewId });
  await ReviewModel.insertMany(reviews);
  return reviews.map(({ _id }) => _id);
}

const queue = (show: 'open' | 'overdue' | 'mine', cursor?: string) =>
  getReviewQueue(deps, work.now.reviewer, { show, cursor });
const codes = ({ rows }: Awaited<ReturnType<typeof queue>>) => rows.map(({ code }) => code);

describe('the review queue', () => {
  it('has what is due first at its beginning, so that what is overdue comes before the rest', async () => {
    await queueWith([5, -3, 1, -1, 20]);

    expect(codes(await queue('open'))).toEqual(['N1', 'N3', 'N2', 'N0', 'N4']);
  });

  it('counts what is overdue apart from what is due within three days, and all together', async () => {
    await queueWith([5, -3, 1, -1, 2.9, 20]);

    expect(await queue('open')).toMatchObject({ total: 6, overdue: 2, dueSoon: 2, mine: 0 });
  });

  it('shows what is overdue alone when asked, of anybody’s and of mine', async () => {
    const [mine = ''] = await queueWith([-2, 4, -1]);
    await startReview(deps, work.now.reviewer, mine).catch(() => undefined);
    const { institutionId, personId } = work.now.reviewer;
    await ReviewModel.updateOne(
      { institutionId, _id: mine },
      { $set: { state: 'started', reviewerId: personId } },
    );

    const overdue = await queue('overdue');

    expect(codes(overdue)).toEqual(['N0', 'N2']);
    expect(overdue).toMatchObject({ total: 3, overdue: 2, mine: 1 });
  });

  it('goes on page by page with nothing twice and nothing left out, also where many are due at once', async () => {
    await queueWith(Array.from({ length: 120 }, (_, n) => (n < 70 ? -1 : 3)));

    const seen: string[] = [];
    for (let page = await queue('open'); ; page = await queue('open', page.next ?? '')) {
      seen.push(...codes(page));
      if (page.next === null) break;
    }

    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
  });
});
