import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import mongoose from 'mongoose';
import { NO_DIAGNOSTICS, startMongod, untether } from '../../scripts/lib/mongod.mjs';
import { getMongod } from '../../scripts/lib/mongodBinary.mjs';
import { freePort } from '../../scripts/lib/ports.mjs';
import { createProgress } from '../../scripts/lib/progress.mjs';
import { until } from './until.ts';

type Document = mongoose.mongo.Document;

const SMALL = ['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '64'];
const TEST_COMMANDS = ['--setParameter', 'enableTestCommands=1'];

/** One `mongod` of a set, a separate process that can be killed, frozen, disconnected and restarted. */
export class Member {
  /** `127.0.0.1:port`, its name in the set. */
  readonly host: string;
  readonly #plan: Parameters<typeof startMongod>[0];
  #child: ChildProcess;
  #client: mongoose.mongo.MongoClient;
  #pid: number | null = null;

  constructor(plan: Parameters<typeof startMongod>[0]) {
    this.host = `127.0.0.1:${plan.port}`;
    this.#plan = plan;
    this.#child = startMongod(plan);
    this.#client = this.#connect();
  }

  /** Runs an admin command on this member, whatever its state. */
  command(command: Document): Promise<Document> {
    return this.#client.db('admin').command(command);
  }

  /** Switches a fail point: `stopReplProducer` fetches nothing more from others, `rsSyncApplyStop` applies nothing more. */
  async failPoint(name: string, mode: 'alwaysOn' | 'off', data: Document = {}): Promise<void> {
    await this.command({ configureFailPoint: name, mode, data });
  }

  /** Waits until it responds. */
  async ready(): Promise<void> {
    const status = await until(`${this.host} answers`, async () => {
      try {
        return await this.command({ serverStatus: 1 });
      } catch (error) {
        // a client whose first connection failed stays closed
        await this.#client.close(true);
        this.#client = this.#connect();
        throw error;
      }
    });
    this.#pid = Number(status['pid']);
  }

  /** SIGKILL: anything that it has not sent to others or written to its journal is lost. Its data is kept for `restart`. */
  async kill(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#signal('SIGKILL');
    this.#pid = null;
    await gone;
    await this.#client.close(true);
  }

  /** SIGSTOP: its connections stay open and send nothing. */
  freeze(): void {
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  /** Starts it again on its data and port after `kill`. */
  async restart(): Promise<void> {
    this.#child = startMongod(this.#plan);
    this.#client = this.#connect();
    await this.ready();
  }

  /** Stops it and deletes its data. */
  async end(): Promise<void> {
    await this.#client.close(true);
    if (this.#pid !== null) this.#signal('SIGKILL');
    this.#pid = null;
    await untether(this.#child);
    await rm(this.#plan.dbPath, { recursive: true, force: true, maxRetries: 3 });
  }

  #connect(): mongoose.mongo.MongoClient {
    return new mongoose.mongo.MongoClient(`mongodb://${this.host}/`, {
      directConnection: true,
      serverSelectionTimeoutMS: 5_000,
    });
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#pid === null) throw new Error(`${this.host} does not run`);
    process.kill(this.#pid, signal);
  }
}

/** A replica set for one test file. */
export interface TestReplicaSet {
  members: readonly Member[];
  /** For `connectDatabase`. */
  uri(dbName: string): string;
  /** Waits for the member that accepts writes. @param other  a member that it must not be: the one that was killed or frozen */
  primary(other?: Member): Promise<Member>;
  /** All members but this one. */
  others(member: Member): readonly Member[];
  /** Stops all members and deletes their data. */
  stop(): Promise<void>;
}

async function initiate(members: readonly Member[], electionTimeoutMillis: number): Promise<void> {
  const [first] = members;
  if (!first) throw new Error('a set needs a member');
  await first.command({
    replSetInitiate: {
      _id: 'rs0',
      // as in production: a majority write is on disk
      writeConcernMajorityJournalDefault: true,
      members: members.map(({ host }, i) => ({ _id: i, host })),
      settings: { electionTimeoutMillis, heartbeatIntervalMillis: 500, catchUpTimeoutMillis: 2_000 },
    },
  });
}

/** Writable, and known to the others as primary. */
async function isPrimary(member: Member): Promise<boolean> {
  const hello = await member.command({ hello: 1 }).catch(() => null);
  return hello?.['isWritablePrimary'] === true;
}

/**
 * Starts `mongod`s on free ports as one replica set with test commands, and waits for its first primary and for all others to be
 * secondaries. The members end with this process, even if it is killed.
 *
 * @param how.electionTimeoutMs  a primary that does not respond for this long is replaced
 */
export async function startReplicaSet(
  how: { members?: number; electionTimeoutMs?: number } = {},
): Promise<TestReplicaSet> {
  const binary = await getMongod(createProgress(process.stderr));
  const members: Member[] = [];
  for (let i = 0; i < (how.members ?? 3); i++) {
    const folder = await mkdtemp(join(tmpdir(), 'waymark-member-'));
    const options = [...SMALL, ...NO_DIAGNOSTICS, ...TEST_COMMANDS];
    const logPath = join(folder, 'mongod.log');
    members.push(
      new Member({ binary, dbPath: folder, logPath, port: await freePort(), options, tethered: true }),
    );
  }
  const stop = async (): Promise<void> => {
    await Promise.all(members.map((member) => member.end()));
  };
  const primary = (other?: Member): Promise<Member> =>
    until('a primary', async () => {
      for (const member of members) if (member !== other && (await isPrimary(member))) return member;
      return null;
    });
  try {
    await Promise.all(members.map((member) => member.ready()));
    await initiate(members, how.electionTimeoutMs ?? 2_000);
    await primary();
    await until('secondaries', async () => {
      const states = await Promise.all(members.map((member) => member.command({ hello: 1 })));
      return (
        states.every((state) => state['isWritablePrimary'] === true || state['secondary'] === true) || null
      );
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const hosts = members.map(({ host }) => host).join(',');
  return {
    members,
    primary,
    stop,
    uri: (dbName) => `mongodb://${hosts}/${dbName}?replicaSet=rs0`,
    others: (member) => members.filter((one) => one !== member),
  };
}
