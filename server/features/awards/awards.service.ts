import type { ClientSession } from 'mongoose';
import type { EarnedAward } from '../../../contract/pathways.ts';
import { AwardModel, type AwardDoc } from './award.model.ts';

export type { AwardDoc } from './award.model.ts';

/** Writes an award inside the transaction of its decision. The unique index refuses a second one. */
export async function recordAward(award: AwardDoc, session: ClientSession): Promise<void> {
  await AwardModel.create([award], { session });
}

export async function listAwards(institutionId: string, enrolmentId: string): Promise<AwardDoc[]> {
  return AwardModel.find({ institutionId, enrolmentId }).sort({ awardedAt: 1 }).lean();
}

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
