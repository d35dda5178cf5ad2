import { randomUUID } from 'node:crypto';
import type { Deps } from '../deps.ts';
import { isDuplicateKey } from '../errors.ts';
import type { LaunchClaims } from './claims.ts';
import { DeploymentModel, type DeploymentDoc } from './deployment.model.ts';
import { LaunchRefused } from './launchRefused.ts';
import { PlatformModel } from './platform.model.ts';
import type { ApprovedDeployment, Platform, PlatformStore } from './platforms.ts';

export interface DeploymentDeps extends Pick<Deps, 'clock'> {
  platforms: PlatformStore;
}

type SeenAs = DeploymentDoc['seenAs'];

/** Institution that a new deployment of this platform is assigned to automatically; null: an operator decides. */
function institutionByInvite(platform: Platform): string | null {
  return platform.autoApprove && platform.inviteId ? platform.institutionIdOnRegistration : null;
}

/** Records a deployment that nobody has decided about, once; a later launch only updates `lastSeenAt`. */
async function noteDeployment(
  { clock }: DeploymentDeps,
  platform: Platform,
  deploymentId: string,
  seenAs: SeenAs,
): Promise<DeploymentDoc> {
  const now = clock.now();
  const institutionId = institutionByInvite(platform);
  const which = { platformId: platform._id, deploymentId };
  const first = {
    _id: randomUUID(),
    institutionId,
    state: institutionId ? 'approved' : 'pending',
    firstSeenAt: now,
    decidedAt: institutionId ? now : null,
  };
  const write = () =>
    DeploymentModel.findOneAndUpdate(
      which,
      { $setOnInsert: first, $set: { seenAs, lastSeenAt: now } },
      { upsert: true, returnDocument: 'after' },
    ).lean();
  try {
    return await write();
  } catch (error) {
    // two first launches at once
    if (!isDuplicateKey(error)) throw error;
    return write();
  }
}

/**
 * Adopts what a platform calls itself, from the first launch that says so. Not for shared ones: there each school has its own
 * name.
 */
async function learnName(
  { platforms }: DeploymentDeps,
  { _id, nameFrom, family }: Platform,
  name: string | null,
): Promise<void> {
  if (nameFrom !== 'make' || name === null || family === 'canvas' || family === 'schoology') return;
  await PlatformModel.updateOne({ _id, nameFrom: 'make' }, { $set: { name, nameFrom: 'platform' } });
  platforms.forget();
}

/**
 * The deployment of a launch, which determines the tenant. An unknown one is recorded and waits for the operator, unless the
 * platform was registered with an auto-approving invite.
 *
 * @throws {LaunchRefused} DEPLOYMENT_PENDING or DEPLOYMENT_DISABLED
 */
export async function admitDeployment(
  deps: DeploymentDeps,
  platform: Platform,
  claims: Pick<LaunchClaims, 'deploymentId' | 'toolPlatform'>,
): Promise<ApprovedDeployment> {
  const known = await deps.platforms.findApprovedDeployment(platform._id, claims.deploymentId);
  if (known) {
    await learnName(deps, platform, claims.toolPlatform.name);
    return known;
  }
  const { institutionId, ...doc } = await noteDeployment(
    deps,
    platform,
    claims.deploymentId,
    claims.toolPlatform,
  );
  const facts = { deploymentId: claims.deploymentId };
  if (doc.state === 'disabled') throw new LaunchRefused('DEPLOYMENT_DISABLED', { platform, facts });
  if (doc.state === 'pending' || institutionId === null)
    throw new LaunchRefused('DEPLOYMENT_PENDING', { platform, facts });
  return { ...doc, institutionId };
}
