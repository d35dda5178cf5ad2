import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { RepeatedJobModel } from './repeatedJob.model.ts';

const INTERVALS_MS = { '1 minute': 60_000, '1 hour': 3600_000, '1 day': 24 * 3600_000 } as const;

/** A piece of background work that runs periodically, in one process at a time. */
export interface RepeatedJob {
  name: string;
  /** From the start of one run to the start of the next. */
  every: keyof typeof INTERVALS_MS;
  /**
   * One run. It may be repeated after a crash at any point.
   *
   * @param stopping  aborted when the process is shutting down: the rest is left to the next run
   */
  run(stopping: AbortSignal): Promise<unknown>;
}

export interface Jobs {
  /** Starts no new run, asks those in progress to end, and releases those that do not end soon. */
  stop(): Promise<void>;
}

export interface JobTimes {
  /** After this long without a sign of life from its process, another process may take over a run. */
  leaseMs?: number;
  /** How often this process checks for due jobs, at least: a job that another process releases is due before its time. */
  lookEveryMs?: number;
  /** How long `stop` waits for runs in progress. */
  endWithinMs?: number;
}

const LEASE_MS = 60_000;
const LOOK_EVERY_MS = 20_000;
/** If the schedule could not be read. */
const AGAIN_MS = 5_000;
const END_WITHIN_MS = 3_000;
/** Runs that start together mostly end at about the same time, and their ends are written together. */
const GATHER_MS = 50;
/** Checking slightly after the first job is due also finds those that are due at about the same time. */
const LATE_MS = 100;

/** How overdue the latest unclaimed job is, in ms; 0 if there is none. A running job counts as claimed. */
export async function findJobLag(): Promise<number> {
  const [latest] = await RepeatedJobModel.aggregate<{ lateMs: number }>([
    { $match: { $expr: { $lte: ['$dueAt', '$$NOW'] } } },
    { $group: { _id: null, lateMs: { $max: { $subtract: ['$$NOW', '$dueAt'] } } } },
  ]);
  return latest?.lateMs ?? 0;
}

/** In how many ms each of these jobs is due, by the database's clock; the first one due comes first. */
async function findWaits(names: readonly string[]): Promise<{ name: string; dueInMs: number }[]> {
  if (names.length === 0) return [];
  return RepeatedJobModel.aggregate<{ name: string; dueInMs: number }>([
    { $match: { _id: { $in: [...names] } } },
    { $sort: { dueAt: 1 } },
    { $project: { _id: 0, name: '$_id', dueInMs: { $subtract: ['$dueAt', '$$NOW'] } } },
  ]);
}

/** Adds new jobs, due at once; a job whose interval became shorter is due no later than that. */
async function enter(jobs: readonly RepeatedJob[]): Promise<void> {
  await RepeatedJobModel.bulkWrite(
    jobs.map(({ name, every }) => {
      const latest = { $add: ['$$NOW', INTERVALS_MS[every]] };
      const fields = {
        dueAt: { $min: [{ $ifNull: ['$dueAt', '$$NOW'] }, latest] },
        holder: { $ifNull: ['$holder', null] },
        begunAt: { $ifNull: ['$begunAt', null] },
        endedAt: { $ifNull: ['$endedAt', null] },
      };
      return { updateOne: { filter: { _id: name }, update: [{ $set: fields }], upsert: true } };
    }),
    { ordered: false },
  );
}

const takenBy = (leaseMs: number, turn: string) => ({
  $set: { holder: turn, begunAt: '$$NOW', dueAt: { $add: ['$$NOW', leaseMs] } },
});

/**
 * Claims every one of these jobs that is due and that no other process claimed before, all in one command.
 *
 * @param turn  a new id, shared by all claimed jobs
 * @returns the names of the claimed jobs
 */
async function take(names: readonly string[], leaseMs: number, turn: string): Promise<readonly string[]> {
  // one at a time within it, since the driver repeats only those if a primary is lost
  const { modifiedCount } = await RepeatedJobModel.bulkWrite(
    names.map((name) => ({
      updateOne: {
        filter: { _id: name, $expr: { $lte: ['$dueAt', '$$NOW'] } },
        update: [takenBy(leaseMs, turn)],
      },
    })),
    { ordered: false },
  );
  if (modifiedCount === 0) return [];
  if (modifiedCount === names.length) return names;
  const taken = await RepeatedJobModel.find({ _id: { $in: [...names] }, holder: turn }, { _id: 1 }).lean();
  return taken.map(({ _id }) => _id);
}

interface EndedRun {
  name: string;
  turn: string;
  fields: Record<string, unknown>;
}

/** Only if this process still holds the run. */
async function writeEnds(ends: readonly EndedRun[]): Promise<void> {
  await RepeatedJobModel.bulkWrite(
    ends.map(({ name, turn, fields }) => ({
      updateOne: { filter: { _id: name, holder: turn }, update: [{ $set: fields }] },
    })),
    { ordered: false },
  );
}

/** This process's share of the schedule: claims jobs with a conditional write, and renews the lease of each while it runs. */
class Schedule implements Jobs {
  readonly #jobs: ReadonlyMap<string, RepeatedJob>;
  readonly #log: Pick<Logger, 'error' | 'warn'>;
  readonly #times: Required<JobTimes>;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, { turn: string; ended: Promise<void> }>();
  /** Ended, and waiting to be written as such. */
  #ends: EndedRun[] = [];
  #writing: Promise<void> | null = null;
  /** Ends the wait for the next check. */
  #lookNow = new AbortController();
  readonly #loop: Promise<void>;

  constructor(jobs: readonly RepeatedJob[], log: Pick<Logger, 'error' | 'warn'>, times: JobTimes) {
    this.#jobs = new Map(jobs.map((job) => [job.name, job]));
    this.#log = log;
    this.#times = {
      leaseMs: times.leaseMs ?? LEASE_MS,
      lookEveryMs: times.lookEveryMs ?? LOOK_EVERY_MS,
      endWithinMs: times.endWithinMs ?? END_WITHIN_MS,
    };
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#lookNow.abort();
    await this.#loop;
    const ended = Promise.all([...this.#running.values()].map(({ ended }) => ended));
    await Promise.race([ended, sleep(this.#times.endWithinMs, undefined, { ref: false })]);
    await Promise.all([...this.#running].map(([name, { turn }]) => this.#giveBack(name, turn)));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let entered = false;
    while (!signal.aborted) {
      let waitMs = Math.min(AGAIN_MS, this.#times.lookEveryMs);
      this.#lookNow = new AbortController();
      try {
        if (!entered) await enter([...this.#jobs.values()]);
        entered = true;
        waitMs = await this.#takeDue();
      } catch (error) {
        this.#log.warn({ err: error }, 'the schedule could not be read; trying again');
      }
      await sleep(waitMs, undefined, { signal: this.#lookNow.signal, ref: false }).catch(() => undefined);
    }
  }

  /** Claims what is due. @returns after how long to check again, in ms: a job that a process releases is due before its time */
  async #takeDue(): Promise<number> {
    const idle = [...this.#jobs.keys()].filter((name) => !this.#running.has(name));
    const waits = await findWaits(idle);
    const due = waits.filter(({ dueInMs }) => dueInMs <= 0).map(({ name }) => name);
    // when the claimed jobs are due again is looked up once they have ended
    if (due.length > 0 && !this.#stopping.signal.aborted) await this.#take(due);
    const next = waits.find(({ dueInMs }) => dueInMs > 0);
    return Math.min(next ? next.dueInMs + LATE_MS : Infinity, this.#times.lookEveryMs);
  }

  /** Unless another process was first. */
  async #take(due: readonly string[]): Promise<void> {
    const turn = randomUUID();
    for (const name of await take(due, this.#times.leaseMs, turn)) {
      const job = this.#jobs.get(name);
      if (!job) continue;
      this.#running.set(name, { turn, ended: this.#runTurn(job, turn) });
    }
  }

  async #runTurn(job: RepeatedJob, turn: string): Promise<void> {
    const heart = setInterval(() => void this.#beat(job.name, turn), this.#times.leaseMs / 3);
    heart.unref();
    try {
      await job.run(this.#stopping.signal);
    } catch (error) {
      this.#log.error(
        { err: error, job: job.name },
        'a background job failed; it runs again when it is next due',
      );
    } finally {
      clearInterval(heart);
    }
    const dueAt = { $max: ['$$NOW', { $add: ['$begunAt', INTERVALS_MS[job.every]] }] };
    // interrupted: another process continues
    if (this.#stopping.signal.aborted) await this.#giveBack(job.name, turn);
    else await this.#end({ name: job.name, turn, fields: { dueAt, holder: null, endedAt: '$$NOW' } });
    this.#running.delete(job.name);
    this.#lookNow.abort();
  }

  /** Resolves once it is written, or could not be written. */
  #end(ended: EndedRun): Promise<void> {
    this.#ends.push(ended);
    this.#writing ??= this.#writeEnds();
    return this.#writing;
  }

  async #writeEnds(): Promise<void> {
    const { signal } = this.#stopping;
    await sleep(GATHER_MS, undefined, { signal, ref: false }).catch(() => undefined);
    const ends = this.#ends.splice(0);
    this.#writing = null;
    try {
      await writeEnds(ends);
    } catch (error) {
      this.#log.warn({ err: error }, 'the ends of jobs could not be recorded; their leases will expire');
    }
  }

  #beat(name: string, turn: string): Promise<void> {
    return this.#set(name, turn, { dueAt: { $add: ['$$NOW', this.#times.leaseMs] } });
  }

  #giveBack(name: string, turn: string): Promise<void> {
    return this.#set(name, turn, { dueAt: '$$NOW', holder: null });
  }

  /** Only if this process still holds the run. If the database cannot be reached, the lease expires by itself. */
  async #set(name: string, turn: string, fields: Record<string, unknown>): Promise<void> {
    try {
      await RepeatedJobModel.updateOne({ _id: name, holder: turn }, [{ $set: fields }], {
        updatePipeline: true,
      });
    } catch (error) {
      this.#log.warn(
        { err: error, job: name },
        'the state of a job could not be recorded; its lease will expire',
      );
    }
  }
}

/**
 * Runs periodic jobs: one process claims each due run, whatever the processes' clocks say, since only the database's clock
 * decides. Schedules are small, and nothing that must not be lost is stored in them.
 */
export function startJobs(
  jobs: readonly RepeatedJob[],
  log: Pick<Logger, 'error' | 'warn'>,
  times: JobTimes = {},
): Jobs {
  return new Schedule(jobs, log, times);
}
