import { randomUUID } from 'node:crypto';
import { ensureInstitution } from '../../../server/features/institutions/institutions.service.ts';
import { publishPathway } from '../../../server/features/catalog/publishing.service.ts';
import { DeploymentModel } from '../../../server/lti/deployment.model.ts';
import { PlatformModel } from '../../../server/lti/platform.model.ts';
import { SAMPLE } from '../../support/build.ts';
import type { TestPlatform } from '../../support/testPlatform.ts';

/** Our ids of what was joined. */
export interface Joined {
  institutionId: string;
  platformId: string;
  deploymentId: string;
  /** The published version of the sample pathway. */
  versionId: string;
}

/** Registers the platform, approves its deployment `d1` and publishes the sample pathway, as an operator would. */
export async function joinPlatform(platform: TestPlatform): Promise<Joined> {
  const now = new Date();
  const clock = { now: () => now };
  const institution = await ensureInstitution({ clock }, 'Bench');
  const version = await publishPathway({ clock }, institution._id, SAMPLE);
  const [platformId, deploymentId] = [randomUUID(), randomUUID()];
  await PlatformModel.create({
    _id: platformId,
    issuer: platform.issuer,
    clientId: platform.clientId,
    authUrl: `${platform.url}/auth`,
    tokenUrl: `${platform.url}/token`,
    jwksUrl: `${platform.url}/jwks`,
    family: 'other',
    name: 'Bench',
    state: 'active',
    createdAt: now,
  });
  await DeploymentModel.create({
    _id: randomUUID(),
    platformId,
    deploymentId: 'd1',
    institutionId: institution._id,
    state: 'approved',
    seenAs: { guid: null, name: null, product: null, version: null },
    firstSeenAt: now,
    lastSeenAt: now,
    decidedAt: now,
  });
  return { institutionId: institution._id, platformId, deploymentId, versionId: version._id };
}
