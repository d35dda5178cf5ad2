import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { DeliveryLaneModel } from '../../server/features/grades/deliveries/deliveryLane.model.ts';
import { InstitutionModel } from '../../server/features/institutions/institution.model.ts';
import { RepeatedJobModel } from '../../server/jobs/repeatedJob.model.ts';
import { useApp } from '../support/app.ts';
import { connectTestDatabase } from '../support/database.ts';

/** The driver's own, and the question for the database's time: they are the same for any process. */
const OTHER = ['hello', 'ping', 'endSessions'];
const SCHEDULE = RepeatedJobModel.collection.collectionName;
const MANY_INSTITUTIONS = 250;
const JOBS_OF_A_MINUTE = 6;
const commands: { name: string; id: string; of: string }[] = [];
const asked = new Set<(id: string) => void>();

// with workers, and nothing for them to do
useApp({ WORKERS: '2' }, async () => {
  const database = await connectTestDatabase();
  const sign = database.uri.includes('?') ? '&' : '?';
  return { uri: `${database.uri}${sign}monitorCommands=true`, close: database.close };
});

beforeAll(() => {
  mongoose.connection.getClient().on('commandStarted', ({ commandName: name, command }) => {
    const id = String((command as { getMore?: bigint }).getMore ?? '');
    const of = String((command as Record<string, unknown>)[name]);
    if (!OTHER.includes(name)) commands.push({ name, id, of });
    if (name === 'getMore') for (const hear of asked) hear(id);
  });
});

/** Resolves when a stream's cursor has been asked for news so many times from now on; news come to nobody here. */
function questions(times: number): Promise<void> {
  const counts = new Map<string, number>();
  return new Promise((resolve) => {
    const hear = (id: string): void => {
      const count = (counts.get(id) ?? 0) + 1;
      counts.set(id, count);
      if (count < times) return;
      asked.delete(hear);
      resolve();
    };
    asked.add(hear);
  });
}

describe('a process with workers that have nothing to do', () => {
  it('sends less than one command a second, over the time that the database keeps a question of its change streams', async () => {
    // what the start brings along ends meanwhile; the next turns of the jobs of a minute come after the test
    await questions(1);
    commands.length = 0;
    const began = performance.now();

    await questions(2);

    const seconds = (performance.now() - began) / 1000;
    expect(seconds).toBeGreaterThan(5);
    expect(commands.length / seconds).toBeLessThan(1);
  }, 120_000);

  it('looks at a lane when another process, which may die, has said that it is due', async () => {
    const [institutionId, platformId] = [randomUUID(), randomUUID()];
    const _id = `${institutionId}:${platformId}`;
    await DeliveryLaneModel.create({ _id, institutionId, platformId, nextDueAt: null, serial: false });

    await DeliveryLaneModel.updateOne({ _id }, [{ $set: { nextDueAt: { $add: ['$$NOW', 1_500] } } }], {
      updatePipeline: true,
    });

    // nothing is due in it: whoever takes its turn says so
    const isLookedAt = async (): Promise<boolean> =>
      (await DeliveryLaneModel.findById(_id))?.nextDueAt === null;
    while (!(await isLookedAt())) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await isLookedAt()).toBe(true);
  });

  it('looks after hundreds of institutions each minute in few commands, and takes the turns together', async () => {
    const made = Array.from({ length: MANY_INSTITUTIONS }, (_none, n) => {
      const name = `Institution ${n}`;
      return { _id: randomUUID(), name, nameKey: name.toLowerCase(), createdAt: new Date() };
    });
    await InstitutionModel.insertMany(made);
    commands.length = 0;
    const dueNow = [{ $set: { dueAt: '$$NOW', endedAt: null } }];
    await RepeatedJobModel.updateMany({ _id: { $ne: 'rosters.sync' } }, dueNow, { updatePipeline: true });

    while ((await RepeatedJobModel.countDocuments({ endedAt: null })) > 0)
      await new Promise((resolve) => setTimeout(resolve, 50));

    const turns = commands.filter(({ name, of }) => of === SCHEDULE && name !== 'aggregate');
    expect(turns.length).toBeGreaterThan(1);
    // to take each, and to say of each that it has ended, would be two for each
    expect(turns.length).toBeLessThan(2 * JOBS_OF_A_MINUTE);
    const work = commands.filter(({ of }) => of !== SCHEDULE);
    expect(work.map(({ of }) => of)).toContain('institutions');
    expect(work.length).toBeLessThan(MANY_INSTITUTIONS / 4);
  }, 120_000);
});
