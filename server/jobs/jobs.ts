import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import mongoose from 'mongoose';
import type { Logger } from 'pino';

/** A piece of background work that runs again and again, in one process at a time. */
export interface RepeatedJob {
  name: string;
  /** `1 minute`, or a cron expression. */
  every: string;
  run(): Promise<unknown>;
}

export interface Jobs {
  stop(): Promise<void>;
}

const LOCK_MS = 10 * 60_000;

/** How late the latest job is that nobody has taken, in ms by `now`; 0 when none is. One that is running is taken. */
export async function findJobLag(now: Date): Promise<number> {
  const { db } = mongoose.connection;
  if (!db) throw new Error('jobs need a connected database');
  const untaken = [{ lockedAt: null }, { lockedAt: { $lte: new Date(now.getTime() - LOCK_MS) } }];
  const latest = await db
    .collection<{ nextRunAt?: Date }>('jobs')
    .find({ nextRunAt: { $lte: now }, disabled: { $ne: true }, $or: untaken })
    .sort({ nextRunAt: 1 })
    .limit(1)
    .next();
  return latest?.nextRunAt ? now.getTime() - latest.nextRunAt.getTime() : 0;
}

/**
 * Runs repeated jobs over the house's own connection: each due run is taken by one process. Schedules stand in the
 * collection `jobs`; they are small, and nothing that must not be lost lives in them.
 */
export async function startJobs(jobs: readonly RepeatedJob[], log: Pick<Logger, 'error'>): Promise<Jobs> {
  const { db } = mongoose.connection;
  if (!db) throw new Error('jobs need a connected database');
  const agenda = new Agenda({
    backend: new MongoBackend({ mongo: db, collection: 'jobs', ensureIndex: true }),
    processEvery: '5 seconds',
    defaultLockLifetime: LOCK_MS,
    maxConcurrency: 4,
  });
  agenda.on('error', (error) => log.error({ err: error }, 'the schedule could not be read'));
  agenda.on('fail', (error: Error | string, job: { attrs?: { name: string } }) => {
    log.error({ err: error, job: job.attrs?.name }, 'a background job failed; it runs again when it is due');
  });
  for (const job of jobs) agenda.define(job.name, async () => void (await job.run()));
  await agenda.start();
  for (const job of jobs) await agenda.every(job.every, job.name);
  return {
    async stop() {
      await agenda.stop();
    },
  };
}
