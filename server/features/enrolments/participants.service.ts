import type { PipelineStage } from 'mongoose';
import { ATTEMPT_WRITABLE } from '../../../contract/states.ts';
import { join } from '../../combinedRead.ts';
import { AttemptModel } from './attempt.model.ts';
import { EnrolmentModel } from './enrolment.model.ts';

/** Read at once. */
const PAGE = 500;

/** Somebody who works in a run. */
export interface Participant {
  personId: string;
  enrolmentId: string;
}

/** Keeps enrolments with work that its author may still change or hand in. */
const withOpenWork = (institutionId: string): PipelineStage[] => [
  join(AttemptModel, { institutionId, local: '_id', foreign: 'enrolmentId', as: 'open' }, [
    { $match: { state: { $in: [...ATTEMPT_WRITABLE] } } },
    { $limit: 1 },
    { $project: { _id: 1 } },
  ]),
  { $match: { open: { $ne: [] } } },
];

/**
 * The people who work in a run and have not completed it, some at a time; without test students.
 *
 * @param only.openWork  only those who have something left to hand in
 */
export async function* eachParticipant(
  { institutionId, runId }: { institutionId: string; runId: string },
  only: { openWork: boolean },
): AsyncGenerator<Participant[]> {
  const found = EnrolmentModel.aggregate<Participant>([
    { $match: { institutionId, runId, state: 'active', practice: false } },
    ...(only.openWork ? withOpenWork(institutionId) : []),
    { $project: { _id: 0, personId: 1, enrolmentId: '$_id' } },
  ]).cursor({ batchSize: PAGE });
  let some: Participant[] = [];
  for await (const one of found) {
    some.push(one as Participant);
    if (some.length < PAGE) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
