import { randomUUID } from 'node:crypto';
import { filterOf } from '../../server/features/grades/deliveries/deliveryFilters.ts';
import { DeliveryModel, type DeliveryDoc } from '../../server/features/grades/deliveries/delivery.model.ts';
import * as named from '../../server/features/grades/deliveries/deliveryTransitions.ts';
import { moveEach } from '../../server/features/grades/deliveries/transition.ts';

/** The institution of deliveries that stand alone, for tests of transitions. */
export const institutionId = randomUUID();

export const later = (ms: number): Date => new Date(Date.now() + ms);
export const newer = (given: number) => ({
  given,
  maximum: 10,
  enrolmentId: 'e',
  order: 9,
  decisionId: randomUUID(),
  decidedAt: new Date(),
  submittedAt: null,
  resourceId: 'wm:p',
});

export const readDelivery = async (_id: string): Promise<DeliveryDoc> => {
  const delivery = await DeliveryModel.findOne({ institutionId, _id }).lean();
  if (!delivery) throw new Error('the delivery is gone');
  return delivery;
};

/** Whether nothing is on its way for a delivery, and nothing is being compared. */
export const isSettled = ({ state, stateBefore }: DeliveryDoc): boolean =>
  !stateBefore && ['accepted', 'held', 'closed'].includes(state);

export async function createDelivery(): Promise<string> {
  const _id = randomUUID();
  const key = {
    platformId: randomUUID(),
    contextId: randomUUID(),
    columnId: randomUUID(),
    personId: randomUUID(),
    sub: '$7',
  };
  const wanted = {
    given: 10,
    maximum: 10,
    revision: 1,
    enrolmentId: 'e',
    order: 1,
    decisionId: randomUUID(),
    decidedAt: new Date(),
    submittedAt: null,
    resourceId: 'wm:p',
  };
  await moveEach([{ which: { institutionId, _id }, transition: named.create(key, wanted), isNew: true }]);
  return _id;
}

export type DeliverySeed = [state: DeliveryDoc['state'], change: Partial<DeliveryDoc>];

/** Inserts deliveries in any state, each with the fields that belong to it, as earlier transitions may have left them. */
export async function insertDeliveries(seeds: readonly DeliverySeed[]): Promise<DeliveryDoc[]> {
  const begun = await readDelivery(await createDelivery());
  const docs = seeds.map(([state, change]) => {
    const { dueAt: _due, ...rest } = begun;
    const reason = change.reason ?? 'none';
    const isOpen = state === 'queued' || state === 'waiting' || state === 'sending';
    const trying = {
      given: 10,
      maximum: 10,
      revision: 1,
      timestamp: new Date(),
      first: true,
      tookOver: false,
    };
    const { stateBefore } = change;
    return {
      ...rest,
      _id: randomUUID(),
      columnId: randomUUID(),
      personId: randomUUID(),
      state,
      reason,
      filter: stateBefore ? filterOf(stateBefore.state, stateBefore.reason) : filterOf(state, reason),
      tries: 4,
      triedSince: later(-3 * 24 * 3600_000),
      lastTimestamp: later(700),
      changedAt: later(-5000),
      ...(isOpen ? { dueAt: later(-1000) } : {}),
      ...(state === 'sending' ? { lease: { token: 't', worker: 'w' }, trying } : {}),
      ...change,
    };
  });
  await DeliveryModel.collection.insertMany(docs as never[]);
  return readDeliveries(docs.map(({ _id }) => _id));
}

export async function readDeliveries(ids: readonly string[]): Promise<DeliveryDoc[]> {
  const deliveries = await DeliveryModel.find({ institutionId, _id: { $in: [...ids] } }).lean();
  const byId = new Map(deliveries.map((delivery) => [delivery._id, delivery]));
  return ids.map((id) => byId.get(id) as DeliveryDoc);
}

export async function insertDelivery(...seed: DeliverySeed): Promise<DeliveryDoc> {
  const [delivery] = await insertDeliveries([seed]);
  return delivery as DeliveryDoc;
}
