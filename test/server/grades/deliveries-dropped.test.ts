import { beforeEach, describe, expect, test } from '@jest/globals';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import * as named from '../../../server/features/grades/deliveries/deliveryTransitions.ts';
import { moveDeliveries } from '../../../server/features/grades/deliveries/transition.ts';
import { useServices } from '../../support/services.ts';
import { institutionId, later, newer, readDelivery, insertDelivery } from '../../support/deliverySeeds.ts';

const { database } = useServices();
const shown = { score: 4, maximum: 10 };

beforeEach(async () => {
  await database().empty();
});

describe('a delivery in hand', () => {
  test.each([
    ['accept', () => named.accept(shown)],
    ['give back', () => named.release()],
    ['recheck', () => named.recheckMissing({ delayMs: 0, wasSent: false })],
    ['postpone a comparison', () => named.postponeComparison(0)],
    ['end a comparison', () => named.endComparison(null)],
    ['a worker that dies', null],
  ] as const)(
    'that stands in the LMS stays there when its link lost its grade while it was in hand and a newer score came: %s',
    async (_how, end) => {
      const sent = { given: 10, maximum: 10, revision: 1, timestamp: new Date() };
      const stateBefore = { state: 'accepted', reason: 'none' } as const;
      const before = await insertDelivery('sending', { stateBefore, sent, dueAt: later(-1000) });
      const which = { institutionId, _id: before._id };
      await moveDeliveries(which, named.updateWanted(newer(7), false));

      if (end) await moveDeliveries(which, end());
      await DeliveryModel.collection.updateOne({ ...which, dueAt: { $exists: true } } as never, {
        $set: { dueAt: later(-1) },
      });
      await moveDeliveries(which, named.claim({ token: 't', worker: 'w' }, 45_000));
      await moveDeliveries(which, named.dropClaimed());
      const dropped = await readDelivery(before._id);
      await moveDeliveries(which, named.requeueUnsent());

      const after = await readDelivery(before._id);
      expect(dropped).toMatchObject({ state: 'accepted', reason: 'none', closedForGood: false });
      expect(after).toMatchObject({ state: 'queued', wanted: { given: 7 } });
    },
  );

  test('of which nothing stands in the LMS is closed for good when its link has no grade', async () => {
    const before = await insertDelivery('sending', { sent: null });

    await moveDeliveries({ institutionId, _id: before._id }, named.dropClaimed());

    const after = await readDelivery(before._id);
    expect(after).toMatchObject({ state: 'closed', reason: 'closed_by_admin', closedForGood: true });
  });
});
