import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import mongoose from 'mongoose';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { DeliveryLaneModel } from '../../../server/features/grades/deliveries/deliveryLane.model.ts';
import { findDeliveryLag } from '../../../server/features/grades/lag.service.ts';
import { healthRouter, JOB_LAG_LIMIT_SECONDS } from '../../../server/features/health/health.routes.ts';
import { jsonErrorHandler } from '../../../server/http/errorHandler.ts';
import { requestContext } from '../../../server/http/requestContext.ts';
import { withJobMetrics } from '../../../server/backgroundWork.ts';
import { findJobLag, type RepeatedJob } from '../../../server/jobs/jobs.ts';
import { RepeatedJobModel } from '../../../server/jobs/repeatedJob.model.ts';
import { useApp } from '../../support/app.ts';

const TOKEN = 'a-token-for-the-figures';
const world = useApp({ METRICS_TOKEN: TOKEN });

interface Ready {
  checks: { name: string; ok: boolean; lagSeconds?: number }[];
}
const MINUTE = 60_000;

/** The health pages of a process with so many workers, where work has been waiting for so long. */
async function readiness(workers: number, lagSeconds: number): Promise<{ status: number; body: Ready }> {
  const { keys, log } = world.deps;
  const jobLag = () => Promise.resolve({ deliveries: lagSeconds, jobs: 0 });
  const app = express().use(requestContext(log));
  app.use(healthRouter({ config: { metricsToken: undefined, workers }, keys, jobLag, metrics: null }));
  app.use(jsonErrorHandler);
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    return { status: answer.status, body: (await answer.json()) as Ready };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('/readyz', () => {
  it('says of a process that all is there what it looked at', async () => {
    const answer = await fetch(`${world.url}/readyz`);

    expect(answer.status).toBe(200);
    const { checks } = (await answer.json()) as Ready;
    expect(checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['database', true],
      ['migrations', true],
      ['keys', true],
      ['jobs', true],
    ]);
  });

  it('is 503 where work has waited longer than a quarter of an hour, and says how long', async () => {
    const late = await readiness(4, JOB_LAG_LIMIT_SECONDS + 1);
    const inTime = await readiness(4, JOB_LAG_LIMIT_SECONDS);

    expect(late).toMatchObject({ status: 503 });
    expect(late.body.checks.at(-1)).toEqual({ name: 'jobs', ok: false, lagSeconds: 901 });
    expect(inTime.status).toBe(200);
  });

  it('of a process without workers tells the lag and stays ready: the work is not its own', async () => {
    const answer = await readiness(0, 7200);

    expect(answer.status).toBe(200);
    expect(answer.body.checks.at(-1)).toEqual({ name: 'jobs', ok: true, lagSeconds: 7200 });
  });

  it('is 503 on a database that was not migrated', async () => {
    const migrations = mongoose.connection.collection('migrations');
    const kept = await migrations.find().toArray();
    await migrations.deleteMany({});

    const answer = await fetch(`${world.url}/readyz`);

    await migrations.insertMany(kept);
    expect(answer.status).toBe(503);
    const { checks } = (await answer.json()) as Ready;
    expect(checks.find(({ name }) => name === 'migrations')?.ok).toBe(false);
  });
});

describe('the lag', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  const ago = (minutes: number): Date => new Date(now.getTime() - minutes * MINUTE);

  async function lane(times: {
    nextDueAt: Date | null;
    pausedUntil?: Date;
    dueAt: Date | null;
  }): Promise<void> {
    const [institutionId, platformId] = [randomUUID(), randomUUID()];
    const { nextDueAt, pausedUntil = null, dueAt } = times;
    await DeliveryLaneModel.create({
      _id: `${institutionId}:${platformId}`,
      institutionId,
      platformId,
      nextDueAt,
      pausedUntil,
      serial: false,
    });
    if (!dueAt) return;
    const at = ago(600);
    await DeliveryModel.create({
      _id: randomUUID(),
      institutionId,
      platformId,
      contextId: randomUUID(),
      columnId: randomUUID(),
      personId: randomUUID(),
      sub: '1',
      state: 'queued',
      reason: 'none',
      filter: 'on_the_way',
      wanted: {
        given: 1,
        maximum: 1,
        revision: 1,
        enrolmentId: randomUUID(),
        order: 1,
        decisionId: randomUUID(),
        decidedAt: at,
        submittedAt: at,
      },
      dueAt,
      changedAt: at,
    });
  }
  beforeEach(async () => {
    await DeliveryLaneModel.deleteMany({});
  });

  it('of scores is the wait of what is due in a lane that nobody looks at', async () => {
    await lane({ nextDueAt: ago(30), dueAt: ago(20) });
    await lane({ nextDueAt: ago(5), dueAt: ago(300) });

    expect(await findDeliveryLag(now)).toBe(20 * MINUTE);
  });

  it('of scores counts from the first due one where a lane was never looked at', async () => {
    await lane({ nextDueAt: new Date(0), dueAt: ago(7) });

    expect(await findDeliveryLag(now)).toBe(7 * MINUTE);
  });

  it('of scores is nothing where lanes are empty, asleep, or paused for their LMS', async () => {
    await lane({ nextDueAt: ago(30), dueAt: null });
    await lane({ nextDueAt: null, dueAt: ago(30) });
    await lane({ nextDueAt: ago(30), pausedUntil: new Date(now.getTime() + MINUTE), dueAt: ago(40) });

    expect(await findDeliveryLag(now)).toBe(0);
  });

  describe('of jobs', () => {
    const since = (minutes: number) => ({ $subtract: ['$$NOW', minutes * MINUTE] });
    const enter = (_id: string, dueAt: unknown) =>
      RepeatedJobModel.updateOne({ _id }, [{ $set: { dueAt, holder: null } }], {
        upsert: true,
        updatePipeline: true,
      });
    afterEach(async () => {
      await RepeatedJobModel.deleteMany({});
    });

    it('is how late the latest is that nobody runs, by the database clock', async () => {
      await enter('a', since(3));
      await enter('b', since(-1));

      const lagMs = await findJobLag();

      expect(Math.round(lagMs / MINUTE)).toBe(3);
    });

    it('is none without jobs', async () => {
      expect(await findJobLag()).toBe(0);
    });
  });
});

describe('/metrics', () => {
  const figures = (authorization?: string) =>
    fetch(`${world.url}/metrics`, authorization === undefined ? {} : { headers: { authorization } });

  it('is not there without its token', async () => {
    const answers = await Promise.all([figures(), figures('Bearer another-token'), figures(TOKEN)]);

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it('counts requests by template, launches by outcome, and names nobody', async () => {
    const teacher = await world.launch('teacher-1', world.links.module);
    const info = await teacher.call(sessionEndpoints.get);
    const opened = await teacher.call(pathwayEndpoints.open, { body: {} });
    await teacher.call(pathwayEndpoints.map, { params: { id: opened.body.enrolmentId } });
    await fetch(`${world.url}/lti/login?iss=https://unknown.example`);
    await fetch(`${world.url}/${randomUUID()}`);

    const answer = await figures(`Bearer ${TOKEN}`);

    const text = await answer.text();
    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect(text).toMatch(/^waymark_launches_total\{outcome="accepted"\} [1-9]/m);
    expect(text).toMatch(/^waymark_launches_total\{outcome="LAUNCH_MALFORMED"\} 1$/m);
    const count = 'waymark_http_request_duration_seconds_count';
    const counted = (route: string, method: string, status: number): string =>
      `${count}{route="${route}",method="${method}",status="${status}"}`;
    expect(text).toContain(`${counted('/api/v1/enrolments/:id/map', 'GET', 200)} 1`);
    expect(text).toContain(counted('/lti/launch', 'POST', 200));
    expect(text).toContain(`${counted('other', 'GET', 404)} 1`);
    expect(text).toMatch(/^waymark_lag_seconds\{of="deliveries"\} \d/m);
    expect(text).toMatch(/^process_cpu_seconds_total/m);
    expect(text).not.toContain(info.body.person.id);
    expect(text).not.toContain('Teacher 1');
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  it('counts runs of jobs, those that failed apart', async () => {
    const { metrics } = world.deps;
    const sweep: RepeatedJob = { name: 'test.sweep', every: '1 minute', run: () => Promise.resolve(3) };
    const { signal } = new AbortController();
    const broken: RepeatedJob = { ...sweep, run: () => Promise.reject(new Error('broken')) };

    const result = await withJobMetrics({ metrics }, sweep).run(signal);
    await expect(withJobMetrics({ metrics }, broken).run(signal)).rejects.toThrow('broken');

    expect(result).toBe(3);
    const { text = '' } = (await metrics?.read({ deliveries: 0, jobs: 0 })) ?? {};
    expect(text).toContain('waymark_job_duration_seconds_count{job="test.sweep",outcome="done"} 1');
    expect(text).toContain('waymark_job_duration_seconds_count{job="test.sweep",outcome="failed"} 1');
  });
});
