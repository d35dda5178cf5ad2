import { randomUUID } from 'node:crypto';
import { DeliveryModel, type DeliveryDoc } from '../deliveries/delivery.model.ts';
import { clearUrgent, laneIdOf, type LaneKey } from '../deliveries/lanes.ts';
import { claim } from '../deliveries/deliveryTransitions.ts';
import { moveDeliveries } from '../deliveries/transition.ts';

/** A delivery that this worker has claimed, until its lease ends. */
export type ClaimedDelivery = DeliveryDoc & Required<Pick<DeliveryDoc, 'trying' | 'lease' | 'dueAt'>>;

export interface Claim {
  claimed: ClaimedDelivery[];
  /** When the next one of the lane is due; null if there is none. In the past: there is more to claim now. */
  nextDueAt: Date | null;
}

/**
 * Claims up to `n` due deliveries of a lane, oldest first, in three commands however many there are; urgent ones come before them
 * and in addition to `n`, in one more command. Two workers who see the same ones share them: each delivery is claimed by one
 * conditional write.
 */
export async function claimDue(
  lane: LaneKey & { urgent?: string[] },
  how: { n: number; worker: string; leaseMs: number },
): Promise<Claim> {
  const { institutionId, platformId } = lane;
  const candidates = await DeliveryModel.find(
    { institutionId, platformId, dueAt: { $exists: true } },
    { dueAt: 1 },
  )
    .sort({ dueAt: 1 })
    .limit(how.n + 1)
    .hint('delivery_due')
    .lean();
  const nextDueAt = candidates[how.n]?.dueAt ?? null;
  const inOrder = candidates.slice(0, how.n).map((candidate) => candidate._id);
  const urgent = lane.urgent ?? [];
  const ids = [...new Set([...urgent, ...inOrder])].slice(0, Math.max(how.n, urgent.length));
  if (ids.length === 0) return { claimed: [], nextDueAt };
  const token = randomUUID();
  const taken = await moveDeliveries(
    { institutionId, _id: { $in: ids } },
    claim({ token, worker: how.worker }, how.leaseMs),
  );
  const claimed = taken === 0 ? [] : await readClaimed(institutionId, ids, token);
  // a worker that dies before this leaves them urgent for the next one
  if (urgent.length > 0) await clearUrgent(laneIdOf(lane), urgent);
  // those that were not due yet, or that another worker claimed, say when to come again
  const left = candidates.find((candidate) => !claimed.some((one) => one._id === candidate._id));
  return { claimed, nextDueAt: left?.dueAt ?? null };
}

async function readClaimed(institutionId: string, ids: string[], token: string): Promise<ClaimedDelivery[]> {
  const docs = await DeliveryModel.find({ institutionId, _id: { $in: ids }, 'lease.token': token }).lean();
  return docs.flatMap((doc) => {
    const { trying, lease, dueAt } = doc;
    return trying && lease && dueAt ? [{ ...doc, trying, lease, dueAt }] : [];
  });
}
