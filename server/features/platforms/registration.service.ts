import { randomUUID } from 'node:crypto';
import type { ClientSession, UpdateQuery } from 'mongoose';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey } from '../../errors.ts';
import { LaunchRefused } from '../../lti/launchRefused.ts';
import type { Outbound } from '../../lti/outbound.ts';
import { PlatformModel, type PlatformDoc } from '../../lti/platform.model.ts';
import type { Platform, PlatformStore } from '../../lti/platforms.ts';
import {
  postRegistration,
  readPlatformConfiguration,
  readRegistrationToUpdate,
  type PlatformConfiguration,
  type Registered,
} from '../../lti/registration.ts';
import { appendAudit, operatorOf } from '../audit/audit.service.ts';
import type { InviteDoc } from './invite.model.ts';
import { consumeInvite, leaseInvite, releaseInvite } from './invites.service.ts';
import { findKnown, storeDeployment } from './knownPlatform.ts';

export interface RegistrationServiceDeps extends Pick<Deps, 'clock' | 'config' | 'sealer'> {
  outbound: Outbound;
  platforms: PlatformStore;
}

export interface Registration {
  invite: string;
  openidConfiguration: string;
  registrationToken: string | null;
}

interface RegistrationReply extends Registered {
  configuration: PlatformConfiguration;
}

/** The outcome of a registration. */
export interface RegistrationResult {
  platform: Platform;
  /** False: it was known, and has been updated. */
  isNew: boolean;
}

/** Hosts that the platform registered from: a school's own address of a shared issuer frames us from there. */
function servedFrom(want: Registration, { configuration }: RegistrationReply): string[] {
  const known = [configuration.issuer, configuration.authUrl].map((url) => new URL(url).origin);
  const from = [want.openidConfiguration, configuration.registrationUrl].map((url) => new URL(url).origin);
  return [...new Set(from)].filter((origin) => !known.includes(origin));
}

function toPlatformDoc(
  now: Date,
  invite: InviteDoc,
  want: Registration,
  answered: RegistrationReply,
): PlatformDoc {
  const { issuer, authUrl, tokenUrl, tokenAudience, jwksUrl, family, name, make } = answered.configuration;
  return {
    _id: randomUUID(),
    issuer,
    clientId: answered.clientId,
    authUrl,
    tokenUrl,
    tokenAudience,
    jwksUrl,
    family,
    name: name ?? make,
    nameFrom: name === null ? 'make' : 'platform',
    addedOrigins: servedFrom(want, answered),
    inviteId: invite._id,
    institutionIdOnRegistration: invite.institutionId,
    autoApprove: invite.autoApprove,
    state: 'active',
    createdAt: now,
  };
}

/** What a registration of a known platform changes: its addresses, and what it calls itself. Its owner stays. */
function toChange(
  known: PlatformDoc,
  want: Registration,
  answered: RegistrationReply,
): UpdateQuery<PlatformDoc> {
  const { authUrl, tokenUrl, tokenAudience, jwksUrl, family, name } = answered.configuration;
  const renamed = name !== null && known.nameFrom !== 'operator';
  return {
    $set: {
      authUrl,
      tokenUrl,
      tokenAudience,
      jwksUrl,
      ...(family === 'other' ? {} : { family }),
      ...(renamed ? { name, nameFrom: 'platform' } : {}),
    },
    $addToSet: { addedOrigins: { $each: servedFrom(want, answered) } },
  };
}

/** Writes the updated platform. @throws {LaunchRefused} if it belongs to another institution */
async function writePlatform(
  deps: RegistrationServiceDeps,
  invite: InviteDoc,
  [want, answered]: readonly [Registration, RegistrationReply],
  tx: ClientSession,
): Promise<{ doc: PlatformDoc; isNew: boolean }> {
  const known = await findKnown(answered.configuration.issuer, answered, invite.institutionId, tx);
  if (!known) {
    const doc = toPlatformDoc(deps.clock.now(), invite, want, answered);
    await PlatformModel.create([doc], { session: tx });
    return { doc, isNew: true };
  }
  const change = toChange(known, want, answered);
  const options = { session: tx, returnDocument: 'after' as const };
  const doc = await PlatformModel.findOneAndUpdate({ _id: known._id }, change, options).lean();
  if (!doc) throw new Error('a platform went away while it was registered');
  return { doc, isNew: false };
}

async function store(
  deps: RegistrationServiceDeps,
  invite: InviteDoc,
  want: Registration,
  answered: RegistrationReply,
): Promise<RegistrationResult> {
  const { institutionId, autoApprove } = invite;
  const { deploymentId, configuration } = answered;
  try {
    const { doc, isNew } = await inTransaction(async (tx) => {
      await consumeInvite(deps, invite, tx);
      const written = await writePlatform(deps, invite, [want, answered], tx);
      const platform = written.doc;
      if (deploymentId !== null)
        await storeDeployment(deps.clock.now(), platform, { institutionId, deploymentId }, tx);
      const entry = {
        action: written.isNew ? 'platform.registered' : 'platform.updated',
        subject: { kind: 'platform', id: platform._id },
        facts: { issuer: platform.issuer, ...(written.isNew ? { autoApprove } : {}) },
      };
      await appendAudit(deps, operatorOf(institutionId), entry, tx);
      return written;
    });
    return { platform: { ...doc, authOrigin: new URL(doc.authUrl).origin }, isNew };
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new LaunchRefused('PLATFORM_EXISTS', {
      claimedIssuer: configuration.issuer,
    });
  }
}

/**
 * Registers a platform with its invite (LTI dynamic registration 1.0), or updates a known one of the invite's institution. The
 * invite is used up only if everything worked; nothing is fetched without a valid one. Anything that would not be accepted is
 * refused before the platform is asked to change anything, as far as it lets that be known.
 *
 * @throws {LaunchRefused} INVITE_UNKNOWN, INVITE_USED, REGISTRATION_REFUSED or DEPLOYMENT_DISABLED
 */
export async function registerPlatform(
  deps: RegistrationServiceDeps,
  want: Registration,
): Promise<RegistrationResult> {
  const invite = await leaseInvite(deps, want.invite);
  try {
    const { openidConfiguration, registrationToken: token } = want;
    const configuration = await readPlatformConfiguration(deps, openidConfiguration, token);
    const before = await readRegistrationToUpdate(deps, configuration, token);
    if (before) await findKnown(configuration.issuer, before, invite.institutionId, null);
    const registered = await postRegistration(deps, configuration, token);
    const connected = await store(deps, invite, want, { configuration, ...registered });
    deps.platforms.forget();
    return connected;
  } catch (error) {
    await releaseInvite(invite);
    throw error;
  }
}
