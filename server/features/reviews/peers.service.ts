import type { ClientSession, QueryFilter } from 'mongoose';
import { PEER_COUNT_MAX, type PeerQueue } from '../../../contract/peers.ts';
import { REVIEW, statesBefore } from '../../../contract/states.ts';
import { part, readOfEach } from '../../combinedRead.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { RepeatedJob } from '../../jobs/jobs.ts';
import { appendAudit } from '../audit/audit.service.ts';
import { getAttempt, moveAttempt } from '../enrolments/attempts.service.ts';
import { listHandedInModules } from '../enrolments/handedIn.service.ts';
import { addMessage } from '../messages/messages.service.ts';
import { CLAIM_UNTIL, GIVEN_BACK, isInCourse } from './claims.service.ts';
import { ReviewModel, type ReviewDoc } from './review.model.ts';

type Filter = QueryFilter<ReviewDoc>;

/** Somebody who does the work of the course of this launch themselves; a test student judges nobody. */
function isPeer({ contextId, takesPart, practice, rights }: LiveSession): boolean {
  const scope = rights.scopeOf('participant');
  return contextId !== null && takesPart && !practice && (scope?.contextIds.includes(contextId) ?? false);
}

/** What the caller has taken in this course. */
async function findTaken(session: LiveSession, tx?: ClientSession): Promise<ReviewDoc | null> {
  const { institutionId, personId, contextId } = session;
  const which: Filter = {
    institutionId,
    reviewerId: personId,
    state: 'started',
    'claim.contextId': contextId,
    'claim.until': { $exists: true },
  };
  return ReviewModel.findOne(which)
    .hint('claim_of_peer')
    .session(tx ?? null)
    .lean();
}

/** What the caller may take: work on modules that they have handed in themselves. */
function waitingFor({ institutionId, personId, contextId }: LiveSession, modules: readonly string[]): Filter {
  return {
    institutionId,
    peerModuleKey: { $exists: true, $in: [...modules] },
    contextIds: contextId,
    state: 'open',
    practice: false,
    authorId: { $ne: personId },
    declinedBy: { $ne: personId },
  };
}

/** What waits for the caller as a peer, and what they have taken. */
export async function getPeerQueue(session: LiveSession): Promise<PeerQueue> {
  if (!isPeer(session)) return { waiting: 0, taken: null };
  const [taken, modules] = await Promise.all([findTaken(session), listHandedInModules(session)]);
  const waiting =
    modules.length === 0
      ? 0
      : await ReviewModel.countDocuments(waitingFor(session, modules))
          .limit(PEER_COUNT_MAX)
          .hint('reviews_for_peers');
  if (!taken?.claim) return { waiting, taken: null };
  const { _id: id, moduleTitle, pathwayTitle, minutes, claim } = taken;
  return { waiting, taken: { id, moduleTitle, pathwayTitle, minutes, until: claim.until.toISOString() } };
}

/** Claims the oldest one. Of two peers at once the second restarts, and takes the next. */
async function claimOldest(
  session: LiveSession,
  modules: readonly string[],
  tx: ClientSession,
): Promise<ReviewDoc | null> {
  const { personId, contextId } = session;
  // what they had written the last time that they had it goes on
  const own = {
    $filter: { input: { $ifNull: ['$setAside', []] }, cond: { $eq: ['$$this.personId', personId] } },
  };
  return ReviewModel.findOneAndUpdate(
    waitingFor(session, modules),
    [
      {
        $set: {
          state: 'started',
          reviewerId: personId,
          startedAt: '$$NOW',
          claim: { contextId, until: CLAIM_UNTIL },
          draft: { $ifNull: [{ $last: { $map: { input: own, in: '$$this.draft' } } }, '$draft'] },
        },
      },
    ],
    {
      updatePipeline: true,
      sort: { submittedAt: 1, _id: 1 },
      hint: 'reviews_for_peers',
      returnDocument: 'after',
      session: tx,
    },
  ).lean();
}

/**
 * Gives the caller the next work of a colleague: what they have taken already, otherwise the oldest one that waits. They can't choose
 * it, and read nothing of it before.
 *
 * @returns null if nothing waits for them
 */
export async function takeForPeer(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
): Promise<{ reviewId: string | null }> {
  if (!isPeer(session)) return { reviewId: null };
  try {
    return await inTransaction(async (tx) => {
      const taken = await findTaken(session, tx);
      if (taken) return { reviewId: taken._id };
      if (!session.contextId || !(await isInCourse(session, session.contextId, tx)))
        return { reviewId: null };
      const modules = await listHandedInModules(session, tx);
      const review = modules.length === 0 ? null : await claimOldest(session, modules, tx);
      if (!review) return { reviewId: null };
      const { institutionId } = session;
      const attempt = await getAttempt(institutionId, review.attemptId, tx);
      await moveAttempt(attempt, { to: 'in_review', when: { state: 'submitted' } }, tx);
      const subject = { kind: 'review', id: review._id };
      await appendAudit(
        deps,
        session,
        { action: 'review.started', subject, facts: { judgedAs: 'peer' } },
        tx,
      );
      return { reviewId: review._id };
    });
  } catch (error) {
    if (!isDuplicateKey(error, 'claim_of_peer')) throw error;
    // another window took one a moment ago
    return { reviewId: (await findTaken(session))?._id ?? null };
  }
}

/** @param released  as it was while they had it */
async function tellFormerPeer(released: ReviewDoc, tx: ClientSession): Promise<void> {
  const { institutionId, _id, reviewerId, claim, pathwayTitle, moduleTitle } = released;
  if (reviewerId === null || !claim) return;
  const key = `passed_on:${_id}:${claim.until.getTime()}`;
  const news = { institutionId, kind: 'passed_on', key, at: claim.until } as const;
  await addMessage(
    { ...news, facts: { pathwayTitle, moduleTitle }, target: { page: 'peers' } },
    reviewerId,
    tx,
  );
}

/** Puts what a peer has not worked on for too long back into the queue. @returns false if they have, or decided it */
export async function releaseClaim(institutionId: string, reviewId: string): Promise<boolean> {
  return inTransaction(async (tx) => {
    const released = await ReviewModel.findOneAndUpdate(
      {
        institutionId,
        _id: reviewId,
        // a return that may still be undone is a decision
        state: { $in: statesBefore(REVIEW, 'open') },
        $expr: { $lte: ['$claim.until', '$$NOW'] },
      },
      GIVEN_BACK,
      { updatePipeline: true, session: tx },
    ).lean();
    if (!released) return false;
    const attempt = await getAttempt(institutionId, released.attemptId, tx);
    await moveAttempt(attempt, { to: 'submitted', when: { state: 'in_review' } }, tx);
    await tellFormerPeer(released, tx);
    return true;
  });
}

/** The periodic job that releases them. */
export function claimsJob(
  { log }: Pick<Deps, 'log'>,
  listInstitutionIds: () => Promise<readonly string[]>,
): RepeatedJob {
  return {
    name: 'reviews.claims',
    every: '1 minute',
    async run() {
      const isOver = {
        state: 'started',
        'claim.until': { $exists: true },
        $expr: { $lte: ['$claim.until', '$$NOW'] },
      };
      const over = await readOfEach(await listInstitutionIds(), (institutionId) =>
        part<{ _id: string }>(ReviewModel, { institutionId, ...isOver }, [{ $project: { _id: 1 } }]),
      );
      let released = 0;
      for (const [institutionId, claims] of over) {
        for (const { _id: reviewId } of claims) {
          try {
            if (await releaseClaim(institutionId, reviewId)) released += 1;
          } catch (err) {
            log.warn({ err, reviewId }, 'a claim could not be released yet; the next run tries again');
          }
        }
      }
      return released;
    },
  };
}
