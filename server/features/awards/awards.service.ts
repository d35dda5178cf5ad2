import type { ClientSession, PipelineStage } from 'mongoose';
import type { EarnedAward } from '../../../contract/pathways.ts';
import { join, part, type ReadPart } from '../../combinedRead.ts';
import { AwardModel, type AwardDoc } from './award.model.ts';

export type { AwardDoc, ModuleAwardDoc } from './award.model.ts';

/** Writes an award inside the transaction of what grants it. The unique index refuses a second one. */
export async function recordAward(award: AwardDoc, tx: ClientSession): Promise<void> {
  await AwardModel.create([award], { session: tx });
}

/** Whether an achievement was awarded in an enrolment. */
export async function isAwarded(
  { institutionId, enrolmentId }: Pick<AwardDoc, 'institutionId' | 'enrolmentId'>,
  achievementKey: string,
  tx?: ClientSession,
): Promise<boolean> {
  const found = AwardModel.exists({ institutionId, enrolmentId, achievementKey });
  return (await found.session(tx ?? null)) !== null;
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

/** The awards behind these achievements of a person, in whatever enrolment, newest first by the database's clock. */
export async function listAwardsBehind(
  { institutionId, personId }: { readonly institutionId: string; readonly personId: string },
  achievementKeys: readonly string[],
  tx?: ClientSession,
): Promise<Pick<AwardDoc, '_id' | 'enrolmentId' | 'decisionId'>[]> {
  return AwardModel.find(
    { institutionId, personId, achievementKey: { $in: achievementKeys } },
    { enrolmentId: 1, decisionId: 1 },
  )
    .sort({ awardedAt: -1, _id: 1 })
    .session(tx ?? null)
    .lean();
}

/** Where a decision granted two, the module's before the pathway's. */
const OLDEST_FIRST = { awardedAt: 1, moduleId: -1 } as const;

/** Joins, as `badges`, the award of a whole pathway to a document that names its enrolment in `local`. */
export function pathwayAwardJoin(institutionId: string, local: string): PipelineStage.Lookup {
  return join(AwardModel, { institutionId, local, foreign: 'enrolmentId', as: 'badges' }, [
    { $match: { moduleId: null } },
  ]);
}

/** Awards of an attempt or of a whole enrolment, oldest first; read together with what else belongs to a page. */
export function awardsPart(
  institutionId: string,
  of: { attemptId: string } | { enrolmentId: string },
): ReadPart<AwardDoc> {
  return part(AwardModel, { institutionId, ...of }, [{ $sort: OLDEST_FIRST }]);
}

/** An award as the person who earned it sees it. */
export function toEarnedAward(award: AwardDoc): EarnedAward {
  return {
    id: award._id,
    achievementKey: award.achievementKey,
    moduleKey: award.moduleId === null ? null : award.achievementKey,
    achievement: award.achievement,
    strand: award.strand,
    badgeLevel: award.badgeLevel,
    awardedAt: award.awardedAt.toISOString(),
  };
}
