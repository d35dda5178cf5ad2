import type { ClientSession } from 'mongoose';
import type { AttemptState } from '../../../contract/states.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { AttemptModel } from './attempt.model.ts';
import { EnrolmentModel } from './enrolment.model.ts';

const HANDED_IN: readonly AttemptState[] = ['submitted', 'in_review', 'returned', 'approved'];

/**
 * Keys of the modules that the caller has handed in within the course of this launch, and has not taken back: in any run of any
 * pathway, but in none that they withdrew from, and not as a test student.
 *
 * @param tx  to see it as it is at the end of a transaction
 */
export async function listHandedInModules(
  { institutionId, personId, contextId }: LiveSession,
  tx?: ClientSession,
): Promise<string[]> {
  if (contextId === null) return [];
  const enrolments = await EnrolmentModel.find(
    { institutionId, personId, contextIds: contextId, practice: false, state: { $ne: 'withdrawn' } },
    { _id: 1 },
  )
    .session(tx ?? null)
    .lean();
  if (enrolments.length === 0) return [];
  const enrolmentId = { $in: enrolments.map(({ _id }) => _id) };
  const attempts = await AttemptModel.find(
    { institutionId, enrolmentId, state: { $in: [...HANDED_IN] } },
    { moduleKey: 1 },
  )
    .session(tx ?? null)
    .lean();
  return [...new Set(attempts.map(({ moduleKey }) => moduleKey))];
}
