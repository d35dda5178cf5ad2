import { z } from 'zod';
import { inTransaction } from '../../../db.ts';
import type { Deps } from '../../../deps.ts';
import type { LiveSession } from '../../../http/liveSession.ts';
import { appendAudit } from '../../audit/audit.service.ts';
import { toActionLine } from '../deliveries/adminActions.ts';
import { ColumnModel } from '../columns/column.model.ts';
import { DeliveryModel } from '../deliveries/delivery.model.ts';
import { DeliveryAttemptModel } from '../deliveries/deliveryAttempt.model.ts';
import { resumeLane } from '../deliveries/lanes.ts';
import { mayCompare } from './readability.ts';
import { startComparison } from '../deliveries/comparisonTransitions.ts';
import { COMPARABLE } from '../deliveries/conditions.ts';
import { moveDeliveries } from '../deliveries/transition.ts';

/** The outcome of a request to compare many scores. */
export const ComparisonRequest = z.object({ compared: z.number(), platformIds: z.array(z.string()) });
export type ComparisonRequest = z.infer<typeof ComparisonRequest>;

/**
 * Requests a comparison of scores with the LMS for an admin: of those that arrived, or were changed there, and whose column can
 * be read. All of them or none. Workers do the comparison; nothing is sent.
 *
 * @param ids  of deliveries, as the page shows them; those of others are skipped
 */
export async function requestComparisons(
  { clock }: Pick<Deps, 'clock'>,
  session: LiveSession,
  ids: readonly string[],
): Promise<ComparisonRequest> {
  const { institutionId, personId } = session;
  return inTransaction(async (tx) => {
    const asked = { institutionId, _id: { $in: [...ids] } };
    const deliveries = await DeliveryModel.find({ ...asked, ...COMPARABLE })
      .session(tx)
      .lean();
    const columnIds = [...new Set(deliveries.map((delivery) => delivery.columnId))];
    const columns = await ColumnModel.find({ institutionId, _id: { $in: columnIds } })
      .session(tx)
      .lean();
    const readable = new Set(columns.filter(mayCompare).map((column) => column._id));
    const lot = deliveries.filter((delivery) => readable.has(delivery.columnId));
    const which = { institutionId, _id: { $in: lot.map((delivery) => delivery._id) } };
    const compared = await moveDeliveries(which, startComparison(COMPARABLE, { askedAt: '$$NOW' }), tx);
    const by = { personId, at: clock.now() };
    await DeliveryAttemptModel.insertMany(
      lot.map((delivery) => toActionLine(delivery, 'compare', by)),
      { session: tx },
    );
    const subject = { kind: 'deliveries', id: 'comparable' };
    const entry = { action: 'deliveries.compared', subject, facts: { compared } };
    await appendAudit({ clock }, session, entry, tx);
    return { compared, platformIds: [...new Set(lot.map((delivery) => delivery.platformId))] };
  });
}

/** Starts the requested comparisons now. May be repeated. Returns how many there are. */
export async function startRequestedComparisons(
  institutionId: string,
  { compared, platformIds }: ComparisonRequest,
): Promise<number> {
  for (const platformId of platformIds) await resumeLane({ institutionId, platformId });
  return compared;
}
