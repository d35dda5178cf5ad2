import mongoose, { type PipelineStage } from 'mongoose';
import { requireTenant } from './tenancy.ts';

type Stage = PipelineStage.UnionWithPipelineStage;
/** The part of a model that a read needs. */
interface Source {
  readonly collection: { readonly name: string };
}

/** A read that can be sent to the database together with others. `T` is what it yields: stored documents as they are. */
export interface ReadPart<T> {
  readonly collection: string;
  /** Begins with a `$match` that names the institution. */
  readonly stages: readonly Stage[];
  /** For the compiler only. */
  readonly yields?: T;
}

/** One part of a combined read: what `filter`, which names the institution, finds, and what `more` makes of it. */
export function part<T>(
  model: Source,
  filter: Readonly<Record<string, unknown>>,
  more: readonly Stage[] = [],
): ReadPart<T> {
  return { collection: model.collection.name, stages: [{ $match: filter }, ...more] };
}

/** How many are tried first: in a large institution the first few usually suffice. */
const FIRST_LOOK = 10;

/**
 * One of the documents that `filter`, which names the institution, finds and `keep` lets through, or none. The result is exact,
 * and as cheap in a large institution as in a small one. MongoDB reads the documents after a `$match` in batches of megabytes,
 * however few a `$limit` after a join lets through. With the `$limit` before the joins only the first ones are read, and the
 * others only if none of those came through (a `$unionWith` starts when what precedes it has ended).
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
  /** Path in the current document; for an array, each of its values counts. */
  local: string;
  /** Path in the joined documents: the second field of an index, after the institution. */
  foreign: string;
  as: string;
}

/** Joins the documents of the same institution whose `foreign` has the value of `local`, as an array. */
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

/** Parts of one combined read, by name. */
export type ReadParts = Readonly<Record<string, ReadPart<unknown>>>;
/** What a combined read found: the documents of each part, by name. */
export type Found<P> = { [K in keyof P]: P[K] extends ReadPart<infer T> ? T[] : never };

const FRONT = '(front)';

/** More than any page reads of one kind: everything it shows comes in one response. */
const IN_ONE_ANSWER = 2_000;

const labelled = (name: string, { stages }: ReadPart<unknown>): Stage[] => [
  ...stages,
  { $replaceWith: { part: { $literal: name }, doc: '$$ROOT' } },
];

/**
 * Reads several things in one command, so that what a page shows together costs one round trip, however many collections it
 * spans. Each part is looked up through its own index, as a separate query would be. All parts see the database at about the same
 * moment, as parallel queries do.
 *
 * @returns the documents of each part, by name. A part keeps its order between its own stages; sort what must be ordered.
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

/** The same, preceded by one part that is not among `parts`: it decides whether anybody is shown the others. */
export async function readBehind<T, P extends ReadParts>(
  front: ReadPart<T>,
  parts: P,
): Promise<{ front: T[]; found: Found<P> }> {
  const { [FRONT]: first = [], ...found } = await readTogether<ReadParts>({ [FRONT]: front, ...parts });
  return { front: first as T[], found: found as Found<P> };
}

/** How many institutions one command reads: a pipeline may have at most 1,000 stages. */
const AT_ONCE = 100;

/**
 * The same read for each of several institutions, in few commands: for work that covers every tenant.
 *
 * @param read  names its institution, as any part does
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
