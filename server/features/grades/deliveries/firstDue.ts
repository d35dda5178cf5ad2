import { DeliveryModel } from './delivery.model.ts';
import type { LaneKey } from './lanes.ts';

/** When the first of an institution's scores for a platform is due; null if none is waiting. One index step. */
export async function findFirstDue({ institutionId, platformId }: LaneKey): Promise<Date | null> {
  const first = await DeliveryModel.findOne(
    { institutionId, platformId, dueAt: { $exists: true } },
    { dueAt: 1 },
  )
    .sort({ dueAt: 1 })
    .hint('delivery_due')
    .lean();
  return first?.dueAt ?? null;
}
