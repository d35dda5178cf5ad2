import type { ClientSession } from 'mongoose';
import type { Deps } from '../../deps.ts';
import { unassignArtifacts } from '../artifacts/artifactPurposes.service.ts';
import { listModules } from '../catalog/catalog.service.ts';
import { AttemptModel, type AttemptDoc } from './attempt.model.ts';
import { toCarried } from './carrying.service.ts';
import { EnrolmentModel, type EnrolmentDoc } from './enrolment.model.ts';
import { listAttempts, newAttempt } from './enrolments.service.ts';

async function carryAttempts(
  enrolment: EnrolmentDoc,
  attempts: readonly AttemptDoc[],
  to: string,
  tx: ClientSession,
): Promise<void> {
  const { institutionId, versionId } = enrolment;
  const modules = await listModules(institutionId, to);
  const moves = attempts.map((attempt) => {
    const target = modules.find(({ key }) => key === attempt.moduleKey);
    return { attempt, target, carried: toCarried(attempt, versionId, target) };
  });
  await AttemptModel.bulkWrite(
    moves.map(({ attempt: { _id }, carried }) => ({
      updateOne: { filter: { institutionId, _id }, update: { $set: carried } },
    })),
    { session: tx },
  );
  const goingOn = moves.flatMap(({ attempt, target, carried }) =>
    target && carried.moduleId !== undefined ? [{ id: attempt._id, module: target.content }] : [],
  );
  await unassignArtifacts(
    { institutionId, attemptIds: goingOn.map(({ id }) => id) },
    goingOn.map(({ module }) => module),
    tx,
  );
}

/**
 * Puts an enrolment into another version of its pathway, with its attempts, inside a transaction that has taken the enrolment's order.
 * Every attempt is written, so that a submission, a decision or a link at the same moment comes before or after it, never in between.
 */
export async function moveEnrolment(
  { clock }: Pick<Deps, 'clock'>,
  enrolment: EnrolmentDoc,
  to: string,
  tx: ClientSession,
): Promise<void> {
  const { institutionId, _id, versionId } = enrolment;
  const before = await listAttempts(institutionId, _id, tx);
  await carryAttempts(enrolment, before, to, tx);
  const modules = await listModules(institutionId, to);
  const now = clock.now();
  const fresh = modules
    .filter(({ key }) => !before.some(({ moduleKey }) => moduleKey === key))
    .map((module) => newAttempt(enrolment, module, now));
  if (fresh.length > 0) await AttemptModel.insertMany(fresh, { session: tx });
  await EnrolmentModel.updateOne(
    { institutionId, _id },
    { $set: { versionId: to }, $push: { movedFrom: { versionId, at: now } } },
    { session: tx },
  );
}

/** How many people work or worked on a version, at most `most`; test students of an LMS are not counted. */
export async function countPeopleOn(institutionId: string, versionId: string, most: number): Promise<number> {
  return EnrolmentModel.countDocuments({ institutionId, versionId, practice: false }).limit(most);
}
