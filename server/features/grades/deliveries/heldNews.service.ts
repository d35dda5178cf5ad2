import { part, readOfEach } from '../../../combinedRead.ts';
import { DeliveryModel } from './delivery.model.ts';

/** When a score last came to wait for an admin, by institution; without those where none waits. */
export async function findLastHeld(institutionIds: readonly string[]): Promise<Map<string, Date>> {
  const held = await readOfEach(institutionIds, (institutionId) =>
    part<{ changedAt: Date }>(DeliveryModel, { institutionId, filter: 'need_you' }, [
      { $sort: { changedAt: -1 } },
      { $limit: 1 },
      { $project: { changedAt: 1 } },
    ]),
  );
  return new Map([...held].flatMap(([id, [newest]]) => (newest ? [[id, newest.changedAt] as const] : [])));
}
