import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey } from '../../errors.ts';
import { DeploymentModel } from '../../lti/deployment.model.ts';
import { LaunchRefused } from '../../lti/launchRefused.ts';
import type { Outbound } from '../../lti/outbound.ts';
import { PlatformModel, type PlatformDoc } from '../../lti/platform.model.ts';
import type { Platform, PlatformStore } from '../../lti/platforms.ts';
import {
  postRegistration,
  readPlatformConfiguration,
  type PlatformConfiguration,
} from '../../lti/registration.ts';
import { appendAudit, operatorOf } from '../audit/audit.service.ts';
import type { InviteDoc } from './invite.model.ts';
import { consumeInvite, leaseInvite, releaseInvite } from './invites.service.ts';

export interface RegistrationServiceDeps extends Pick<Deps, 'clock' | 'config'> {
  outbound: Outbound;
  platforms: PlatformStore;
}

export interface Registration {
  invite: string;
  openidConfiguration: string;
  registrationToken: string | null;
}

interface Answered {
  configuration: PlatformConfiguration;
  clientId: string;
  deploymentId: string | null;
}

/** Hosts that the platform registered from: a school's own address of a shared issuer frames us from there. */
function servedFrom(want: Registration, { configuration }: Answered): string[] {
  const known = [configuration.issuer, configuration.authUrl].map((url) => new URL(url).origin);
  const from = [want.openidConfiguration, configuration.registrationUrl].map((url) => new URL(url).origin);
  return [...new Set(from)].filter((origin) => !known.includes(origin));
}

function toPlatformDoc(now: Date, invite: InviteDoc, want: Registration, answered: Answered): PlatformDoc {
  const { issuer, authUrl, tokenUrl, tokenAudience, jwksUrl, family, name } = answered.configuration;
  return {
    _id: randomUUID(),
    ...{ issuer, clientId: answered.clientId, authUrl, tokenUrl, tokenAudience, jwksUrl, family, name },
    addedOrigins: servedFrom(want, answered),
    inviteId: invite._id,
    institutionIdOnRegistration: invite.institutionId,
    autoApprove: invite.autoApprove,
    state: 'active',
    createdAt: now,
  };
}

/** The deployment that the platform named in its reply is the institution's: the invite was made for it. */
async function storeDeployment(
  now: Date,
  platform: PlatformDoc,
  { institutionId, deploymentId }: { institutionId: string; deploymentId: string },
  session: ClientSession,
): Promise<void> {
  const deployment = {
    _id: randomUUID(),
    platformId: platform._id,
    deploymentId,
    institutionId,
    state: 'approved' as const,
    seenAs: { guid: null, name: platform.name, product: platform.family, version: null },
    firstSeenAt: now,
    lastSeenAt: now,
    decidedAt: now,
  };
  await DeploymentModel.create([deployment], { session });
}

async function store(
  deps: RegistrationServiceDeps,
  invite: InviteDoc,
  platform: PlatformDoc,
  deploymentId: string | null,
): Promise<void> {
  const { institutionId } = invite;
  const subject = { kind: 'platform', id: platform._id };
  const facts = { issuer: platform.issuer, autoApprove: invite.autoApprove };
  try {
    await inTransaction(async (session) => {
      await consumeInvite(deps, invite, session);
      await PlatformModel.create([platform], { session });
      if (deploymentId !== null)
        await storeDeployment(platform.createdAt, platform, { institutionId, deploymentId }, session);
      await appendAudit(
        deps,
        operatorOf(institutionId),
        { action: 'platform.registered', subject, facts },
        session,
      );
    });
  } catch (error) {
    if (!isDuplicateKey(error, 'platform_by_issuer_and_client')) throw error;
    throw new LaunchRefused('REGISTRATION_REFUSED', 'PLATFORM_EXISTS', { claimedIssuer: platform.issuer });
  }
}

/**
 * Registers a platform by its invite (LTI dynamic registration 1.0). The invite is used up only when all of it worked;
 * nothing is fetched without a good one.
 *
 * @throws {LaunchRefused} INVITE_UNKNOWN, INVITE_USED or REGISTRATION_REFUSED
 */
export async function registerPlatform(deps: RegistrationServiceDeps, want: Registration): Promise<Platform> {
  const invite = await leaseInvite(deps, want.invite);
  try {
    const { openidConfiguration, registrationToken } = want;
    const configuration = await readPlatformConfiguration(deps, openidConfiguration, registrationToken);
    const { clientId, deploymentId } = await postRegistration(deps, configuration, registrationToken);
    const answered = { configuration, clientId, deploymentId };
    const platform = toPlatformDoc(deps.clock.now(), invite, want, answered);
    await store(deps, invite, platform, deploymentId);
    deps.platforms.forget();
    return { ...platform, authOrigin: new URL(platform.authUrl).origin };
  } catch (error) {
    await releaseInvite(invite);
    throw error;
  }
}
