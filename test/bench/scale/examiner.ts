import mongoose from 'mongoose';

/** One command as mongod's profiler saw it. */
export interface Examined {
  collection: string;
  /** `find`, `aggregate`, `update`, … */
  operation: string;
  /** Counts a set: its cost may rise up to its cap, and no further. */
  isCount: boolean;
  keys: number;
  documents: number;
  /** `IXSCAN { institutionId: 1, … }`, `COLLSCAN`, … */
  plan: string;
  /** It sorted in memory: it read all that matched, whatever it returned. */
  sorted: boolean;
}

/** What one request cost. */
export interface Cost {
  /** MongoDB commands that the server sent. */
  commands: number;
  examined: Examined[];
}

interface ProfileLine {
  op: string;
  ns: string;
  appName?: string;
  command?: Record<string, unknown> & { pipeline?: Record<string, unknown>[] };
  keysExamined?: number;
  docsExamined?: number;
  planSummary?: string;
  hasSortStage?: boolean;
}

const PROFILE = 'system.profile';
const PROFILE_BYTES = 8 * 1024 * 1024;
/** The driver's own. */
const OTHER = ['hello', 'ping', 'endSessions'];

function isCount({ command }: ProfileLine): boolean {
  const last = command?.pipeline?.at(-1);
  return command?.['count'] !== undefined || JSON.stringify(last ?? {}).includes('{"$sum":1}');
}

function toExamined(line: ProfileLine): Examined {
  const { op, ns, command = {}, keysExamined = 0, docsExamined = 0, planSummary = '' } = line;
  return {
    collection: ns.split('.').slice(1).join('.'),
    operation: op === 'query' || op === 'command' ? (Object.keys(command)[0] ?? op) : op,
    isCount: isCount(line),
    ...{ keys: keysExamined, documents: docsExamined, plan: planSummary },
    sorted: line.hasSortStage === true,
  };
}

/** Documents or index entries, whichever were more, that these commands looked at. */
export const sumOf = (examined: readonly Examined[]): number =>
  examined.reduce((sum, { keys, documents }) => sum + Math.max(keys, documents), 0);

/** Watches what the server asks of a database: mongod's profiler at level 2, and the driver's command monitoring. */
export interface Examiner {
  /** One request at a time. */
  costOf(work: () => Promise<unknown>): Promise<Cost>;
  close(): Promise<void>;
}

/**
 * @param uri  names the database. The server's own connection is mongoose's default one, made with `monitorCommands=true`.
 */
export async function openExaminer(uri: string): Promise<Examiner> {
  const client = await mongoose.mongo.MongoClient.connect(uri, { appName: 'examiner' });
  const db = client.db();
  let commands = 0;
  mongoose.connection.getClient().on('commandStarted', ({ commandName }) => {
    if (!OTHER.includes(commandName)) commands += 1;
  });
  return {
    async costOf(work) {
      await db.command({ profile: 0 });
      await db.dropCollection(PROFILE).catch(() => false);
      await db.createCollection(PROFILE, { capped: true, size: PROFILE_BYTES });
      await db.command({ profile: 2 });
      commands = 0;
      await work();
      const sent = commands;
      await db.command({ profile: 0 });
      const lines = await db
        .collection<ProfileLine>(PROFILE)
        .find({ appName: 'waymark', op: { $nin: ['insert', 'none'] } })
        .toArray();
      return { commands: sent, examined: lines.map(toExamined) };
    },
    close: () => client.close(),
  };
}
