import type { PipelineStage } from 'mongoose';
import { OBSERVATION_STATES, type ObservationState } from '../../../contract/states.ts';
import { readTogether } from '../../combinedRead.ts';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { membersPart } from '../launches/members.service.ts';
import { getDisplayNames } from '../launches/people.service.ts';
import { listFormerReviewers, listReviewerIds } from '../reviews/reviewers.service.ts';
import { notLeftStages } from '../rosters/rosters.service.ts';
import { ObservationModel } from './observation.model.ts';

const SHOWN_MAX = 200;
const OVER: readonly ObservationState[] = ['declined', 'cancelled', 'closed'];
const OPEN = OBSERVATION_STATES.filter((state) => !OVER.includes(state));

/**
 * Who may be asked to observe the caller: participants of the course of this launch. Nobody who judges the caller's work may, by a
 * role that they have now or by a decision that they once made as a reviewer: a visit is no evaluation.
 *
 * @param which  of them, and how many
 */
async function listMayObserve(
  session: LiveSession,
  which: PipelineStage.UnionWithPipelineStage[],
): Promise<string[]> {
  const { institutionId, personId, contextId } = session;
  if (contextId === null) return [];
  const judges = await Promise.all([
    listReviewerIds(institutionId, [contextId]),
    listFormerReviewers(institutionId, personId),
  ]);
  const wanted = {
    role: 'participant' as const,
    contextIds: [contextId],
    except: [personId, ...judges.flat()],
  };
  const { members } = await readTogether({
    members: membersPart(institutionId, wanted, [...notLeftStages(institutionId), ...which]),
  });
  return members.map((member) => member.personId);
}

/** @throws {AppError} OBSERVER_REFUSED */
export async function requireMayObserve(session: LiveSession, observerId: string): Promise<void> {
  if ((await listMayObserve(session, [{ $match: { personId: observerId } }])).length > 0) return;
  throw new AppError(
    'OBSERVER_REFUSED',
    'This person can’t observe your lesson: they are not a participant of this course, or they review your work. Choose a colleague.',
  );
}

/** How many visits each of these people still has to make; people without any are omitted. */
async function countOpenVisits(
  institutionId: string,
  personIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await ObservationModel.aggregate<{ _id: string; open: number }>([
    { $match: { institutionId, observerIds: { $in: [...personIds] }, state: { $in: OPEN } } },
    { $unwind: '$observerIds' },
    { $group: { _id: '$observerIds', open: { $sum: 1 } } },
  ]).hint('observations_of_observer_by_state');
  return new Map(rows.map(({ _id, open }) => [_id, open]));
}

/** Colleagues whom the caller may ask, those with the fewest visits to make first. */
export async function listObservers(
  session: LiveSession,
): Promise<{ id: string; name: string; open: number }[]> {
  const { institutionId } = session;
  const ids = await listMayObserve(session, [{ $limit: SHOWN_MAX }]);
  const [names, open] = await Promise.all([
    getDisplayNames(institutionId, ids),
    countOpenVisits(institutionId, ids),
  ]);
  return ids
    .map((id) => ({ id, name: names.get(id) ?? '', open: open.get(id) ?? 0 }))
    .sort((a, b) => a.open - b.open || a.name.localeCompare(b.name));
}
