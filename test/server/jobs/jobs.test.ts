import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { startJobs, type Jobs, type RepeatedJob } from '../../../server/jobs/jobs.ts';
import { RepeatedJobModel } from '../../../server/jobs/repeatedJob.model.ts';
import { useServices } from '../../support/services.ts';

useServices();
const log = pino({ level: 'silent' });
const open: Jobs[] = [];
const MINUTE = 60_000;

/** A schedule of a process of its own, as far as the database can tell. */
function processWith(job: Partial<RepeatedJob> & Pick<RepeatedJob, 'run'>, leaseMs = 400): Jobs {
  const jobs = startJobs([{ name: 'test.job', every: '1 minute', ...job }], log, {
    leaseMs,
    lookEveryMs: 20,
    endWithinMs: 200,
  });
  open.push(jobs);
  return jobs;
}

interface Gate {
  opened: Promise<void>;
  open(): void;
}
function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** The next turn is due so many ms from now, by the database's clock. */
const dueIn = (ms: number, name = 'test.job') =>
  RepeatedJobModel.updateOne({ _id: name }, [{ $set: { dueAt: { $add: ['$$NOW', ms] } } }], {
    updatePipeline: true,
  });
const stored = () => RepeatedJobModel.findById('test.job').lean();
async function until(is: () => Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise((resolve) => setTimeout(resolve, 10));
}

const realNow = Date.now;
afterEach(async () => {
  Date.now = realNow;
  await Promise.all(open.splice(0).map((jobs) => jobs.stop()));
  await RepeatedJobModel.deleteMany({});
});

describe('a repeated job', () => {
  it('is run once for each turn, however many processes look for it', async () => {
    let runs = 0;
    const ended = gate();
    const run = (): Promise<void> => {
      runs += 1;
      ended.open();
      return Promise.resolve();
    };
    for (let n = 0; n < 4; n += 1) processWith({ run });

    await ended.opened;
    await until(async () => (await stored())?.endedAt instanceof Date);

    const doc = await stored();
    expect(runs).toBe(1);
    expect(doc?.holder).toBeNull();
    expect((doc?.dueAt.getTime() ?? 0) - (doc?.begunAt?.getTime() ?? 0)).toBe(MINUTE);
  });

  it('is run once for each turn also where several are due together, and taken by different processes', async () => {
    const names = ['test.a', 'test.b', 'test.c', 'test.d', 'test.e'];
    const runs: string[] = [];
    const jobsOf = (own: readonly string[]): RepeatedJob[] =>
      own.map((name) => ({
        name,
        every: '1 minute',
        run: () => Promise.resolve(runs.push(name)),
      }));
    const areEnded = async (): Promise<boolean> =>
      (await RepeatedJobModel.countDocuments({ endedAt: { $ne: null } })) === names.length;

    for (const own of [names.slice(0, 2), names, names.slice(2), names])
      open.push(startJobs(jobsOf(own), log, { lookEveryMs: 20 }));
    await until(areEnded);

    expect(runs.sort()).toEqual(names);
  });

  it('is not early in a process whose own clock is minutes ahead, nor late in one that is behind', async () => {
    let runs = 0;
    let looks = 0;
    const again = gate();
    const looked = gate();
    const job: RepeatedJob = {
      name: 'test.job',
      every: '1 minute',
      run: () => {
        runs += 1;
        if (runs === 2) again.open();
        return Promise.resolve();
      },
    };
    // due at every look: when it has run, the schedule has been looked through
    const other: RepeatedJob = {
      name: 'test.other',
      every: '1 minute',
      run: () => {
        looks += 1;
        if (looks === 2) looked.open();
        return Promise.resolve();
      },
    };
    open.push(startJobs([job, other], log, { lookEveryMs: 20 }));
    await until(async () => (await RepeatedJobModel.countDocuments({ endedAt: { $ne: null } })) === 2);

    await dueIn(5 * MINUTE);
    Date.now = () => realNow() + 10 * MINUTE;
    await dueIn(-1, 'test.other');
    await looked.opened;
    const early = runs;
    Date.now = () => realNow() - 10 * MINUTE;
    await dueIn(-1);
    await again.opened;

    expect(early).toBe(1);
    expect(runs).toBe(2);
  });

  it('stays with its process while that lives, however long a turn takes', async () => {
    const end = gate();
    const begun: number[] = [];
    const run = (n: number) => async (): Promise<void> => {
      begun.push(n);
      await end.opened;
    };
    processWith({ run: run(1) });
    await until(async () => Promise.resolve(begun.length === 1));
    processWith({ run: run(2) });

    const first = await stored();
    // several leases long: each heartbeat moves the end of the lease on
    await until(async () => ((await stored())?.dueAt.getTime() ?? 0) - (first?.dueAt.getTime() ?? 0) > 1_000);
    end.open();

    expect(begun).toEqual([1]);
  });

  it('has its next turn on time, also when the schedule was last looked at while it ran', async () => {
    let runs = 0;
    const [begun, end, again] = [gate(), gate(), gate()];
    const run = (): Promise<void> => {
      runs += 1;
      if (runs === 2) again.open();
      else begun.open();
      return end.opened;
    };
    open.push(startJobs([{ name: 'test.job', every: '1 minute', run }], log, { lookEveryMs: 10 * MINUTE }));
    await begun.opened;
    await RepeatedJobModel.updateOne(
      { _id: 'test.job' },
      [{ $set: { begunAt: { $subtract: ['$$NOW', MINUTE] } } }],
      { updatePipeline: true },
    );

    end.open();

    await again.opened;
    expect(runs).toBe(2);
  });

  it('goes to another process when its own has died', async () => {
    await RepeatedJobModel.create({
      _id: 'test.job',
      holder: 'a dead process',
      begunAt: new Date(),
      endedAt: null,
      dueAt: new Date(Date.now() + 300),
    });
    const taken = gate();
    processWith({
      run: () => {
        taken.open();
        return Promise.resolve();
      },
    });

    await taken.opened;

    expect((await stored())?.holder).not.toBe('a dead process');
  });

  it('is given back at once by a process that ends, to be taken by another', async () => {
    const begun = gate();
    const ending = processWith(
      {
        run: async (stopping) => {
          begun.open();
          await new Promise((resolve) => stopping.addEventListener('abort', resolve));
        },
      },
      10 * MINUTE,
    );
    await begun.opened;
    const taken = gate();
    processWith({
      run: () => {
        taken.open();
        return Promise.resolve();
      },
    });

    await ending.stop();

    // the lease had minutes left: only what was given back can be taken
    await taken.opened;
  });

  it('that does not heed the stop keeps no process from ending, and is given back', async () => {
    const begun = gate();
    const ending = processWith(
      {
        run: () => {
          begun.open();
          return new Promise(() => undefined);
        },
      },
      10 * MINUTE,
    );
    await begun.opened;

    await ending.stop();

    expect((await stored())?.holder).toBeNull();
  });

  it('that fails is run again at its next turn', async () => {
    let runs = 0;
    const again = gate();
    processWith({
      run: () => {
        runs += 1;
        if (runs === 2) again.open();
        return Promise.reject(new Error('broken'));
      },
    });
    await until(async () => (await stored())?.endedAt instanceof Date);
    await dueIn(-1);

    await again.opened;

    expect(runs).toBe(2);
  });
});
