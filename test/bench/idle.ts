import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { atMost, type BenchOptions, type Figure } from './figure.ts';
import { withBenchWorld } from './page/world.ts';

const CPU_LIMIT = 2;
const COMMANDS_LIMIT = 1;
const WORKERS = 4;
/**
 * What a start leaves behind is over by then. V8 puts away what starting left in memory, some 150 ms of CPU, once a process has been
 * quiet for a while: seen 10 to 90 s after the start, and at the latest after 100 (`kWatchdogDelayMs` of its memory reducer). Each job
 * has had its second turn, whose code was not compiled before.
 */
const SETTLE_MS = 120_000;
/** Each repeated job has one turn in it; less would count one turn of them or none. */
const COUNTED_MS = 60_000;
/** So long mongod is watched without a process. */
const ALONE_MS = 5_000;
const TICKS_PER_SECOND = 100;

/** User and system time of a process by its id, in ms: the kernel's count, for mongod. */
async function cpuOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

async function mongodCpu(): Promise<number> {
  const status = await mongoose.connection.db?.admin().command({ serverStatus: 1 });
  return cpuOf(Number(status?.['pid']));
}

/**
 * What a process costs that has nothing to do: the production build with workers, a district and a pathway, and nobody there.
 * Counted over a whole minute, also when asked to be quick: user and system time of the process, and the MongoDB
 * commands that it sends (the driver's own heartbeats are no commands). What mongod uses meanwhile is said, not counted: other
 * things may run on it.
 */
export async function runIdleBench(options: BenchOptions): Promise<Figure[]> {
  const { say } = options;
  return withBenchWorld(options, async (world) => {
    const alone = await mongodCpu();
    await sleep(ALONE_MS);
    say(`mongod without a process: ${(((await mongodCpu()) - alone) / (ALONE_MS / 1000)).toFixed(1)} ms/s`);
    // no other one beside it takes its turns of the jobs
    const waymark = await world.startWaymark(WORKERS, true);
    await sleep(SETTLE_MS);
    await waymark.commands();
    const before = [await waymark.cpuMs(), await mongodCpu()] as const;
    const began = performance.now();
    await sleep(COUNTED_MS);
    const seconds = (performance.now() - began) / 1000;
    const [cpu, mongod] = [(await waymark.cpuMs()) - before[0], (await mongodCpu()) - before[1]];
    const commands = await waymark.commands();
    const names = [...new Set(commands)].map(
      (name) => `${commands.filter((one) => one === name).length} ${name}`,
    );
    say(`in ${seconds.toFixed(0)} s: ${names.join(', ')}`);
    say(`mongod with one such process: ${(mongod / seconds).toFixed(1)} ms/s`);
    return [
      atMost('idle: CPU of a process without work', cpu / seconds, CPU_LIMIT, 'ms/s'),
      atMost('idle: MongoDB commands of a process', commands.length / seconds, COMMANDS_LIMIT, 'commands/s'),
    ];
  });
}
