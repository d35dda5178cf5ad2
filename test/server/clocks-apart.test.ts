import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { withDatabase } from '../../scripts/lib/mongod.mjs';
import { attemptEndpoints } from '../../contract/attempts.ts';
import { pathwayEndpoints } from '../../contract/pathways.ts';
import { documentOf } from '../../contract/richText.ts';
import { sessionEndpoints } from '../../contract/sessions.ts';
import { SessionModel } from '../../server/features/sessions/session.model.ts';
import { SubmissionModel } from '../../server/features/submissions/submission.model.ts';
import {
  countRegistrationTry,
  createInvite,
  leaseInvite,
} from '../../server/features/platforms/invites.service.ts';
import { InviteModel } from '../../server/features/platforms/invite.model.ts';
import { useApp } from '../support/app.ts';
import type { AppProcess } from '../support/appProcess.ts';
import { useAppProcesses } from '../support/appProcesses.ts';
import { launchThrough } from '../support/launching.ts';
import { FIRST_MODULE } from '../support/work.ts';

const MINUTE = 60_000;
const world = useApp();
const startProcess = useAppProcesses();

/** A process on a host whose wall clock is wrong by so much. */
const startOff = (ms: number): Promise<AppProcess> =>
  startProcess({
    PUBLIC_URL: world.url,
    MONGODB_URI: withDatabase(process.env['WAYMARK_TEST_MONGODB_URI'] ?? '', mongoose.connection.name),
    SECRET_KEYS: 'a-secret-key-for-tests-of-at-least-32-characters',
    WORKERS: '0',
    SHUTDOWN_NOTICE_SECONDS: '0',
    TEST_HOST_CLOCK_MS: String(ms),
  });

describe('processes on hosts whose clocks are half an hour apart', () => {
  it('share logins, sessions, one-time codes and work, with the times of the database', async () => {
    const [ahead, behind] = await Promise.all([startOff(15 * MINUTE), startOff(-15 * MINUTE)]);
    const who = { personId: 'teacher-1', linkId: world.links.module };
    const before = Date.now();

    // a login works for ten minutes: by either clock alone it would be over, or not yet begun
    const there = world.callerOf(await launchThrough(ahead.url, world.lms, who, behind.url), behind.url);
    const here = world.callerOf(await launchThrough(behind.url, world.lms, who, ahead.url), ahead.url);
    const opened = await there.call(pathwayEndpoints.open, { body: {} });
    const attemptId = opened.body.attemptId ?? '';
    const params = { id: attemptId, pieceKey: FIRST_MODULE.prompt.key };
    const body = {
      draftId: randomUUID(),
      baseRevision: 0,
      document: documentOf('Eleven left the unit out.'),
    };
    await here.call(attemptEndpoints.saveDraft, { params, body });
    const link = {
      url: 'https://example.org/a',
      name: 'A',
      criteria: [FIRST_MODULE.A],
      requirementKey: null,
    };
    await there.call(attemptEndpoints.addLink, { params: { id: attemptId }, body: link });
    const submitted = await here.call(attemptEndpoints.submit, { params: { id: attemptId }, body: {} });
    // a window's code works for a minute
    const { code } = (await there.call(sessionEndpoints.windowCode, { body: {} })).body;
    const redeemed = await world
      .callerOf({ bearer: 'none', key: '' }, ahead.url)
      .call(sessionEndpoints.redeem, { body: { code } });
    const after = Date.now();

    expect([opened.status, submitted.status, redeemed.status]).toEqual([200, 201, 200]);
    const { institutionId } = world;
    const sessions = await SessionModel.find({ institutionId }).lean();
    const submission = await SubmissionModel.findOne({ institutionId, _id: submitted.body.id }).lean();
    const times = [...sessions.map(({ createdAt }) => createdAt), submission?.submittedAt ?? new Date(0)];
    expect(times).toHaveLength(4);
    for (const time of times) {
      expect(time.getTime()).toBeGreaterThan(before - 1_000);
      expect(time.getTime()).toBeLessThan(after + 1_000);
    }
  });
});

describe('a lease and a limit that processes share', () => {
  it("hold an invite by the database's clock, whatever the process that asks believes", async () => {
    const want = { institutionId: world.institutionId, autoApprove: false };
    const secret = new URL(await createInvite(world.deps, want)).searchParams.get('invite') ?? '';
    const late = { clock: { now: () => new Date(Date.now() + 5 * MINUTE) } };

    const leased = await leaseInvite(world.deps, secret);
    const second = leaseInvite(late, secret);

    await expect(second).rejects.toMatchObject({ reason: 'INVITE_BUSY' });
    const stored = await InviteModel.findById(leased._id).lean();
    expect(stored?.leaseUntil).toEqual(leased.leaseUntil);
  });

  it('count the tries of an invite in ten minutes of the database, not in windows of each process', async () => {
    const invite = 'an invite';
    const realNow = Date.now;
    const tries: string[] = [];

    for (let n = 0; n < 32; n += 1) {
      // each by a process whose clock stands in another window
      Date.now = () => realNow() + n * 10 * MINUTE;
      tries.push(
        await countRegistrationTry(invite).then(
          () => 'counted',
          () => 'refused',
        ),
      );
    }
    Date.now = realNow;

    expect(tries.filter((one) => one === 'counted')).toHaveLength(30);
  });
});
