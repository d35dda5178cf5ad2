import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { PipelineStage } from 'mongoose';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { createApp } from '../../../server/app.ts';
import { AssignmentModel } from '../../../server/features/assignments/assignment.model.ts';
import { SessionModel } from '../../../server/features/sessions/session.model.ts';
import { PlatformModel } from '../../../server/lti/platform.model.ts';
import { requireTenant } from '../../../server/tenancy.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { attributeCommands, useCommandLog } from '../../support/commandLog.ts';

const world = useApp();
const commands = useCommandLog();

/** Somebody whose bearer this process has seen before. */
async function arrive(personId: string, link = world.links.module): Promise<Caller> {
  const caller = await world.launch(personId, link);
  await caller.call(sessionEndpoints.get);
  return caller;
}

async function personOf(caller: Caller): Promise<string> {
  return (await caller.call(sessionEndpoints.get)).body.person.id;
}

async function attemptOf(caller: Caller): Promise<{ id: string }> {
  return { id: (await caller.call(pathwayEndpoints.open, { body: {} })).body.attemptId ?? '' };
}

/** A process that has seen no bearer yet, on the same database. */
async function anotherProcess(): Promise<{ callerOf: (caller: Caller) => Caller; close(): Promise<void> }> {
  const server = createServer(attributeCommands(createApp(world.deps)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    callerOf: (caller) => world.callerOf(caller, url),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe('what is read together with the session', () => {
  const page = (caller: Caller, id: string) => caller.call(attemptEndpoints.workspace, { params: { id } });

  it('is the same in a process that sees the bearer for the first time', async () => {
    const caller = await world.launch('teacher-2', world.links.module);
    const { id } = await attemptOf(caller);
    const known = await page(caller, id);
    const other = await anotherProcess();

    const seenFirst = await page(other.callerOf(caller), id);
    const seenAgain = await page(other.callerOf(caller), id);
    await other.close();

    expect([commands.namesOf(seenFirst).length, commands.namesOf(seenAgain).length]).toEqual([2, 1]);
    expect(seenFirst.body).toEqual(known.body);
    expect(seenAgain.body).toEqual(known.body);
  });

  it('is the caller’s own, whoever’s address they ask for', async () => {
    const [one, other] = [await arrive('teacher-2'), await arrive('teacher-4')];
    const { id } = await attemptOf(other);

    const asked = await page(one, id);

    expect([asked.status, asked.error.code]).toEqual([404, 'NOT_FOUND']);
    expect(commands.namesOf(asked)).toEqual(['aggregate']);
  });

  it('names the institution in every collection that is joined', async () => {
    const caller = await arrive('teacher-2');
    const { id } = await attemptOf(caller);

    const [sent] = commands.of(await page(caller, id));

    expect(sent?.collection).toBe('sessions');
    const pipeline = sent?.command['pipeline'] as PipelineStage[];
    expect(() => requireTenant('sessions', pipeline)).not.toThrow();
    expect(pipeline.filter((stage) => '$unionWith' in stage).length).toBeGreaterThan(5);
  });

  it('is handed to nobody whose session ended since the bearer was last seen, nor whose platform was switched off', async () => {
    const caller = await arrive('teacher-2');
    const { id } = await attemptOf(caller);
    const { institutionId } = world;
    await SessionModel.updateMany(
      { institutionId, personId: await personOf(caller) },
      { endedAt: new Date() },
    );
    const ended = await page(caller, id);
    const relaunched = await arrive('teacher-2');

    await PlatformModel.updateMany({}, { state: 'disabled' });
    const switchedOff = await page(relaunched, id);
    await PlatformModel.updateMany({}, { state: 'active' });
    const again = await page(relaunched, id);

    const refused = [ended, switchedOff].map(({ status, error, body }) => [
      status,
      error.code,
      Object.keys(body),
    ]);
    const nothing = ['code', 'message', 'correlationId'];
    expect(refused).toEqual([
      [401, 'SESSION_OVER', nothing],
      [401, 'SESSION_OVER', nothing],
    ]);
    expect(again.status).toBe(200);
  });

  it('is handed to nobody who lost the role for it since the last request', async () => {
    const caller = await arrive('teacher-4');
    const { institutionId } = world;
    const role = {
      _id: randomUUID(),
      institutionId,
      personId: await personOf(caller),
      role: 'reviewer' as const,
    };
    await AssignmentModel.create({ ...role, createdAt: new Date() });
    const read = () => caller.call(reviewEndpoints.outlook, { params: { id: randomUUID() } });
    const before = await read();

    await AssignmentModel.deleteOne({ institutionId, _id: role._id });
    const after = await read();

    expect([before.status, after.status, after.error.code]).toEqual([404, 403, 'FORBIDDEN']);
    expect(commands.namesOf(after)).toEqual(['aggregate']);
  });

  it('is nothing where the address is not in its form: who is calling is answered first', async () => {
    const caller = await arrive('teacher-2');
    const live = await page(caller, 'no-id');
    await caller.call(sessionEndpoints.signOff);

    const over = await page(caller, 'no-id');

    expect([live.status, live.error.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(
      commands
        .of(live)
        .flatMap(({ command }) => command['pipeline'] as unknown[])
        .some((stage) => Object.hasOwn(stage as object, '$unionWith')),
    ).toBe(false);
    expect([over.status, over.error.code]).toEqual([401, 'SESSION_OVER']);
  });
});
