import type { ClientSession, PipelineStage } from 'mongoose';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { hasLostRole } from '../launches/members.service.ts';
import { getPerson } from '../launches/people.service.ts';
import { hasLeft } from '../rosters/rosters.service.ts';
import { listHandedInModules } from '../enrolments/handedIn.service.ts';
import type { ReviewDoc } from './review.model.ts';

/** How long a peer keeps what they have taken without working on it. */
const CLAIM_DAYS = 3;
/** For the update of a claim: until when it lasts from now on, by the database's clock. */
export const CLAIM_UNTIL = { $add: ['$$NOW', CLAIM_DAYS * 24 * 3600 * 1000] };

const UNTOUCHED: ReviewDoc['draft'] = { revision: 0, judgements: [], summary: '', savedAt: null };

/**
 * The update that puts what a peer has back into the queue. What they wrote is set aside for them: whoever takes it next begins
 * without it.
 */
export const GIVEN_BACK: Exclude<PipelineStage, PipelineStage.Merge | PipelineStage.Out>[] = [
  {
    $set: {
      state: 'open',
      setAside: {
        $concatArrays: [
          {
            $filter: {
              input: { $ifNull: ['$setAside', []] },
              cond: { $ne: ['$$this.personId', '$reviewerId'] },
            },
          },
          [{ personId: '$reviewerId', draft: '$draft' }],
        ],
      },
      reviewerId: null,
      startedAt: null,
      draft: { $literal: UNTOUCHED },
    },
  },
  { $unset: 'claim' },
];

/** As whom somebody judges it who has it, or judged it. */
export const judgesAs = ({ claim }: Pick<ReviewDoc, 'claim'>) => (claim ? 'peer' : 'reviewer');

/** Whether the caller has taken it as a peer, from the course of this launch. */
export function isTakenByPeer(session: LiveSession, { reviewerId, claim }: ReviewDoc): boolean {
  const { personId, contextId, rights } = session;
  const isTheirs = claim !== undefined && reviewerId === personId && claim.contextId === contextId;
  return isTheirs && (rights.scopeOf('participant')?.contextIds.includes(claim.contextId) ?? false);
}

/** Whether the caller was once, and somebody else may have it now. */
export function hasLostClaim({ personId }: LiveSession, { setAside = [] }: ReviewDoc): boolean {
  return setAside.some((one) => one.personId === personId);
}

/**
 * Whether the caller still belongs to a course: neither does its roster report that they left, nor did their latest launch there come
 * without a role that does its work.
 */
export async function isInCourse(
  { institutionId, personId }: LiveSession,
  contextId: string,
  tx: ClientSession,
): Promise<boolean> {
  const { sub } = await getPerson(institutionId, personId);
  const which = { institutionId, contextId };
  if (await hasLeft(institutionId, contextId, sub, tx)) return false;
  return !(await hasLostRole({ ...which, personId }, 'participant', tx));
}

/**
 * That a peer may still decide, as the database has it when the decision is committed: somebody who has left the course or the pathway
 * since they took it may not. Nothing for a reviewer.
 *
 * @throws {AppError} FORBIDDEN
 */
export async function requireStillPeer(
  session: LiveSession,
  { claim, peerModuleKey }: ReviewDoc,
  tx: ClientSession,
): Promise<void> {
  if (!claim || peerModuleKey === undefined) return;
  const isHere = await isInCourse(session, claim.contextId, tx);
  if (isHere && (await listHandedInModules(session, tx)).includes(peerModuleKey)) return;
  throw new AppError(
    'FORBIDDEN',
    'You are no longer in this course or pathway, so you can’t review for colleagues here. Copy what you wrote if you want to keep it.',
  );
}
