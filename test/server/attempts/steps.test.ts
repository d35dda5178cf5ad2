import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { MIGRATIONS } from '../../../server/migrations/index.ts';
import { useApp, type Caller } from '../../support/app.ts';

const world = useApp();
const attempts = () => mongoose.connection.collection<{ _id: string }>('attempts');

async function openModule(personId: string): Promise<{ caller: Caller; attemptId: string }> {
  const caller = await world.launch(personId, world.links.module);
  const { attemptId } = (await caller.call(pathwayEndpoints.open, { body: {} })).body;
  return { caller, attemptId: attemptId ?? '' };
}

async function doneIn({ caller, attemptId }: { caller: Caller; attemptId: string }): Promise<string[]> {
  const { body } = await caller.call(attemptEndpoints.workspace, { params: { id: attemptId } });
  return body.stepsDone;
}

/** As a page sends it that is open since steps were called parts. */
const markAsPart = (caller: Caller, attemptId: string, part: string, done: boolean): Promise<Response> =>
  caller.raw('PUT', `/api/v1/attempts/${attemptId}/parts/${part}`, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ done }),
  });

test('what a page marks that is open since before the path was renamed is kept, and can be taken away', async () => {
  const { caller, attemptId } = await openModule('teacher-1');

  const answers = [
    await markAsPart(caller, attemptId, 'learn', true),
    await markAsPart(caller, attemptId, 'try', true),
    await markAsPart(caller, attemptId, 'learn', false),
  ];

  expect(answers.map(({ status, redirected }) => [status, redirected])).toEqual(
    Array.from({ length: 3 }, () => [200, true]),
  );
  expect(await doneIn({ caller, attemptId })).toEqual(['try']);
});

test('the former path of a step lets nobody do more, and leads nowhere else', async () => {
  const { attemptId, caller } = await openModule('teacher-2');
  const other = await world.launch('teacher-3', world.links.module);
  const nobody = world.callerOf({ bearer: `wm.${'A'.repeat(22)}.${'A'.repeat(43)}`, key: '' });

  const statuses = [
    (await markAsPart(other, attemptId, 'learn', true)).status,
    (await markAsPart(nobody, attemptId, 'learn', true)).status,
    (await markAsPart(caller, attemptId, 'nothing', true)).status,
  ];
  const { headers } = await fetch(`${world.url}/api/v1/attempts/%2F%2Fexample.org/parts/..%2F..`, {
    method: 'PUT',
    redirect: 'manual',
  });

  expect(statuses).toEqual([404, 401, 400]);
  expect(headers.get('location')).toBe('/api/v1/attempts/%2F%2Fexample.org/steps/..%2F..');
  expect(await doneIn({ caller, attemptId })).toEqual([]);
});

test('the migration of parts to steps keeps what was marked and when, also broken off midway and begun again', async () => {
  const at = (hour: number) => new Date(Date.UTC(2026, 10, 20, hour));
  const stored = {
    untouched: { partsDone: [{ part: 'learn', at: at(1) }, { part: 'hand_in', at: at(2) }] }, // prettier-ignore
    empty: { partsDone: [] },
    changed: { stepsDone: [{ step: 'try', at: at(3) }] },
    changedThenMarked: {
      stepsDone: [{ step: 'learn', at: at(1) }],
      partsDone: [{ part: 'learn', at: at(4) }, { part: 'try', at: at(5) }], // prettier-ignore
    },
  };
  const ids = Object.fromEntries(Object.keys(stored).map((name) => [name, randomUUID()]));
  await attempts().insertMany(
    Object.entries(stored).map(([name, fields]) => ({
      _id: ids[name] ?? '',
      institutionId: world.institutionId,
      enrolmentId: name,
      moduleKey: 'm',
      ...fields,
    })),
  );
  const change = MIGRATIONS.find(({ id }) => id.endsWith('attempt-steps'));

  await change?.run();
  await change?.run();

  const found = await attempts().find({ _id: { $in: Object.values(ids) } }).toArray(); // prettier-ignore
  const stepsOf = (name: string): unknown => found.find(({ _id }) => _id === ids[name]);
  expect(stepsOf('untouched')).toMatchObject({
    stepsDone: [
      { step: 'learn', at: at(1) },
      { step: 'hand_in', at: at(2) },
    ],
  });
  expect(stepsOf('empty')).toMatchObject({ stepsDone: [] });
  expect(stepsOf('changed')).toMatchObject({ stepsDone: [{ step: 'try', at: at(3) }] });
  expect(stepsOf('changedThenMarked')).toMatchObject({
    stepsDone: [
      { step: 'learn', at: at(1) },
      { step: 'try', at: at(5) },
    ],
  });
  expect(found.filter((attempt) => 'partsDone' in attempt)).toEqual([]);
});
