import type { Deps } from '../deps.ts';
import { readClaims, type LaunchClaims } from './claims.ts';
import type { LtiCore } from './core.ts';
import { admitDeployment } from './deployments.ts';
import { LaunchRefused } from './launchRefused.ts';
import { consumeLogin } from './loginStates.ts';
import type { PlatformKeys } from './platformKeys.ts';
import type { ApprovedDeployment, Platform, PlatformStore } from './platforms.ts';
import { toLaunchRoles, type LaunchRoles } from './roles.ts';
import { checkTimes, decodeToken, findAddressee, nonceOf } from './tokenChecks.ts';

export interface GateDeps extends Pick<Deps, 'clock'> {
  config: Pick<Deps['config'], 'publicUrl' | 'allowLocalPlatforms'>;
  platforms: PlatformStore;
  platformKeys: PlatformKeys;
  core: LtiCore;
}

/** What the browser brought: `binding` by cookie or by the header of our own page, never by the form. */
export interface Presented {
  state: string;
  idToken: string;
  /** Null: our page looked everywhere and found none. */
  binding: string | null;
}

/** A launch that was let in: all of it is verified. */
export interface Launch {
  platform: Platform;
  deployment: ApprovedDeployment;
  claims: LaunchClaims;
  roles: LaunchRoles;
  /** `lti_storage_target` of its login. */
  storageTarget: string | null;
}

/** Deep linking is for those who design the course; a submission is for its staff and its author. */
function checkRights({ claims, roles }: Pick<Launch, 'claims' | 'roles'>): void {
  if (roles.hats.length === 0) throw new LaunchRefused('NO_ROLE', 'ROLE_MENTOR');
  if (claims.messageType === 'LtiDeepLinkingRequest' && !roles.hats.includes('designer'))
    throw new LaunchRefused('NO_ROLE', 'DEEP_LINKING_BY_LEARNER');
  const ownReview = claims.reviewOfSub === null || claims.reviewOfSub === claims.sub;
  if (!ownReview && !roles.hats.includes('reviewer'))
    throw new LaunchRefused('NO_ROLE', 'SUBMISSION_REVIEW_BY_LEARNER');
}

/** A refusal that comes after the signature was verified may lead back to the course. */
async function withWayBack<T>(
  launch: { platform: Platform; returnUrl: string | null; locale: string | null },
  work: () => Promise<T>,
) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LaunchRefused) {
      error.platform ??= launch.platform;
      error.returnUrl ??= launch.returnUrl;
      error.locale ??= launch.locale;
    }
    throw error;
  }
}

/** A token that is the platform's own and for us; whether this browser may use it is not known yet. */
interface Verified {
  platform: Platform;
  nonce: string;
  claims: LaunchClaims;
}

async function verifyToken(deps: GateDeps, idToken: string): Promise<Verified> {
  const token = decodeToken(idToken);
  const platform = await findAddressee(deps.platforms, token);
  checkTimes(token.payload, deps.clock.now(), platform);
  const nonce = nonceOf(token.payload, platform);
  return withWayBack({ platform, returnUrl: null, locale: null }, async () => {
    const { issuer, clientId } = platform;
    const verified = await deps.platformKeys.verifyWith(platform, token.kid, (key) =>
      deps.core.verify(idToken, { issuer, clientId, key }),
    );
    const claims = readClaims(verified, {
      publicUrl: deps.config.publicUrl,
      allowLocal: deps.config.allowLocalPlatforms,
    });
    return { platform, nonce, claims };
  });
}

/** Adds the way back to the course to a refusal that was decided without the token, where the token is good. */
export async function addWayBack(deps: GateDeps, idToken: string, refused: LaunchRefused): Promise<void> {
  const verified = await verifyToken(deps, idToken).catch(() => null);
  refused.platform ??= verified?.platform ?? null;
  refused.returnUrl ??= verified?.claims.returnUrl ?? null;
  refused.locale ??= verified?.claims.locale ?? null;
}

/**
 * Lets a launch in, or says exactly why not. The token is verified before its login is used up, so that a forged one
 * uses nothing up; the login goes in one conditional write that names state, nonce, platform, deployment and binding.
 *
 * @throws {LaunchRefused}
 */
export async function passGate(deps: GateDeps, presented: Presented): Promise<Launch> {
  const { platform, nonce, claims } = await verifyToken(deps, presented.idToken);
  const { returnUrl, locale } = claims;
  return withWayBack({ platform, returnUrl, locale }, async () => {
    const { state, binding } = presented;
    if (binding === null) throw new LaunchRefused('LAUNCH_BINDING_MISSING', 'BINDING_MISSING');
    const tried = { state, nonce, platform, deploymentId: claims.deploymentId, binding };
    const login = await consumeLogin(deps, tried);
    const deployment = await admitDeployment(deps, platform, claims);
    const roles = toLaunchRoles(claims.roles, claims.context !== null);
    checkRights({ claims, roles });
    return { platform, deployment, claims, roles, storageTarget: login.storageTarget };
  });
}
