import type { PipelineStage } from 'mongoose';
import { join, part, readTogether, type ReadPart } from '../../../combinedRead.ts';
import type { LiveSession } from '../../../http/liveSession.ts';
import { absencePart } from '../../rosters/rosters.service.ts';
import { ColumnModel, type ColumnDoc } from './column.model.ts';
import { DeliveryModel, type DeliveryDoc } from '../deliveries/delivery.model.ts';
import { DeliveryLaneModel } from '../deliveries/deliveryLane.model.ts';
import { laneIdOf } from '../deliveries/lanes.ts';
import { RETRY_AFTER_MS } from '../deliveries/returns.service.ts';
import { ScoreIntentModel } from '../deliveries/scoreIntent.model.ts';
import { ScoreTargetModel, type ScoreTargetDoc } from './scoreTarget.model.ts';
import { COMPARED_AT_OPENING, mayTryAccess } from '../deliveries/conditions.ts';

interface Found {
  _id: string;
}
type Person = Pick<LiveSession, 'institutionId' | 'personId'>;

/** The column of a link, with one person's delivery in it, also if it is to be compared, or may be tried, once more. */
export interface ColumnAtOpening extends ColumnDoc {
  deliveries: Pick<DeliveryDoc, 'wanted'>[];
  comparable: Found[];
  tries: Found[];
}

/** What the database knows about a person's work and the column of a link, at one moment. */
export interface KnownGrading {
  /** The person has been away from the course since their last launch. */
  wasAway: boolean;
  column: ColumnAtOpening | null;
  /** How the work is connected to columns, of this link and of others. */
  targets: readonly ScoreTargetDoc[];
  /** Columns in which the newest approval is recorded. */
  recordedIn: readonly string[];
  hasLane: boolean;
}

const ONLY_ID = { $project: { _id: 1 } };

/** The column of a link, read together with what else an opening needs. */
export function columnPart(
  { institutionId, personId }: Person,
  placementId: string | null,
): ReadPart<ColumnAtOpening> {
  const mine = (as: string, filter: object, shown: Record<string, 1>) =>
    join(DeliveryModel, { institutionId, local: '_id', foreign: 'columnId', as }, [
      { $match: { personId, ...filter } },
      { $project: shown },
    ]);
  return part(ColumnModel, { institutionId, placementId }, [
    mine('deliveries', {}, { wanted: 1 }),
    mine('comparable', COMPARED_AT_OPENING, { _id: 1 }),
    mine('tries', mayTryAccess(RETRY_AFTER_MS), { _id: 1 }),
  ]);
}

/** The lane of a session's scores, if it exists; read together with what else an opening needs. */
export function lanePart(session: Pick<LiveSession, 'institutionId' | 'platformId'>): ReadPart<Found> {
  const { institutionId } = session;
  return part(DeliveryLaneModel, { institutionId, _id: laneIdOf(session) }, [ONLY_ID]);
}

/** Joins, as `targets`, what connects the subjects whose ids are in `local` to columns. */
export function targetsJoin(institutionId: string, local: string): PipelineStage.Lookup {
  return join(ScoreTargetModel, { institutionId, local, foreign: 'subjectId', as: 'targets' });
}

/** Joins, as `recorded`, the columns in which a decision is recorded. */
export function recordedJoin(institutionId: string): PipelineStage.Lookup {
  const which = { institutionId, local: '_id', foreign: 'decisionId', as: 'recorded' };
  return join(ScoreIntentModel, which, [{ $project: { _id: 0, columnId: 1 } }]);
}

/** The same for work that was opened in another way. */
export async function readKnownGrading(
  session: Person & Pick<LiveSession, 'platformId'>,
  of: {
    placementId: string;
    contextId: string;
    sub: string;
    subjectIds: readonly string[];
    decisionId: string | null;
  },
): Promise<KnownGrading> {
  const { institutionId } = session;
  const found = await readTogether({
    absence: absencePart(institutionId, of),
    column: columnPart(session, of.placementId),
    targets: part<ScoreTargetDoc>(ScoreTargetModel, { institutionId, subjectId: { $in: of.subjectIds } }),
    recorded: part<{ columnId: string }>(ScoreIntentModel, { institutionId, decisionId: of.decisionId }),
    lane: lanePart(session),
  });
  return {
    wasAway: found.absence.length > 0,
    column: found.column[0] ?? null,
    targets: found.targets,
    recordedIn: found.recorded.map(({ columnId }) => columnId),
    hasLane: found.lane.length > 0,
  };
}

/** The columns in which a decision is recorded. */
export async function listRecordedIn(institutionId: string, decisionId: string): Promise<string[]> {
  return ScoreIntentModel.distinct('columnId', { institutionId, decisionId });
}
