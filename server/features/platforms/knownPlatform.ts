import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { DeploymentModel, type DeploymentDoc } from '../../lti/deployment.model.ts';
import { LaunchRefused } from '../../lti/launchRefused.ts';
import { PlatformModel, type PlatformDoc } from '../../lti/platform.model.ts';
import type { Registered } from '../../lti/registration.ts';

/** True if a registration with an invite of that institution may speak for the platform. */
async function isOf(
  institutionId: string,
  platform: PlatformDoc,
  deployment: DeploymentDoc | null,
  tx: ClientSession | null,
): Promise<boolean> {
  if (deployment?.institutionId) return deployment.institutionId === institutionId;
  if (platform.institutionIdOnRegistration !== null)
    return platform.institutionIdOnRegistration === institutionId;
  // entered by hand: anybody with a deployment of it
  const own = { platformId: platform._id, institutionId };
  return (await DeploymentModel.exists(own).session(tx)) !== null;
}

/**
 * The platform that a registration is for, if it is already known.
 *
 * @param tx  null: to know beforehand whether it would be accepted
 * @throws {LaunchRefused} REGISTRATION_REFUSED if it belongs to another institution; DEPLOYMENT_DISABLED if an operator disabled
 *   it, which no registration undoes
 */
export async function findKnown(
  issuer: string,
  { clientId, deploymentId }: Registered,
  institutionId: string,
  tx: ClientSession | null,
): Promise<PlatformDoc | null> {
  const doc = await PlatformModel.findOne({ issuer, clientId }).session(tx).lean();
  if (!doc) return null;
  const platform = { ...doc, authOrigin: new URL(doc.authUrl).origin };
  const deployment =
    deploymentId === null
      ? null
      : await DeploymentModel.findOne({ platformId: doc._id, deploymentId }).session(tx).lean();
  if (!(await isOf(institutionId, doc, deployment, tx)))
    throw new LaunchRefused('PLATFORM_OF_ANOTHER_INSTITUTION', { platform });
  if (doc.state === 'disabled') throw new LaunchRefused('PLATFORM_DISABLED', { platform });
  if (deployment?.state === 'disabled')
    throw new LaunchRefused('DEPLOYMENT_DISABLED', {
      platform,
      facts: { deploymentId },
    });
  return doc;
}

/** The deployment that the platform named in its reply belongs to the institution: the invite was created for it. */
export async function storeDeployment(
  now: Date,
  platform: PlatformDoc,
  { institutionId, deploymentId }: { institutionId: string; deploymentId: string },
  tx: ClientSession,
): Promise<void> {
  const which = { platformId: platform._id, deploymentId };
  const first = {
    _id: randomUUID(),
    seenAs: { guid: null, name: platform.name, product: platform.family, version: null },
    firstSeenAt: now,
    lastSeenAt: now,
  };
  // a waiting one is approved; an approved one of this institution stays as it is, and no other gets here
  await DeploymentModel.updateOne(
    { ...which, state: 'pending' },
    { $set: { state: 'approved', institutionId, decidedAt: now } },
    { session: tx },
  );
  await DeploymentModel.updateOne(
    which,
    { $setOnInsert: { ...first, institutionId, state: 'approved', decidedAt: now } },
    { upsert: true, session: tx },
  );
}
