import { randomUUID } from 'node:crypto';
import { ASSIGNMENTS_SHOWN, type AssignedRole } from '../../../contract/assignments.ts';
import type { ClientSession, PipelineStage } from 'mongoose';
import { anyPart, part, type ReadPart } from '../../combinedRead.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey, notFound } from '../../errors.ts';
import { Rights, type Grant } from '../../http/rights.ts';
import { appendAudit, type Actor } from '../audit/audit.service.ts';
import { lockRoleChanges } from '../institutions/institutions.service.ts';
import { whoCanLaunch } from '../launches/members.service.ts';
import { canAnyLaunch } from '../launches/people.service.ts';
import { AssignmentModel, type AssignmentDoc } from './assignment.model.ts';

export type { AssignmentDoc } from './assignment.model.ts';

type RoleAndContext = Pick<AssignmentDoc, 'role' | 'contextId'>;

/** An assignment as a right: the only place where its scope is interpreted. */
function toGrant({ role, contextId }: RoleAndContext): Grant {
  return { role, where: contextId === null ? 'institution' : { contextId } };
}

/** Joins a person's assignments to a document that has their `personId`, as `assignments`: `toGrants` reads them. */
export function assignmentsLookup(institutionId: string): PipelineStage.Lookup {
  return {
    $lookup: {
      from: AssignmentModel.collection.name,
      localField: 'personId',
      foreignField: 'personId',
      pipeline: [{ $match: { institutionId } }, { $project: { _id: 0, role: 1, contextId: 1 } }],
      as: 'assignments',
    },
  };
}

/** People who have a role in one of these courses or in the whole institution. */
interface AssignedWanted {
  role: AssignedRole;
  contextIds: readonly string[];
  except: readonly string[];
}

const assignedFilter = (institutionId: string, { role, contextIds, except }: AssignedWanted) => ({
  institutionId,
  role,
  contextId: { $in: [null, ...contextIds] },
  personId: { $nin: [...except] },
});

/**
 * One of those who have a role in one of these courses or in the whole institution and who can still launch (`whoCanLaunch`).
 * Read together with what else belongs to a page.
 */
export function anyAssignedPart(institutionId: string, wanted: AssignedWanted): ReadPart<{ _id: string }> {
  return anyPart(AssignmentModel, assignedFilter(institutionId, wanted), whoCanLaunch(institutionId));
}

/** All of them. */
export function assignedPart(institutionId: string, wanted: AssignedWanted): ReadPart<{ personId: string }> {
  return part(AssignmentModel, assignedFilter(institutionId, wanted), [
    ...whoCanLaunch(institutionId),
    { $project: { personId: 1 } },
  ]);
}

/** Rights by assignment. Read again for each request: revoking one takes effect at once. */
export function toGrants(assignments: readonly RoleAndContext[]): Grant[] {
  return assignments.map(toGrant);
}

/** A person's oldest assignments, and how many there are in all. */
export interface AssignmentsOf {
  _id: string;
  first: AssignmentDoc[];
  count: number;
}

/** Assignments by person, the oldest of each; people without any are omitted. */
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

/** A role to grant, and where: null is the whole institution. */
export type RolePlace = { role: 'reviewer'; contextId: string | null } | { role: 'admin'; contextId: null };

/**
 * Grants a role; granting it twice changes nothing. The caller has checked that person and course belong to the institution.
 *
 * @throws {AppError} OWN_ROLE: nobody grants themselves a role; FORBIDDEN if the actor is no longer an admin
 */
export async function assignRole(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  input: RolePlace & { personId: string },
): Promise<AssignmentDoc> {
  const { institutionId } = actor;
  if (actor.personId === input.personId)
    throw new AppError('OWN_ROLE', 'You can’t give yourself a role. Ask another admin to.');
  const made: AssignmentDoc = {
    _id: randomUUID(),
    institutionId,
    ...input,
    createdAt: deps.clock.now(),
    createdBy: actor.personId,
  };
  try {
    return await inTransaction(async (tx) => {
      await lockRoleChanges(institutionId, tx);
      await requireAdmin(actor, tx);
      await AssignmentModel.create([made], { session: tx });
      const facts = { role: input.role, contextId: input.contextId };
      await appendAudit(
        deps,
        actor,
        { action: 'assignment.given', subject: { kind: 'person', id: input.personId }, facts },
        tx,
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

/** Whether this assignment makes an admin. */
const makesAdmin = (assignment: RoleAndContext): boolean =>
  new Rights([toGrant(assignment)]).scopeOf('admin') !== null;

/** The persons who are admins of an institution. */
async function listAdmins(institutionId: string, tx: ClientSession): Promise<string[]> {
  const rows = await AssignmentModel.find(
    { institutionId, role: 'admin' },
    { personId: 1, role: 1, contextId: 1 },
  )
    .session(tx)
    .lean();
  return rows.filter(makesAdmin).map((row) => row.personId);
}

/** Somebody who lost the role during the request can no longer change anything. @throws {AppError} FORBIDDEN */
async function requireAdmin({ institutionId, personId }: Actor, tx: ClientSession): Promise<void> {
  // the operator at the command line
  if (personId === null) return;
  if ((await listAdmins(institutionId, tx)).includes(personId)) return;
  throw new AppError('FORBIDDEN', 'You are no longer an admin.');
}

/** Somebody who can still launch must remain: an admin of a disabled LMS cannot. @throws {AppError} LAST_ADMIN */
async function requireAnotherAdmin(
  institutionId: string,
  personId: string,
  tx: ClientSession,
): Promise<void> {
  const others = (await listAdmins(institutionId, tx)).filter((other) => other !== personId);
  if (await canAnyLaunch(institutionId, others, tx)) return;
  throw new AppError(
    'LAST_ADMIN',
    'This is the last admin who can open Waymark. Make somebody else an admin first.',
  );
}

/**
 * Revokes a role. Role changes of an institution are serialised: of two admins who remove each other's role at the same time, one
 * succeeds.
 *
 * @throws {AppError} NOT_FOUND; LAST_ADMIN; FORBIDDEN if the actor is no longer an admin
 */
export async function removeAssignment(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  assignmentId: string,
): Promise<void> {
  await inTransaction(async (tx) => {
    const { institutionId } = actor;
    await lockRoleChanges(institutionId, tx);
    await requireAdmin(actor, tx);
    const removed = await AssignmentModel.findOneAndDelete(
      { institutionId, _id: assignmentId },
      { session: tx },
    ).lean();
    if (!removed) throw notFound('This assignment');
    if (makesAdmin(removed)) await requireAnotherAdmin(institutionId, removed.personId, tx);
    const facts = { role: removed.role, contextId: removed.contextId };
    await appendAudit(
      deps,
      actor,
      { action: 'assignment.taken', subject: { kind: 'person', id: removed.personId }, facts },
      tx,
    );
  });
}
