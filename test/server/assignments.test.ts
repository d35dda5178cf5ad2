import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ASSIGNMENTS_SHOWN } from '../../contract/assignments.ts';
import { AssignmentModel } from '../../server/features/assignments/assignment.model.ts';
import { listAssignmentsOf } from '../../server/features/assignments/assignments.service.ts';
import { useServices } from '../support/services.ts';

useServices();

async function assign(institutionId: string, personId: string, count: number): Promise<string[]> {
  const docs = Array.from({ length: count }, (_, i) => ({
    ...{ _id: randomUUID(), institutionId, personId, role: 'reviewer' as const, contextId: randomUUID() },
    ...{ createdAt: new Date(i), createdBy: null },
  }));
  await AssignmentModel.insertMany(docs);
  return docs.map(({ _id }) => _id);
}

describe('roles that we gave', () => {
  test('are told of each person as far as a page holds, the oldest first, and all are counted', async () => {
    const [institutionId, busy, other] = [randomUUID(), randomUUID(), randomUUID()];
    const many = await assign(institutionId, busy, ASSIGNMENTS_SHOWN + 7);
    const few = await assign(institutionId, other, 2);
    await assign(randomUUID(), busy, 3);

    const listed = await listAssignmentsOf(institutionId, [busy, other, randomUUID()]);

    const told = listed.map(({ _id, first, count }) => ({ _id, ids: first.map((one) => one._id), count }));
    expect(told).toHaveLength(2);
    expect(told).toContainEqual({ _id: busy, ids: many.slice(0, ASSIGNMENTS_SHOWN), count: many.length });
    expect(told).toContainEqual({ _id: other, ids: few, count: 2 });
  });
});
