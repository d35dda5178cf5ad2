import { randomUUID } from 'node:crypto';
import { ASSIGNMENTS_SHOWN, type AssignedRole } from '../../../contract/assignments.ts';
import type { ClientSession, PipelineStage } from 'mongoose';
import { anyPart, type ReadPart } from '../../combinedRead.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey, notFound } from '../../errors.ts';
import { Rights, type Grant } from '../../http/rights.ts';
import { appendAudit, type Actor } from '../audit/audit.service.ts';
import { takeRolesTurn } from '../institutions/institutions.service.ts';
import { whoCanLaunch } from '../launches/members.service.ts';
import { canAnyLaunch } from '../launches/people.service.ts';
import { AssignmentModel, type AssignmentDoc } from './assignment.model.ts';

export type { AssignmentDoc } from './assignment.model.ts';

type Given = Pick<AssignmentDoc, 'role' | 'contextId'>;

/** An assignment as a right: the one place where its scope is read. */
function toGrant({ role, contextId }: Given): Grant {
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

/**
 * One of those who have a role in one of these courses or in the whole institution and who can still come (`whoCanLaunch`). Read
 * together with what else belongs to a page.
 */
export function anyAssignedPart(
  institutionId: string,
  who: { role: AssignedRole; contextIds: readonly string[]; except: readonly string[] },
): ReadPart<{ _id: string }> {
  const filter = {
    institutionId,
    role: who.role,
    contextId: { $in: [null, ...who.contextIds] },
    personId: { $nin: [...who.except] },
  };
  return anyPart(AssignmentModel, filter, whoCanLaunch(institutionId));
}

/** Rights by assignment. Read afresh for each request: taking one away counts at once. */
export function toGrants(assignments: readonly Given[]): Grant[] {
  return assignments.map(toGrant);
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

/** A role to give, and where: null is the whole institution. */
export type RolePlace = { role: 'reviewer'; contextId: string | null } | { role: 'admin'; contextId: null };

/**
 * Gives a role; giving it twice changes nothing. The caller has checked that person and course are the institution's.
 *
 * @throws {AppError} OWN_ROLE: nobody gives themselves a role; FORBIDDEN when the actor is no admin any more
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
      await takeRolesTurn(institutionId, tx);
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
const makesAdmin = (assignment: Given): boolean =>
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

/** Whoever lost the role while the request was on its way changes nothing any more. @throws {AppError} FORBIDDEN */
async function requireAdmin({ institutionId, personId }: Actor, tx: ClientSession): Promise<void> {
  // the operator at the command line
  if (personId === null) return;
  if ((await listAdmins(institutionId, tx)).includes(personId)) return;
  throw new AppError('FORBIDDEN', 'You are no longer an admin.');
}

/** Somebody who can still come must be left: an admin of an LMS that is switched off can't. @throws {AppError} LAST_ADMIN */
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
 * Takes a role back. Changes of an institution's roles come one after the other: of two admins who take each other's role at
 * once, one does.
 *
 * @throws {AppError} NOT_FOUND; LAST_ADMIN; FORBIDDEN when the actor is no admin any more
 */
export async function removeAssignment(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  assignmentId: string,
): Promise<void> {
  await inTransaction(async (tx) => {
    const { institutionId } = actor;
    await takeRolesTurn(institutionId, tx);
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
