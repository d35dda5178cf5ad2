import mongoose from 'mongoose';

/** One command as mongod's profiler saw it. */
export interface Examined {
  collection: string;
  /** `find`, `aggregate`, `update`, … */
  operation: string;
  /** Counts a set: its cost may rise up to its cap, and no further. */
  isCount: boolean;
  /** Index entries that it went over, without those that a look-up of one place landed on. */
  keys: number;
  documents: number;
  /** `IXSCAN { institutionId: 1, … }`, `COLLSCAN`, … */
  plan: string;
  /** Names of the indexes that it was answered from, each once, sorted. */
  indexes: string[];
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
  execStats?: unknown;
}

const PROFILE = 'system.profile';
const PROFILE_BYTES = 8 * 1024 * 1024;
/** The driver's own. */
const OTHER = ['hello', 'ping', 'endSessions'];

function isCount({ command }: ProfileLine): boolean {
  const last = command?.pipeline?.at(-1);
  return command?.['count'] !== undefined || JSON.stringify(last ?? {}).includes('{"$sum":1}');
}

/** Names of indexes anywhere in a plan. */
function indexesIn(stats: unknown): string[] {
  if (typeof stats !== 'object' || stats === null) return [];
  const inner = Object.values(stats).flatMap(indexesIn);
  return 'indexName' in stats && typeof stats.indexName === 'string' ? [stats.indexName, ...inner] : inner;
}

/** Look-ups of one place in an index, anywhere in a plan: a list of ids makes one for each, found or not. */
function seeksIn(stats: unknown): number {
  if (typeof stats !== 'object' || stats === null) return 0;
  const own = 'seeks' in stats && typeof stats.seeks === 'number' ? stats.seeks : 0;
  return Object.values(stats).reduce<number>((sum, inner) => sum + seeksIn(inner), own);
}

/** Index names by collection and key pattern, as a plan's summary writes it: counts tell no more of their plan. */
type IndexNames = ReadonlyMap<string, string>;

async function readIndexNames(db: mongoose.mongo.Db): Promise<IndexNames> {
  const names = new Map<string, string>();
  for (const { collectionName, indexes } of await Promise.all(
    (await db.collections()).map(async (collection) => {
      return { collectionName: collection.collectionName, indexes: await collection.indexes() };
    }),
  )) {
    for (const { key, name = '' } of indexes) {
      const pattern = Object.entries(key).map(([path, way]) => `${path}: ${way}`);
      names.set(`${collectionName} { ${pattern.join(', ')} }`, name);
    }
  }
  return names;
}

function toExamined(line: ProfileLine, names: IndexNames): Examined {
  const { op, ns, command = {}, keysExamined = 0, docsExamined = 0, planSummary = '' } = line;
  const collection = ns.split('.').slice(1).join('.');
  const told = indexesIn(line.execStats);
  const patterns = planSummary.match(/\{[^}]*\}/g) ?? [];
  const summed = patterns.map((pattern) => names.get(`${collection} ${pattern}`) ?? pattern);
  return {
    collection,
    operation: op === 'query' || op === 'command' ? (Object.keys(command)[0] ?? op) : op,
    isCount: isCount(line),
    documents: docsExamined,
    plan: planSummary,
    keys: Math.max(0, keysExamined - seeksIn(line.execStats)),
    indexes: [...new Set(told.length > 0 ? told : summed)].sort(),
    sorted: line.hasSortStage === true,
  };
}

/**
 * What a command looked at: its documents; or the index entries, where it went over more of them than finding its documents
 * takes (two for each, where a list of ids is looked up) or needed no document at all.
 */
export const comparisonAt = ({ keys, documents }: Examined): number =>
  keys > 2 * documents + 1 ? keys : documents;

export const sumOf = (examined: readonly Examined[]): number =>
  examined.reduce((sum, one) => sum + comparisonAt(one), 0);

const isJoin = (stage: Record<string, unknown>): boolean => '$lookup' in stage || '$unionWith' in stage;

interface ToldStage extends Record<string, unknown> {
  $lookup?: { from: string };
  $unionWith?: { coll: string; pipeline: ToldStage[] };
  $cursor?: { queryPlanner: { namespace: string }; executionStats?: unknown };
  indexesUsed?: string[];
  collectionScans?: number;
}

/** Where a name of an index lies; the one that all collections have counts for the joined one. */
function placeOf(names: IndexNames, index: string, joined: string): string {
  const own = [...names].find(([, name]) => name === index && index !== '_id_')?.[0];
  return own?.split(' ', 1)[0] ?? joined;
}

/**
 * The indexes of what is joined in a pipeline: the profiler tells only those of its first collection, and counts all that was
 * examined there.
 */
function joinedIn(stages: readonly ToldStage[], names: IndexNames): Examined[] {
  const nothing = { operation: 'aggregate', isCount: false, keys: 0, documents: 0, sorted: false };
  return stages.flatMap((stage): Examined[] => {
    const { $lookup, $unionWith, indexesUsed = [], collectionScans = 0 } = stage;
    if ($lookup) {
      const plan = collectionScans > 0 ? 'COLLSCAN' : 'IXSCAN';
      const places = indexesUsed.map((index) => [placeOf(names, index, $lookup.from), index] as const);
      if (collectionScans > 0) places.push([$lookup.from, 'none']);
      return places.map(([collection, index]) => ({ ...nothing, collection, plan, indexes: [index] }));
    }
    if (!$unionWith) return [];
    const [first, ...others] = $unionWith.pipeline;
    const cursor = first?.$cursor ?? first;
    const winner = winnerOf(cursor);
    const said = JSON.stringify(winner ?? {});
    const plan = said.includes('"COLLSCAN"') ? 'COLLSCAN' : 'IXSCAN';
    const sorted = said.includes('"stage":"SORT"');
    const indexes = [...new Set(indexesIn(winner))].sort();
    const own = { ...nothing, collection: $unionWith.coll, plan, sorted, indexes };
    return [own, ...joinedIn(others, names)];
  });
}

function winnerOf(cursor: unknown): unknown {
  const { queryPlanner } = (cursor ?? {}) as { queryPlanner?: { winningPlan?: unknown } };
  return queryPlanner?.winningPlan;
}

async function explainJoins(
  db: mongoose.mongo.Db,
  { ns, command }: ProfileLine,
  names: IndexNames,
): Promise<Examined[]> {
  const { pipeline } = command ?? {};
  if (!pipeline?.some(isJoin)) return [];
  const aggregate = ns.split('.').slice(1).join('.');
  const explain = { aggregate, pipeline, cursor: {} };
  const told = await db.command({ explain, verbosity: 'executionStats' });
  return joinedIn((told['stages'] ?? []) as ToldStage[], names);
}

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
  const names = await readIndexNames(db);
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
      const joined: Examined[] = [];
      for (const line of lines) joined.push(...(await explainJoins(db, line, names)));
      return { commands: sent, examined: [...lines.map((line) => toExamined(line, names)), ...joined] };
    },
    close: () => client.close(),
  };
}
