import type { ClientSession } from 'mongoose';
import { conditionsOf } from '../../../contract/rules.ts';
import { listAwardsBehind } from '../awards/awards.service.ts';
import { getVersion, type PathwayVersionRead } from '../catalog/catalog.service.ts';
import type { AttemptDoc } from '../enrolments/attempts.service.ts';
import { getEnrolment, listAttempts, type EnrolmentDoc } from '../enrolments/enrolments.service.ts';
import type { Decided } from '../grades/grades.service.ts';
import { findDecided, findNewestApproval } from './approvals.service.ts';

/** An enrolment with all its attempts, and the version that counts. */
export interface CountedEnrolment {
  enrolment: Pick<EnrolmentDoc, '_id' | 'institutionId' | 'personId'>;
  version: Pick<PathwayVersionRead, 'completes'>;
  attempts: readonly AttemptDoc[];
  /** A number of the enrolment that no decision has. */
  order: number;
}

async function readEnrolment(
  institutionId: string,
  _id: string,
  tx?: ClientSession,
): Promise<CountedEnrolment> {
  const enrolment = await getEnrolment(institutionId, _id, tx);
  const [version, attempts] = await Promise.all([
    getVersion(institutionId, enrolment.versionId),
    listAttempts(institutionId, _id, tx),
  ]);
  return { enrolment, version, attempts, order: enrolment.decisionOrder };
}

/** Awards are followed to their enrolment where no decision granted them: a badge that others completed. */
async function findElsewhere(
  { enrolment, version }: CountedEnrolment,
  seen: readonly string[],
  tx?: ClientSession,
): Promise<Decided | null> {
  const { institutionId, _id } = enrolment;
  const asked = conditionsOf(version.completes).flatMap((one) =>
    one.type === 'awarded' ? [one.achievement] : [],
  );
  if (asked.length === 0) return null;
  const followed = [...seen, _id];
  for (const { decisionId, enrolmentId } of await listAwardsBehind(enrolment, asked, tx)) {
    if (decisionId !== null) return findDecided(institutionId, decisionId, tx);
    if (followed.includes(enrolmentId)) continue;
    const found = await findBehind(await readEnrolment(institutionId, enrolmentId, tx), followed, tx);
    if (found) return found;
  }
  return null;
}

async function findBehind(
  work: CountedEnrolment,
  seen: readonly string[],
  tx?: ClientSession,
): Promise<Decided | null> {
  const approved = work.attempts.filter(({ state }) => state === 'approved');
  const own = await findNewestApproval(work.enrolment.institutionId, approved, tx);
  return own ?? (await findElsewhere(work, seen, tx));
}

/**
 * The decision that a score for a whole pathway goes back to: the newest approval in it, otherwise the one behind the newest award
 * of elsewhere that counts in it. As orders of two enrolments cannot be compared, the latter takes the order that is given.
 *
 * @returns null if nothing that counts was decided: there is no score then
 */
export async function findDecisionBehind(
  work: CountedEnrolment,
  tx?: ClientSession,
): Promise<Decided | null> {
  const { enrolment, order } = work;
  const found = await findBehind(work, [], tx);
  if (!found || found.enrolmentId === enrolment._id) return found;
  return { ...found, enrolmentId: enrolment._id, order };
}
