import type { ClientSession } from 'mongoose';
import type { EarnedAward } from '../../../contract/pathways.ts';
import { part, type ReadPart } from '../../combinedRead.ts';
import { AwardModel, type AwardDoc } from './award.model.ts';

export type { AwardDoc } from './award.model.ts';

/** Writes an award inside the transaction of its decision. The unique index refuses a second one. */
export async function recordAward(award: AwardDoc, tx: ClientSession): Promise<void> {
  await AwardModel.create([award], { session: tx });
}

/** Which of these achievements a person has been awarded, in whatever enrolment. @param tx  to see what it has written */
export async function listAwarded(
  { institutionId, personId }: { readonly institutionId: string; readonly personId: string },
  achievementKeys: readonly string[],
  tx?: ClientSession,
): Promise<string[]> {
  return AwardModel.distinct('achievementKey', {
    institutionId,
    personId,
    achievementKey: { $in: achievementKeys },
  }).session(tx ?? null);
}

/** Awards of an attempt or of a whole enrolment, oldest first; read together with what else belongs to a page. */
export function awardsPart(
  institutionId: string,
  of: { attemptId: string } | { enrolmentId: string },
): ReadPart<AwardDoc> {
  return part(AwardModel, { institutionId, ...of }, [{ $sort: { awardedAt: 1 } }]);
}

/** An award as the person who earned it sees it. */
export function toEarnedAward(award: AwardDoc): EarnedAward {
  return {
    id: award._id,
    moduleKey: award.achievementKey,
    achievement: award.achievement,
    strand: award.strand,
    badgeLevel: award.badgeLevel,
    awardedAt: award.awardedAt.toISOString(),
  };
}
