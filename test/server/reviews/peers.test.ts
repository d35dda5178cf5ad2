import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DecisionModel } from '../../../server/features/reviews/decision.model.ts';
import { AwardModel } from '../../../server/features/awards/award.model.ts';
import { EnrolmentModel } from '../../../server/features/enrolments/enrolment.model.ts';
import { MembershipModel } from '../../../server/features/launches/membership.model.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { approve } from '../../../server/features/reviews/decisions.service.ts';
import { undoReturn, returnForRevision } from '../../../server/features/reviews/returning.service.ts';
import { getPeerQueue, releaseClaim, takeForPeer } from '../../../server/features/reviews/peers.service.ts';
import { getReviewPage } from '../../../server/features/reviews/reviewPage.service.ts';
import { getReviewQueue } from '../../../server/features/reviews/queue.service.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import {
  mayReviewAny,
  putReviewBack,
  saveReviewDraft,
  startReview,
} from '../../../server/features/reviews/reviews.service.ts';
import { RosterMemberModel } from '../../../server/features/rosters/roster.model.ts';
import { getReceipt } from '../../../server/features/attempts/receipt.service.ts';
import { withdrawSubmission } from '../../../server/features/attempts/submitting.service.ts';
import type { LiveSession } from '../../../server/http/liveSession.ts';
import { readSealedLines } from '../../support/audit.ts';
import { usePeerCourse } from '../../support/peers.ts';
import { returnWithoutUndo } from '../../support/returns.ts';
import { useServices } from '../../support/services.ts';
import { codeOf, FIRST_MODULE } from '../../support/work.ts';

const { deps } = useServices();
const course = usePeerCourse(deps);

const judged = (b: 'meets' | 'approaching') => ({
  judgements: [
    { criterionKey: FIRST_MODULE.A, level: 'meets' as const, comment: '' },
    { criterionKey: FIRST_MODULE.B, level: b, comment: b === 'meets' ? '' : 'Name the piles.' },
  ],
  summary: '',
});
const draft = (summary: string, baseRevision = 0) => ({ baseRevision, judgements: [], summary });

/** An author and a peer who have handed in the module, the author first. */
async function twoHandedIn() {
  const [author, peer] = [await course.now.addPerson(), await course.now.addPerson()];
  const work = await course.now.handIn(author);
  const own = await course.now.handIn(peer);
  return { author, peer, ...work, ownReviewId: own.reviewId };
}
const take = async (who: LiveSession) => (await takeForPeer(deps, who)).reviewId;

/** The same, and the peer has taken the author's work. */
async function taken() {
  const found = await twoHandedIn();
  expect(await take(found.peer)).toBe(found.reviewId);
  return found;
}
const letLapse = async ({ institutionId }: LiveSession, reviewId: string): Promise<boolean> => {
  await ReviewModel.updateOne({ institutionId, _id: reviewId }, { $set: { 'claim.until': new Date(0) } });
  return releaseClaim(institutionId, reviewId);
};

async function leaveCourse({ institutionId, personId, contextId }: LiveSession): Promise<void> {
  const person = await PersonModel.findOne({ institutionId, _id: personId }).lean();
  const which = { _id: randomUUID(), institutionId, contextId: contextId ?? '', sub: person?.sub ?? '' };
  await RosterMemberModel.create({ ...which, roles: [], state: 'left', run: 1, changedAt: new Date() });
}
async function loseRole({ institutionId, personId }: LiveSession): Promise<void> {
  await MembershipModel.updateOne({ institutionId, personId }, { $set: { roles: ['Mentor'] } });
}
async function leavePathway({ institutionId, personId }: LiveSession): Promise<void> {
  await EnrolmentModel.updateOne({ institutionId, personId }, { $set: { state: 'withdrawn' } });
}
const LOSSES = [
  ['the course', leaveCourse],
  ['their role in the course', loseRole],
  ['the pathway', leavePathway],
] as const;

describe('what waits for a peer', () => {
  it('is the work of others on modules that they have handed in themselves', async () => {
    const { author, peer, ownReviewId } = await twoHandedIn();
    const newcomer = await course.now.addPerson();

    const counts = await Promise.all([author, peer, newcomer].map((who) => getPeerQueue(who)));

    expect(counts.map(({ waiting }) => waiting)).toEqual([1, 1, 0]);
    expect(await take(newcomer)).toBeNull();
    expect(await take(author)).toBe(ownReviewId);
  });

  it.each([
    ['of another course', () => ({ contextId: randomUUID() })],
    ['who only runs the course', () => ({ takesPart: false })],
    ['who is the LMS’ test student', () => ({ practice: true })],
  ])('is nothing for somebody %s', async (_who, given) => {
    const { peer } = await twoHandedIn();
    const other = { ...peer, ...given() };

    expect(await getPeerQueue(other)).toEqual({ waiting: 0, taken: null });
    expect(await take(other)).toBeNull();
  });

  it('is given in the order in which it was handed in, one at a time', async () => {
    const { peer, reviewId } = await twoHandedIn();
    const later = await course.now.handIn(await course.now.addPerson());

    const first = await take(peer);
    const again = await take(peer);
    await approve(deps, peer, reviewId, judged('meets'));

    expect([first, again]).toEqual([reviewId, reviewId]);
    expect(await take(peer)).toBe(later.reviewId);
  });

  it('is never given twice: of two peers at once each gets another, of two windows of one both the same', async () => {
    const { peer, reviewId, ownReviewId } = await twoHandedIn();
    const third = await course.now.addPerson();
    const { reviewId: thirdId } = await course.now.handIn(third);

    const both = await Promise.all([take(peer), take(third)]);
    const [one, two] = await Promise.all([take(peer), take(peer)]);

    expect(new Set(both).size).toBe(2);
    expect([reviewId, thirdId]).toContain(both[0]);
    expect([reviewId, ownReviewId]).toContain(both[1]);
    expect([one, two]).toEqual([both[0], both[0]]);
  });

  it('is counted apart from what they have taken', async () => {
    const { peer, reviewId } = await taken();

    const { waiting, taken: current } = await getPeerQueue(peer);

    expect(waiting).toBe(0);
    expect(current).toMatchObject({ id: reviewId, moduleTitle: FIRST_MODULE.module.title });
  });
});

describe('a peer', () => {
  it('reads nothing of what they have not taken, nor of what is decided', async () => {
    const { peer, reviewId, submissionId } = await twoHandedIn();
    const third = await course.now.addPerson();
    await course.now.handIn(third);
    const before = await codeOf(getReviewPage(deps, peer, reviewId));
    const readsBefore = await mayReviewAny(peer, [submissionId]);

    await take(peer);
    const page = await getReviewPage(deps, peer, reviewId);
    const readsThen = await mayReviewAny(peer, [submissionId]);
    await approve(deps, peer, reviewId, judged('meets'));

    expect([before, readsBefore]).toEqual(['NOT_FOUND', false]);
    expect(page).toMatchObject({ judgesAs: 'peer', mayDecide: true, mayStart: false });
    expect(readsThen).toBe(true);
    expect(await codeOf(getReviewPage(deps, peer, reviewId))).toBe('ALREADY_DECIDED');
    expect(await mayReviewAny(peer, [submissionId])).toBe(false);
    expect(await codeOf(getReviewPage(deps, third, reviewId))).toBe('NOT_FOUND');
  });

  it('approves as a reviewer does, and it is recorded who judged as what', async () => {
    const { author, peer, reviewId, submissionId, enrolmentId } = await taken();
    const { institutionId } = author;

    const result = await approve(deps, peer, reviewId, judged('meets'));

    const decision = await DecisionModel.findOne({ institutionId, submissionId }).lean();
    expect(decision).toMatchObject({ judgedAs: 'peer', reviewerId: peer.personId, outcome: 'approved' });
    const award = await AwardModel.findOne({ institutionId, enrolmentId }).lean();
    expect(award).toMatchObject({ _id: result.awardId, decisionId: decision?._id });
    expect(await getReceipt(author, submissionId)).toMatchObject({ state: 'approved' });
    const lines = await readSealedLines(institutionId, { action: 'review.approved' });
    expect(lines.map(({ facts }) => facts)).toEqual([expect.objectContaining({ judgedAs: 'peer' })]);
  });

  it('returns with comments, and may undo it', async () => {
    const { peer, reviewId, submissionId, author } = await taken();

    await returnForRevision(deps, peer, reviewId, judged('approaching'));
    await undoReturn(deps, peer, reviewId);
    await returnWithoutUndo(deps, peer, reviewId, judged('approaching'));

    const decision = await DecisionModel.findOne({
      institutionId: author.institutionId,
      submissionId,
    }).lean();
    expect(decision).toMatchObject({ judgedAs: 'peer', outcome: 'returned' });
  });

  it('can’t undo a return once they have taken another one', async () => {
    const { peer, reviewId } = await taken();
    await course.now.handIn(await course.now.addPerson());
    await returnForRevision(deps, peer, reviewId, judged('approaching'));
    await take(peer);

    expect(await codeOf(undoReturn(deps, peer, reviewId))).toBe('REVIEW_TAKEN');
  });

  it.each(LOSSES)('who has left %s a moment ago decides nothing more', async (_what, lose) => {
    const { peer, reviewId, submissionId } = await taken();
    const { institutionId } = peer;
    await lose(peer);

    const codes = [
      await codeOf(approve(deps, peer, reviewId, judged('meets'))),
      await codeOf(returnForRevision(deps, peer, reviewId, judged('approaching'))),
    ];

    expect(codes).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(await DecisionModel.exists({ institutionId, submissionId })).toBeNull();
  });

  it.each(LOSSES)('who has left %s is given nothing', async (_what, lose) => {
    const { peer } = await twoHandedIn();
    await lose(peer);

    expect(await take(peer)).toBeNull();
  });

  it('who took their own work back is given nothing', async () => {
    const { author, reviewId, peer } = await twoHandedIn();
    const own = await ReviewModel.findOne({
      institutionId: peer.institutionId,
      authorId: peer.personId,
    }).lean();
    await withdrawSubmission(deps, peer, own?.submissionId ?? '');

    expect(await take(peer)).toBeNull();
    expect(await getPeerQueue(author)).toEqual({ waiting: 0, taken: null });
    expect(await codeOf(startReview(deps, course.now.reviewer, reviewId))).toBe('done');
  });

  it('puts back the work of somebody they know, and it is not given to them again', async () => {
    const { peer, reviewId } = await taken();
    const third = await course.now.addPerson();
    await course.now.handIn(third);
    await saveReviewDraft(deps, peer, reviewId, draft('I know these piles.'));

    await putReviewBack(deps, peer, reviewId, true);

    expect(await take(peer)).not.toBe(reviewId);
    expect(await codeOf(getReviewPage(deps, peer, reviewId))).toBe('REVIEW_TAKEN');
    expect(await take(third)).toBe(reviewId);
    expect((await getReviewPage(deps, third, reviewId)).draft.summary).toBe('');
  });
});

describe('a claim that is not worked on', () => {
  it('goes back to the others, and what was written is kept for whoever wrote it', async () => {
    const { peer, reviewId, author, submissionId } = await taken();
    await saveReviewDraft(deps, peer, reviewId, draft('Half of it.'));

    expect(await letLapse(peer, reviewId)).toBe(true);

    expect(await getReceipt(author, submissionId)).toMatchObject({ state: 'waiting', reader: 'peer' });
    const refused = saveReviewDraft(deps, peer, reviewId, draft('All of it.', 1));
    expect(await codeOf(refused)).toBe('REVIEW_TAKEN');
    expect(await take(peer)).toBe(reviewId);
    expect((await getReviewPage(deps, peer, reviewId)).draft).toMatchObject({
      summary: 'Half of it.',
      revision: 1,
    });
  });

  it('lasts longer each time that something is saved, and is not released before', async () => {
    const { peer, reviewId } = await taken();
    const { institutionId } = peer;
    await ReviewModel.updateOne({ institutionId, _id: reviewId }, { $set: { 'claim.until': new Date(0) } });

    await saveReviewDraft(deps, peer, reviewId, draft('In time.'));

    expect(await releaseClaim(institutionId, reviewId)).toBe(false);
    expect(await codeOf(approve(deps, peer, reviewId, judged('meets')))).toBe('done');
    expect(await letLapse(peer, reviewId)).toBe(false);
  });
});

describe('a reviewer', () => {
  it('may take what waits for peers as well, and then no peer gets it', async () => {
    const { reviewer } = course.now;
    const { peer, reviewId, submissionId, author } = await twoHandedIn();
    const { rows } = await getReviewQueue(deps, reviewer, { show: 'open' });

    await startReview(deps, reviewer, reviewId);
    await approve(deps, reviewer, reviewId, judged('meets'));

    expect(rows.map((row) => row.reviewedBy)).toEqual(['peer', 'peer']);
    expect(await take(peer)).toBeNull();
    const decision = await DecisionModel.findOne({
      institutionId: author.institutionId,
      submissionId,
    }).lean();
    expect(decision?.judgedAs).toBe('reviewer');
  });

  it('lists what peers have decided for good, of their course alone, without what reviewers decided', async () => {
    const { reviewer, addPerson } = course.now;
    const elsewhere = await addPerson({ isCourseInstructor: true, contextId: randomUUID() });
    const { peer, reviewId, ownReviewId } = await taken();
    const list = async (who: LiveSession) => {
      const { rows, anyByPeers } = await getReviewQueue(deps, who, { show: 'peers' });
      return [anyByPeers, ...rows.map(({ id }) => id)];
    };
    await startReview(deps, reviewer, ownReviewId);
    await approve(deps, reviewer, ownReviewId, judged('meets'));
    await returnForRevision(deps, peer, reviewId, judged('approaching'));
    const before = await list(reviewer);

    await undoReturn(deps, peer, reviewId);
    await approve(deps, peer, reviewId, judged('meets'));

    expect(before).toEqual([false]);
    expect(await list(reviewer)).toEqual([true, reviewId]);
    expect(await list(elsewhere)).toEqual([false]);
  });

  it('sees that two peers judged each other’s work; the peers do not', async () => {
    const { author, peer, reviewId, ownReviewId } = await taken();
    await returnWithoutUndo(deps, peer, reviewId, judged('approaching'));
    const before = await getReviewPage(deps, course.now.reviewer, reviewId);
    await take(author);
    await approve(deps, author, ownReviewId, judged('meets'));

    const after = await getReviewPage(deps, course.now.reviewer, reviewId);

    const reciprocal = [before, after].map(({ history }) => history.map((one) => one.reciprocal));
    expect(reciprocal).toEqual([[false], [true]]);
    expect(after.history[0]).toMatchObject({ judgedAs: 'peer' });
  });
});
