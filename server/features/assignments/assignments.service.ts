import { randomUUID } from 'node:crypto';
import { ASSIGNMENTS_SHOWN, type AssignedRole } from '../../../contract/assignments.ts';
import type { Hat } from '../../../contract/common.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey, notFound } from '../../errors.ts';
import { appendAudit, type Actor } from '../audit/audit.service.ts';
import { AssignmentModel, type AssignmentDoc } from './assignment.model.ts';

export type { AssignmentDoc } from './assignment.model.ts';

/** Hats that a person has by assignment in a course (or everywhere). Read afresh for each request: taking one away counts at once. */
export async function findHats(
  institutionId: string,
  personId: string,
  contextId: string | null,
): Promise<Hat[]> {
  const rows = await AssignmentModel.find({ institutionId, personId }, { role: 1, contextId: 1 }).lean();
  // a reviewer of any course may open the queue; the review scope says which submissions stand in it
  const counts = (row: Pick<AssignmentDoc, 'role' | 'contextId'>): boolean =>
    row.role === 'reviewer' || row.contextId === null || row.contextId === contextId;
  return [...new Set(rows.filter(counts).map((row) => row.role))];
}

/** Courses in which a person is an assigned reviewer; null stands for the whole institution. */
export async function listReviewerAssignments(
  institutionId: string,
  personId: string,
): Promise<(string | null)[]> {
  const rows = await AssignmentModel.find(
    { institutionId, personId, role: 'reviewer' },
    { contextId: 1 },
  ).lean();
  return rows.map((row) => row.contextId);
}

/** A person's oldest assignments, and how many there are in all. */
export interface AssignmentsOf {
  _id: string;
  first: AssignmentDoc[];
  count: number;
}

/** Assignments by person, of each the oldest; who has none is left out. */
export async function listAssignmentsOf(
  institutionId: string,
  personIds: readonly string[],
): Promise<AssignmentsOf[]> {
  return AssignmentModel.aggregate<AssignmentsOf>([
    { $match: { institutionId, personId: { $in: personIds } } },
    { $sort: { createdAt: 1, _id: 1 } },
    {
      $group: {
        _id: '$personId',
        first: { $firstN: { input: '$$ROOT', n: ASSIGNMENTS_SHOWN } },
        count: { $sum: 1 },
      },
    },
  ]);
}

/** Gives a role; giving it twice changes nothing. The caller has checked that person and course are the institution's. */
export async function assignRole(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  input: { personId: string; role: AssignedRole; contextId: string | null },
): Promise<AssignmentDoc> {
  const { institutionId } = actor;
  const made: AssignmentDoc = {
    _id: randomUUID(),
    institutionId,
    ...input,
    createdAt: deps.clock.now(),
    createdBy: actor.personId,
  };
  try {
    return await inTransaction(async (session) => {
      await AssignmentModel.create([made], { session });
      const facts = { role: input.role, contextId: input.contextId };
      await appendAudit(
        deps,
        actor,
        { action: 'assignment.given', subject: { kind: 'person', id: input.personId }, facts },
        session,
      );
      return made;
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const existing = await AssignmentModel.findOne({ institutionId, ...input }).lean();
    if (!existing) throw error;
    return existing;
  }
}

/** Takes a role back. @throws {AppError} NOT_FOUND */
export async function removeAssignment(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  assignmentId: string,
): Promise<void> {
  await inTransaction(async (session) => {
    const { institutionId } = actor;
    const removed = await AssignmentModel.findOneAndDelete(
      { institutionId, _id: assignmentId },
      { session },
    ).lean();
    if (!removed) throw notFound('This assignment');
    const facts = { role: removed.role, contextId: removed.contextId };
    await appendAudit(
      deps,
      actor,
      { action: 'assignment.taken', subject: { kind: 'person', id: removed.personId }, facts },
      session,
    );
  });
}
