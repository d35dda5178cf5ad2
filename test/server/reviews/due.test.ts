import { describe, expect, it } from '@jest/globals';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { findOpenRun, setRunDates } from '../../../server/features/catalog/runs.service.ts';
import { setSetting } from '../../../server/features/institutions/settings.service.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import { SAMPLE } from '../../support/build.ts';
import { useServices } from '../../support/services.ts';
import { useWork } from '../../support/work.ts';

const DAY_MS = 24 * 3600 * 1000;
const { deps } = useServices();
const work = useWork(deps);

/** What the run says of reviews, in days from now. */
async function setReviewBy(inDays: number | null): Promise<void> {
  const { institutionId } = work.now.teacher;
  const run = await findOpenRun(institutionId, SAMPLE.key);
  const reviewBy = inDays === null ? null : new Date(deps.clock.now().getTime() + inDays * DAY_MS);
  await setRunDates(deps, institutionId, run?._id ?? '', { reviewBy });
}

/** Days from the submission until its review is due. */
async function submittedDueIn(): Promise<number> {
  const { reviewId } = await work.now.submitted();
  const review = await ReviewModel.findOne({
    institutionId: work.now.teacher.institutionId,
    _id: reviewId,
  }).lean();
  return ((review?.dueAt.getTime() ?? 0) - (review?.submittedAt.getTime() ?? 0)) / DAY_MS;
}

describe('a review is due', () => {
  it.each([
    ['names no date', null],
    ['names a date that has passed', -1],
  ])('14 days after its submission where the run %s', async (_what, inDays) => {
    await setReviewBy(inDays);

    expect(await submittedDueIn()).toBe(14);
  });

  it.each([
    ['names no date', null],
    ['names a date that has passed', -1],
  ])('as many days later as its institution has set, where the run %s', async (_what, inDays) => {
    await setReviewBy(inDays);
    await setSetting(deps, operatorOf(work.now.teacher.institutionId), 'reviewDays', 3);

    expect(await submittedDueIn()).toBe(3);
  });

  it('on the date of the run where that is to come, whatever its institution has set', async () => {
    await setReviewBy(5);
    await setSetting(deps, operatorOf(work.now.teacher.institutionId), 'reviewDays', 3);

    expect(await submittedDueIn()).toBeCloseTo(5, 1);
  });
});
