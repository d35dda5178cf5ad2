import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { DeliveryFilter } from '../../../contract/grades.ts';
import { listDeliveries } from '../../../server/features/grades/deliveries/list.service.ts';
import { filterOf } from '../../../server/features/grades/deliveries/deliveryFilters.ts';
import {
  DeliveryModel,
  type DeliveryDoc,
} from '../../../server/features/grades/deliveries/delivery.model.ts';
import { sendAll } from '../../../server/features/grades/deliveries/repairs.service.ts';
import { MIGRATIONS } from '../../../server/migrations/index.ts';
import { useGrading } from '../../support/gradingWorld.ts';

const { deps, grading, admin } = useGrading();

type Stand = Pick<DeliveryDoc, 'state' | 'reason'>;

/** A score as it may stand, of a column that no LMS has. */
function standing(n: number, { state, reason }: Stand) {
  return {
    _id: randomUUID(),
    institutionId: grading().institutionId,
    platformId: 'p',
    contextId: 'c',
    columnId: 'c',
    personId: `p${n}`,
    sub: 's',
    state,
    reason,
    filter: filterOf(state, reason),
    changedAt: new Date(),
    wanted: {
      given: 1,
      maximum: 1,
      revision: 1,
      enrolmentId: 'e',
      order: 1,
      decisionId: 'd',
      decidedAt: new Date(),
    },
  };
}

describe('a filter of the Grades page', () => {
  test('offers to send again what the filter that is shown holds, and sends no other', async () => {
    const stands: Stand[] = [
      ...Array.from({ length: 3 }, (): Stand => ({ state: 'held', reason: 'refused' })),
      { state: 'held', reason: 'column_gone' },
      ...Array.from({ length: 2 }, (): Stand => ({ state: 'waiting', reason: 'lms_silent' })),
      { state: 'queued', reason: 'none' },
      { state: 'held', reason: 'changed_in_lms' },
      { state: 'accepted', reason: 'none' },
      { state: 'closed', reason: 'closed_by_admin' },
    ];
    await DeliveryModel.insertMany(stands.map((stand, n) => standing(n, stand)));

    const offered = Object.fromEntries(
      await Promise.all(
        DeliveryFilter.options.map(async (show) => {
          const { sendable, rows, counts } = await listDeliveries(deps, admin(), { show });
          return [show, [sendable, rows.length, counts[show]]] as const;
        }),
      ),
    );
    const queued = await sendAll(deps, admin(), 'on_the_way');

    expect(offered).toEqual({
      need_you: [3, 4, 4],
      on_the_way: [2, 3, 3],
      changed: [0, 1, 1],
      in_gradebook: [0, 1, 1],
      closed: [0, 1, 1],
    });
    expect(queued).toBe(2);
    expect(
      await DeliveryModel.countDocuments({ institutionId: grading().institutionId, state: 'held' }),
    ).toBe(5);
  });

  test('pages through a long filter without leaving one out', async () => {
    const docs = Array.from({ length: 120 }, (_, n) => ({
      ...standing(n, { state: 'held', reason: 'refused' }),
      changedAt: new Date(1_700_000_000_000 + (n % 7)),
    }));
    await DeliveryModel.insertMany(docs);

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listDeliveries(deps, admin(), { show: 'need_you', cursor });
      seen.push(...page.rows.map((row) => row.id));
      cursor = page.next ?? undefined;
    } while (cursor);

    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
  });
});

describe('the migration of scores whose filter had another name', () => {
  const change = MIGRATIONS.find(({ id }) => id.endsWith('delivery-filter'));
  const deliveries = () => mongoose.connection.collection<{ _id: string }>('deliveries');

  async function insertAs(n: number, before: object): Promise<string> {
    const { filter: _, ...doc } = standing(n, { state: 'held', reason: 'refused' });
    await deliveries().insertOne({ ...doc, ...before });
    return doc._id;
  }
  const shown = async (show: DeliveryFilter): Promise<string[]> =>
    (await listDeliveries(deps, admin(), { show })).rows.map((row) => row.id);

  test('shows each one under its filter as before, also broken off midway and begun again', async () => {
    await deliveries().createIndex({ institutionId: 1, bucket: 1 }, { name: 'delivery_by_bucket' });
    const untouched = await insertAs(1, { bucket: 'need_you' });
    const renamed = await insertAs(2, { filter: 'need_you' });
    const renamedThenMoved = await insertAs(3, { filter: 'on_the_way', bucket: 'need_you' });

    await change?.run();
    await change?.run();

    expect((await shown('need_you')).sort()).toEqual([untouched, renamed, renamedThenMoved].sort());
    expect(await shown('on_the_way')).toEqual([]);
    expect(await deliveries().countDocuments({ bucket: { $exists: true } })).toBe(0);
    const indexes = (await deliveries().indexes()).map(({ name }) => name);
    expect(indexes).toContain('delivery_by_filter');
    expect(indexes).not.toContain('delivery_by_bucket');
  });
});
