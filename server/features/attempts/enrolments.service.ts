import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { ENROLMENT, statesBefore } from '../../../contract/states.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { getPathway, listModules } from '../pathways/pathways.service.ts';
import { ensureOpenRun } from '../pathways/runs.service.ts';
import { AttemptModel, type AttemptDoc } from './attempt.model.ts';
import { EnrolmentModel, type EnrolmentDoc } from './enrolment.model.ts';

export interface OpenedEnrolment {
  enrolment: EnrolmentDoc;
  attempts: AttemptDoc[];
}

/**
 * Finds the caller's enrolment in the pathway's open run, or makes it with one attempt for each module of the newest
 * version. Opening it from another course adds that course; it never makes second work.
 */
export async function openEnrolment(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  pathwayKey: string,
): Promise<OpenedEnrolment> {
  const { institutionId, personId, contextId } = session;
  const run = await ensureOpenRun(deps, institutionId, pathwayKey);
  const which = { institutionId, personId, pathwayKey, runId: run._id };
  const enrolment =
    (await EnrolmentModel.findOne(which).lean()) ?? (await createEnrolment(deps, session, which));
  if (contextId && !enrolment.contextIds.includes(contextId)) {
    await EnrolmentModel.updateOne(
      { institutionId, _id: enrolment._id },
      { $addToSet: { contextIds: contextId } },
    );
    enrolment.contextIds.push(contextId);
  }
  return { enrolment, attempts: await ensureAttempts(deps, enrolment) };
}

type Which = Pick<EnrolmentDoc, 'institutionId' | 'personId' | 'pathwayKey' | 'runId'>;

async function createEnrolment(
  { clock }: Pick<Deps, 'clock'>,
  session: LiveSession,
  which: Which,
): Promise<EnrolmentDoc> {
  const pathway = await getPathway(which.institutionId, which.pathwayKey);
  try {
    const made = await EnrolmentModel.create({
      _id: randomUUID(),
      ...which,
      versionId: pathway.versionId,
      state: 'active',
      contextIds: session.contextId ? [session.contextId] : [],
      practice: session.practice,
      createdAt: clock.now(),
      decisionOrder: 0,
      lastDecidedAt: null,
    });
    return made.toObject();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const other = await EnrolmentModel.findOne(which).lean();
    if (!other) throw error;
    return other;
  }
}

/** One attempt for each module; what is missing (a crash between two writes) is made now. */
async function ensureAttempts(
  { clock }: Pick<Deps, 'clock'>,
  enrolment: EnrolmentDoc,
): Promise<AttemptDoc[]> {
  const { institutionId } = enrolment;
  const found = await listAttempts(institutionId, enrolment._id);
  const modules = await listModules(institutionId, enrolment.versionId);
  const missing = modules.filter((module) => !found.some((attempt) => attempt.moduleKey === module.key));
  if (missing.length === 0) return found;
  const made = missing.map((module) => ({
    _id: randomUUID(),
    institutionId,
    enrolmentId: enrolment._id,
    personId: enrolment.personId,
    pathwayKey: enrolment.pathwayKey,
    moduleKey: module.key,
    moduleId: module._id,
    position: module.position,
    state: 'not_started' as const,
    round: 1,
    changedAt: clock.now(),
  }));
  await AttemptModel.insertMany(made, { ordered: false }).catch((error: unknown) => {
    if (!isDuplicateKey(error)) throw error;
  });
  return listAttempts(institutionId, enrolment._id);
}

/** The attempts of an enrolment, in the order of the pathway. */
export async function listAttempts(
  institutionId: string,
  enrolmentId: string,
  session?: ClientSession,
): Promise<AttemptDoc[]> {
  const attempts = await AttemptModel.find({ institutionId, enrolmentId })
    .session(session ?? null)
    .lean();
  return attempts.sort((a, b) => a.position - b.position);
}

/** How many of these modules are approved. */
export function progressOf(attempts: readonly Pick<AttemptDoc, 'state'>[]): {
  approved: number;
  all: number;
} {
  return {
    approved: attempts.filter((attempt) => attempt.state === 'approved').length,
    all: attempts.length,
  };
}

/** An enrolment of the caller's own. @throws {AppError} NOT_FOUND, for another person's too */
export async function getOwnEnrolment(session: LiveSession, enrolmentId: string): Promise<EnrolmentDoc> {
  const { institutionId, personId } = session;
  const enrolment = await EnrolmentModel.findOne({ institutionId, _id: enrolmentId, personId }).lean();
  if (!enrolment) throw notFound('This pathway');
  return enrolment;
}

/** Enrolments of many, for work that is not the caller's own (a reviewer's page). */
export async function getEnrolment(institutionId: string, enrolmentId: string): Promise<EnrolmentDoc> {
  const enrolment = await EnrolmentModel.findOne({ institutionId, _id: enrolmentId }).lean();
  if (!enrolment) throw notFound('This pathway');
  return enrolment;
}

/** The caller's enrolment in a given run, or null. */
export async function findOwnEnrolmentInRun(
  session: LiveSession,
  pathwayKey: string,
  runId: string,
): Promise<EnrolmentDoc | null> {
  const { institutionId, personId } = session;
  return EnrolmentModel.findOne({ institutionId, personId, pathwayKey, runId }).lean();
}

/**
 * The number of a decision in an enrolment, and its time by the database's clock. The first step of its transaction: of
 * two that are under way at once the second starts again and sees all that the first wrote. Numbers may have gaps.
 *
 * @throws {AppError} NOT_FOUND
 */
export async function takeDecisionOrder(
  institutionId: string,
  enrolmentId: string,
  session: ClientSession,
): Promise<{ order: number; at: Date }> {
  const enrolment = await EnrolmentModel.findOneAndUpdate(
    { institutionId, _id: enrolmentId },
    [
      {
        $set: {
          decisionOrder: { $add: [{ $ifNull: ['$decisionOrder', 0] }, 1] },
          lastDecidedAt: { $max: ['$$NOW', '$lastDecidedAt'] },
        },
      },
    ],
    { updatePipeline: true, returnDocument: 'after', session },
  ).lean();
  if (!enrolment?.lastDecidedAt) throw notFound('This pathway');
  return { order: enrolment.decisionOrder, at: enrolment.lastDecidedAt };
}

/** Every module is approved: the pathway is done. Inside the transaction of the last decision. */
export async function completeEnrolment(
  institutionId: string,
  enrolmentId: string,
  session: ClientSession,
): Promise<void> {
  await EnrolmentModel.updateOne(
    { institutionId, _id: enrolmentId, state: { $in: statesBefore(ENROLMENT, 'completed') } },
    { $set: { state: 'completed' } },
    { session },
  );
}
