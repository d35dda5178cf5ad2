import { randomUUID } from 'node:crypto';
import { ONLY_US } from '../../contract/observations.ts';
import type { Deps } from '../../server/deps.ts';
import { inTransaction } from '../../server/db.ts';
import { ObservationModel } from '../../server/features/observations/observation.model.ts';
import { beginSealing } from '../../server/features/observations/sealing.ts';

interface Between {
  institutionId: string;
  contextId: string;
  observedId: string;
  observerId: string;
}

/** A lesson that is being observed, between people who have not asked each other. @returns its id */
export async function storeObservation(
  deps: Pick<Deps, 'sealer' | 'clock'>,
  { institutionId, contextId, observedId, observerId }: Between,
): Promise<string> {
  const observationId = randomUUID();
  const sealing = await beginSealing(deps, { institutionId, observationId });
  const now = deps.clock.now();
  await inTransaction(async (tx) => {
    await sealing.store(tx);
    await ObservationModel.create(
      [
        {
          _id: observationId,
          ...{ institutionId, contextId, observedId },
          observerIds: [observerId],
          state: 'observing',
          revision: 1,
          visibility: ONLY_US,
          slots: [],
          calendarSlot: { from: now, until: new Date(now.getTime() + 45 * 60_000) },
          proposedBy: 'observed',
          calendarSequence: 0,
          startedAt: now,
          createdAt: now,
          changedAt: now,
        },
      ],
      { session: tx },
    );
  });
  return observationId;
}
