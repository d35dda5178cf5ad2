import { randomUUID } from 'node:crypto';
import type { Model, PipelineStage } from 'mongoose';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey } from '../../errors.ts';
import { admittedOnly } from '../../lti/admission.ts';
import { DeploymentModel } from '../../lti/deployment.model.ts';
import { LaunchRefused } from '../../lti/launchRefused.ts';
import type { ApprovedDeployment } from '../../lti/platforms.ts';
import { sessionOfLogin } from '../sessions/launchSessions.service.ts';
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

/** A launch as the gate let it in. */
interface Coming {
  deployment: Pick<ApprovedDeployment, '_id' | 'institutionId'>;
  loginId: string;
}

interface Known {
  kind: 'person' | 'context' | 'placement' | 'membership' | 'admission' | 'session';
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
 * look-up in a unique index, so it costs what a single find does. `admission` is there while people may come by the deployment.
 */
async function readKnown(
  { deployment, loginId }: Coming,
  facts: LaunchFacts,
): Promise<Map<Known['kind'], Known>> {
  const { institutionId, _id: deploymentId } = deployment;
  const others = [
    ['context', ContextModel, facts.context] as const,
    ['placement', PlacementModel, facts.placement] as const,
    ['membership', MembershipModel, facts.membership] as const,
  ];
  const unions: PipelineStage[] = others.flatMap(([kind, { collection }, part]) =>
    part ? [{ $unionWith: { coll: collection.name, pipeline: pick(kind, institutionId, part.which) } }] : [],
  );
  const admission: PipelineStage.UnionWith = {
    $unionWith: {
      coll: DeploymentModel.collection.name,
      pipeline: [
        { $match: { institutionId, _id: deploymentId } },
        ...admittedOnly(institutionId),
        { $project: { kind: { $literal: 'admission' } } },
      ],
    },
  };
  const rows = await PersonModel.aggregate<Known>([
    ...pick('person', institutionId, facts.person.which),
    ...unions,
    admission,
    sessionOfLogin(institutionId, loginId),
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

const NEW_PERSON = { agreedAt: null, weeklyMinutes: null };

/**
 * Brings persons, contexts, placements and memberships up to date with a launch. Commands: 1 when nothing is new, 3 for a
 * new person in a known course, 5 when all is new.
 *
 * @returns null, and nothing is written, when the deployment or its platform was switched off without this process having heard
 *   of it yet
 * @throws {LaunchRefused} LAUNCH_USED: a launch that comes once more writes nothing (of several at once the session decides)
 */
export async function recordLaunch(
  { clock }: Pick<Deps, 'clock'>,
  coming: Coming,
  facts: LaunchFacts,
): Promise<Recorded | null> {
  const { institutionId } = coming.deployment;
  const known = await readKnown(coming, facts);
  if (known.has('session')) throw new LaunchRefused('LAUNCH_USED', 'STATE_USED');
  if (!known.has('admission')) return null;
  const writing: Writing = { institutionId, now: clock.now(), known };
  const { person, context, placement, membership } = facts;
  const [personId, contextId] = await Promise.all([
    write(writing, ['person', PersonModel, person], { ...NEW_PERSON, lastSeenAt: writing.now }),
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
