import mongoose, { type PipelineStage } from 'mongoose';
import { requireTenant } from './tenancy.ts';

type Stage = PipelineStage.UnionWithPipelineStage;
/** A model, as far as a read needs it. */
interface Source {
  readonly collection: { readonly name: string };
}

/** A read that can go to the database together with others. `T` is what it yields: stored documents as they are. */
export interface ReadPart<T> {
  readonly collection: string;
  /** Begins with a `$match` that names the institution. */
  readonly stages: readonly Stage[];
  /** For the compiler only. */
  readonly yields?: T;
}

/** One part of a common read: what `filter`, which names the institution, finds, and what `more` makes of it. */
export function part<T>(
  model: Source,
  filter: Readonly<Record<string, unknown>>,
  more: readonly Stage[] = [],
): ReadPart<T> {
  return { collection: model.collection.name, stages: [{ $match: filter }, ...more] };
}

/** So many are looked at first: in a large institution the first few say it as a rule. */
const FIRST_LOOK = 10;

/**
 * One of those whom `filter`, which names the institution, finds and `keep` lets through, or none: exact, and as cheap in a large
 * institution as in a small one. MongoDB reads the documents behind a `$match` in lots of megabytes, however few a `$limit` behind a
 * join lets through; with the `$limit` before the joins only the first are read, and the others where none of these came through
 * (a `$unionWith` begins when what is before it has ended).
 */
export function anyPart(
  model: Source,
  filter: Readonly<Record<string, unknown>>,
  keep: readonly Stage[],
): ReadPart<{ _id: string }> {
  return part(model, filter, [
    { $limit: FIRST_LOOK },
    ...keep,
    { $unionWith: { coll: model.collection.name, pipeline: [{ $match: filter }, ...keep] } },
    { $limit: 1 },
    { $project: { _id: 1 } },
  ]);
}

interface How {
  institutionId: string;
  /** Path in the document that is at hand; of an array, each of its values counts. */
  local: string;
  /** Path in the joined documents: the second field of an index, behind the institution. */
  foreign: string;
  as: string;
}

/** Joins the documents of the same institution that have the value of `local` in `foreign`, as an array. */
export function join(
  model: Source,
  { institutionId, local, foreign, as }: How,
  more: readonly Stage[] = [],
): PipelineStage.Lookup {
  return {
    $lookup: {
      from: model.collection.name,
      localField: local,
      foreignField: foreign,
      pipeline: [{ $match: { institutionId } }, ...more],
      as,
    },
  };
}

/** Parts of one common read, by name. */
export type ReadParts = Readonly<Record<string, ReadPart<unknown>>>;
/** What a common read found: the documents of each part, by its name. */
export type Found<P> = { [K in keyof P]: P[K] extends ReadPart<infer T> ? T[] : never };

const FRONT = '(front)';

/** More than any page reads of one kind: what it shows comes in one answer. */
const IN_ONE_ANSWER = 2_000;

const labelled = (name: string, { stages }: ReadPart<unknown>): Stage[] => [
  ...stages,
  { $replaceWith: { part: { $literal: name }, doc: '$$ROOT' } },
];

/**
 * Reads several things in one command: what a page shows together costs one way to the database, however many collections it lies
 * in. Each part is looked up by its own index, as a query of its own would be; all see the database at about the same moment,
 * as queries side by side do.
 *
 * @returns the documents of each part, by its name. Between the stages of a part its order holds; sort what must be in order.
 * @throws {TenantMissingError} for a part, or anything joined to one, that does not name its institution
 */
export async function readTogether<P extends ReadParts>(parts: P): Promise<Found<P>> {
  const [first, ...others] = Object.entries(parts);
  const { db } = mongoose.connection;
  if (!first || !db) throw new Error('reading together needs something to read, and a connected database');
  const [name, begun] = first;
  const pipeline: PipelineStage[] = [
    ...labelled(name, begun),
    ...others.map(([other, one]) => ({
      $unionWith: { coll: one.collection, pipeline: labelled(other, one) },
    })),
  ];
  requireTenant(begun.collection, pipeline);
  const rows = await db
    .collection(begun.collection)
    .aggregate<{ part: string; doc: unknown }>(pipeline, { batchSize: IN_ONE_ANSWER })
    .toArray();
  const found: Record<string, unknown[]> = Object.fromEntries(Object.keys(parts).map((key) => [key, []]));
  for (const row of rows) found[row.part]?.push(row.doc);
  return found as Found<P>;
}

/** The same, with one part in front that is nobody's among `parts`: what decides whether anybody is shown the others. */
export async function readBehind<T, P extends ReadParts>(
  front: ReadPart<T>,
  parts: P,
): Promise<{ front: T[]; found: Found<P> }> {
  const { [FRONT]: first = [], ...found } = await readTogether<ReadParts>({ [FRONT]: front, ...parts });
  return { front: first as T[], found: found as Found<P> };
}

/** Of so many institutions one command reads: a pipeline has at most 1,000 stages. */
const AT_ONCE = 100;

/**
 * The same read for each of several institutions, in few commands: for work that goes from tenant to tenant.
 *
 * @param read  names its institution, as any part
 * @returns what was found, by institution
 */
export async function readOfEach<T>(
  institutionIds: readonly string[],
  read: (institutionId: string) => ReadPart<T>,
): Promise<Map<string, T[]>> {
  const found = new Map<string, T[]>();
  for (let at = 0; at < institutionIds.length; at += AT_ONCE) {
    const ids = institutionIds.slice(at, at + AT_ONCE);
    const some = await readTogether(Object.fromEntries(ids.map((id) => [id, read(id)])));
    for (const [id, documents] of Object.entries(some)) found.set(id, documents);
  }
  return found;
}
