import { randomUUID } from 'node:crypto';
import type { Model, PipelineStage } from 'mongoose';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey } from '../../errors.ts';
import { ContextModel } from './context.model.ts';
import type { Facts, LaunchFacts } from './launchFacts.ts';
import { MembershipModel } from './membership.model.ts';
import { PersonModel } from './person.model.ts';
import { PlacementModel } from './placement.model.ts';

/** Our ids of what a launch touches. */
export interface Recorded {
  personId: string;
  contextId: string | null;
  placementId: string | null;
}

interface Known {
  kind: 'person' | 'context' | 'placement' | 'membership';
  _id: string;
  claimsHash: string;
}

type AnyFacts = Facts<object, object>;

function pick(
  kind: Known['kind'],
  institutionId: string,
  which: object,
): (PipelineStage.Match | PipelineStage.Project)[] {
  return [{ $match: { institutionId, ...which } }, { $project: { kind: { $literal: kind }, claimsHash: 1 } }];
}

/**
 * Everything that is known of a launch in one command; a hash on each document tells what changed. Each part is one
 * look-up in a unique index, so it costs what a single find does.
 */
async function readKnown(institutionId: string, facts: LaunchFacts): Promise<Map<Known['kind'], Known>> {
  const others = [
    ['context', ContextModel, facts.context] as const,
    ['placement', PlacementModel, facts.placement] as const,
    ['membership', MembershipModel, facts.membership] as const,
  ];
  const unions: PipelineStage[] = others.flatMap(([kind, { collection }, part]) =>
    part ? [{ $unionWith: { coll: collection.name, pipeline: pick(kind, institutionId, part.which) } }] : [],
  );
  const rows = await PersonModel.aggregate<Known>([
    ...pick('person', institutionId, facts.person.which),
    ...unions,
  ]);
  return new Map(rows.map((row) => [row.kind, row]));
}

interface Writing {
  institutionId: string;
  now: Date;
  known: Map<Known['kind'], Known>;
}

/** What the four models have in common, as far as a launch writes them. */
type LaunchModel = Model<{
  _id: string;
  institutionId: string;
  claimsHash: string;
  createdAt: Date;
  scopes: string[];
}>;

/** Writes one document if the launch says something new, and tells its id. Two first launches at once make one. */
async function write(
  { institutionId, now, known }: Writing,
  [kind, model, facts]: readonly [Known['kind'], unknown, AnyFacts],
  links: object = {},
): Promise<string> {
  const found = known.get(kind);
  if (found?.claimsHash === facts.hash) return found._id;
  const { scopes = [] } = facts.added;
  const upsert = async (): Promise<string> => {
    const doc = await (model as LaunchModel)
      .findOneAndUpdate(
        { institutionId, ...facts.which },
        {
          $set: { ...facts.said, claimsHash: facts.hash },
          ...(scopes.length > 0 ? { $addToSet: { scopes: { $each: scopes } } } : {}),
          $setOnInsert: { _id: randomUUID(), ...links, createdAt: now },
        },
        { upsert: true, returnDocument: 'after', projection: { _id: 1 } },
      )
      .lean();
    if (!doc) throw new Error(`the ${kind} of a launch was not written`);
    return doc._id;
  };
  try {
    return await upsert();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return upsert();
  }
}

const NEW_PERSON = { agreedAt: null, weeklyMinutes: null, lastSeenAt: null };

/**
 * Brings persons, contexts, placements and memberships up to date with a launch. Commands: 1 when nothing is new, 3 for a
 * new person in a known course, 5 when all is new.
 */
export async function recordLaunch(
  { clock }: Pick<Deps, 'clock'>,
  institutionId: string,
  facts: LaunchFacts,
): Promise<Recorded> {
  const writing: Writing = { institutionId, now: clock.now(), known: await readKnown(institutionId, facts) };
  const { person, context, placement, membership } = facts;
  const [personId, contextId] = await Promise.all([
    write(writing, ['person', PersonModel, person], NEW_PERSON),
    context && write(writing, ['context', ContextModel, context]),
  ]);
  const [placementId] = await Promise.all([
    placement && write(writing, ['placement', PlacementModel, placement], { contextId }),
    membership &&
      contextId !== null &&
      write(writing, ['membership', MembershipModel, membership], { personId, contextId }),
  ]);
  return { personId, contextId, placementId };
}
