import { randomUUID } from 'node:crypto';
import type { Model } from 'mongoose';
import { part, readTogether, type ReadPart } from '../../combinedRead.ts';
import { insertUnchecked } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey } from '../../errors.ts';
import { admissionStages } from '../../lti/admission.ts';
import { DeploymentModel } from '../../lti/deployment.model.ts';
import { LaunchRefused } from '../../lti/launchRefused.ts';
import type { Launch } from '../../lti/launchVerification.ts';
import type { ApprovedDeployment } from '../../lti/platforms.ts';
import { ContextModel, type ContextDoc } from './context.model.ts';
import {
  toLaunchFacts,
  type ContextFacts,
  type Facts,
  type LaunchFacts,
  type PersonFacts,
  type PlacementFacts,
} from './launchFacts.ts';
import { MembershipModel } from './membership.model.ts';
import { PersonModel, type PersonDoc } from './person.model.ts';
import { PlacementModel, type PlacementDoc } from './placement.model.ts';

/** Our ids of what a launch touches. */
export interface RecordedLaunch {
  personId: string;
  contextId: string | null;
  placementId: string | null;
}

type Kind = 'person' | 'context' | 'placement' | 'membership';
type AnyFacts = Facts<object, object>;

/** What is already stored; a hash on each of the four shows what changed. */
interface Stored {
  _id: string;
  claimsHash?: string;
}
/** `admission` is present if people may launch from the deployment, `session` if the login has one. */
type Known = ReadonlyMap<string, Stored>;

/**
 * Reads everything known about a launch in one command. Each part is one look-up in a unique index, so it costs what a single
 * find does.
 */
async function readKnown(
  { institutionId, _id: deploymentId }: ApprovedDeployment,
  session: ReadPart<Stored>,
  facts: LaunchFacts,
): Promise<Known> {
  const all = [
    ['person', PersonModel, facts.person],
    ['context', ContextModel, facts.context],
    ['placement', PlacementModel, facts.placement],
    ['membership', MembershipModel, facts.membership],
  ] as const;
  const hash = [{ $project: { claimsHash: 1 } }];
  const parts = all.flatMap(([kind, model, said]): [string, ReadPart<Stored>][] =>
    said ? [[kind, part(model, { institutionId, ...said.which }, hash)]] : [],
  );
  const found = await readTogether({
    ...Object.fromEntries(parts),
    admission: part<Stored>(
      DeploymentModel,
      { institutionId, _id: deploymentId },
      admissionStages(institutionId),
    ),
    session,
  });
  return new Map(Object.entries(found).flatMap(([name, [one]]) => (one ? [[name, one]] : [])));
}

interface Writing {
  institutionId: string;
  now: Date;
  known: Known;
}

/** What the four have in common. */
interface LaunchDoc {
  _id: string;
  institutionId: string;
  claimsHash: string;
  createdAt: Date;
}

/** Updates a document from a launch. @returns its id; null if there is none */
async function update(model: unknown, institutionId: string, facts: AnyFacts): Promise<string | null> {
  const { scopes = [] } = facts.added;
  const doc = await (model as Model<LaunchDoc & { scopes: string[] }>)
    .findOneAndUpdate(
      { institutionId, ...facts.which },
      {
        $set: { ...facts.said, claimsHash: facts.hash },
        ...(scopes.length > 0 ? { $addToSet: { scopes: { $each: scopes } } } : {}),
      },
      { returnDocument: 'after', projection: { _id: 1 } },
    )
    .lean();
  return doc?._id ?? null;
}

/** One of the four, and how a new document of it is created. */
interface What<T> {
  kind: Kind;
  model: Model<T>;
  facts: AnyFacts;
  toNew: (common: LaunchDoc) => T;
}

/** Writes one document if the launch says something new, and returns its id. Two simultaneous first launches create one. */
async function write<T extends LaunchDoc>(
  { institutionId, now, known }: Writing,
  { kind, model, facts, toNew }: What<T>,
): Promise<string> {
  const found = known.get(kind);
  if (found?.claimsHash === facts.hash) return found._id;
  const updated = found ? await update(model, institutionId, facts) : null;
  if (updated !== null) return updated;
  const common: LaunchDoc = { _id: randomUUID(), institutionId, claimsHash: facts.hash, createdAt: now };
  try {
    await insertUnchecked(model, toNew(common));
    return common._id;
  } catch (error) {
    const other = isDuplicateKey(error) ? await update(model, institutionId, facts) : null;
    if (other === null) throw error;
    return other;
  }
}

const toPerson =
  ({ which, said }: PersonFacts, now: Date) =>
  (common: LaunchDoc): PersonDoc => ({
    ...common,
    ...which,
    ...said,
    agreedAt: null,
    agreedNotice: null,
    weeklyMinutes: null,
    lastSeenAt: now,
  });

const toContext =
  ({ which, said, added }: ContextFacts) =>
  (common: LaunchDoc): ContextDoc => ({
    lineItemsUrl: null,
    membershipsUrl: null,
    scopes: added.scopes ?? [],
    ...common,
    ...which,
    ...said,
  });

const toPlacement =
  ({ which, said, added }: PlacementFacts, contextId: string | null) =>
  (common: LaunchDoc): PlacementDoc => ({
    lineItemUrl: null,
    lineItemsUrl: null,
    scopes: added.scopes ?? [],
    ...common,
    ...which,
    ...said,
    contextId,
  });

/**
 * Updates persons, contexts, placements and memberships from a launch. Commands: 1 if nothing is new, 3 for a new person in a
 * known course, 5 if everything is new.
 *
 * @returns null, and nothing is written, if the deployment or its platform was disabled without this process knowing yet
 * @throws {LaunchRefused} LAUNCH_USED: a repeated launch writes nothing (of several simultaneous ones the session decides)
 */
export async function recordLaunch(
  { clock }: Pick<Deps, 'clock'>,
  launch: Launch,
  session: ReadPart<Stored>,
): Promise<RecordedLaunch | null> {
  const { institutionId } = launch.deployment;
  const facts = toLaunchFacts(launch);
  const known = await readKnown(launch.deployment, session, facts);
  if (known.has('session')) throw new LaunchRefused('STATE_USED');
  if (!known.has('admission')) return null;
  const writing: Writing = { institutionId, now: clock.now(), known };
  const { person, context, placement, membership } = facts;
  const [personId, contextId] = await Promise.all([
    write(writing, {
      kind: 'person',
      model: PersonModel,
      facts: person,
      toNew: toPerson(person, writing.now),
    }),
    context &&
      write(writing, {
        kind: 'context',
        model: ContextModel,
        facts: context,
        toNew: toContext(context),
      }),
  ]);
  const [placementId] = await Promise.all([
    placement &&
      write(writing, {
        kind: 'placement',
        model: PlacementModel,
        facts: placement,
        toNew: toPlacement(placement, contextId),
      }),
    membership &&
      contextId !== null &&
      write(writing, {
        kind: 'membership',
        model: MembershipModel,
        facts: membership,
        toNew: (common) => ({ ...common, ...membership.which, ...membership.said, personId, contextId }),
      }),
  ]);
  return { personId, contextId, placementId };
}
