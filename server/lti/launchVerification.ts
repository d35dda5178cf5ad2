import type { Deps } from '../deps.ts';
import { readClaims, type LaunchClaims } from './claims.ts';
import { verifySignedClaims } from './core.ts';
import { admitDeployment } from './deployments.ts';
import { LaunchRefused } from './launchRefused.ts';
import { checkLogin, type Login } from './loginStates.ts';
import type { PlatformKeys } from './platformKeys.ts';
import type { ApprovedDeployment, Platform, PlatformStore } from './platforms.ts';
import { quirksOf } from './quirks.ts';
import { toLaunchRoles, type LaunchRoles } from './roles.ts';
import type { RateLimits } from './rateLimiter.ts';
import { checkAddressee, checkTimes, decodeToken, nonceOf } from './tokenChecks.ts';

export interface LaunchVerificationDeps extends Pick<Deps, 'clock' | 'sealer'> {
  config: Pick<Deps['config'], 'publicUrl' | 'allowLocalPlatforms'>;
  platforms: PlatformStore;
  platformKeys: PlatformKeys;
  /** Refused launches of one person whose token was valid. */
  rateLimits: Pick<RateLimits, 'refusals'>;
  /** Whether a login led to a session: from the feature that stores sessions. */
  isLoginUsed(institutionId: string, loginId: string): Promise<boolean>;
}

/** The login in a state of ours, and the platform that it started from. */
export interface OpenLogin {
  login: Login;
  platform: Platform;
}

/** What the browser sent: `binding` by cookie or by the header of our own page, never by the form. */
export interface PresentedLaunch extends OpenLogin {
  state: string;
  idToken: string;
  /** Null: our page looked everywhere and found none. */
  binding: string | null;
}

/** An accepted launch: everything in it is verified. */
export interface Launch {
  platform: Platform;
  deployment: ApprovedDeployment;
  claims: LaunchClaims;
  roles: LaunchRoles;
  login: Login;
}

/** Deep linking is for people who design the course; a submission is for its staff and its author. */
function checkRights({ claims, roles }: Pick<Launch, 'claims' | 'roles'>): void {
  if (roles.granted.length === 0) throw new LaunchRefused('ROLE_MENTOR');
  if (claims.messageType === 'LtiDeepLinkingRequest' && !roles.granted.includes('designer'))
    throw new LaunchRefused('DEEP_LINKING_BY_LEARNER');
  const ownReview = claims.reviewOfSub === null || claims.reviewOfSub === claims.sub;
  if (!ownReview && !roles.granted.includes('reviewer'))
    throw new LaunchRefused('SUBMISSION_REVIEW_BY_LEARNER');
}

/** A token that comes from the platform and is for us; whether this browser may use it is not known yet. */
export interface VerifiedToken {
  platform: Platform;
  nonce: string;
  claims: LaunchClaims;
}

type Claimed = Pick<VerifiedToken, 'platform' | 'claims'>;

const toPerson = ({ platform, claims }: Claimed): string => `${platform._id} ${claims.sub}`;

/** A refusal after the signature was verified may lead back to the course, and counts for that person only. */
export async function withReturnUrl<T>(verified: Claimed, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LaunchRefused) {
      error.platform ??= verified.platform;
      error.returnUrl ??= verified.claims.returnUrl;
      error.locale ??= verified.claims.locale;
      error.person ??= toPerson(verified);
    }
    throw error;
  }
}

/** @throws {LaunchRefused} for a token that is not this platform's, not for us, or not currently valid */
export async function verifyToken(
  deps: LaunchVerificationDeps,
  platform: Platform,
  idToken: string,
): Promise<VerifiedToken> {
  const token = decodeToken(idToken);
  checkAddressee(platform, token);
  checkTimes(token.payload, deps.clock.now(), platform);
  const nonce = nonceOf(token.payload, platform);
  const { issuer, clientId } = platform;
  const verified = await deps.platformKeys.verifyWith(platform, token.kid, (key) =>
    verifySignedClaims(idToken, { issuer, clientId, key }),
  );
  const claims = readClaims(verified, {
    publicUrl: deps.config.publicUrl,
    allowLocal: deps.config.allowLocalPlatforms,
  });
  const returnUrl = claims.returnUrl && quirksOf(platform.family).toReturnUrl(claims.returnUrl);
  return { platform, nonce, claims: { ...claims, returnUrl } };
}

/** Adds the way back to the course to a refusal that was decided without the token, if the token is valid. */
export async function addReturnUrl(
  deps: LaunchVerificationDeps,
  { platform }: OpenLogin,
  idToken: string,
  refused: LaunchRefused,
): Promise<LaunchRefused> {
  const verified = await verifyToken(deps, platform, idToken).catch(() => null);
  refused.returnUrl ??= verified?.claims.returnUrl ?? null;
  refused.locale ??= verified?.claims.locale ?? null;
  return refused;
}

/**
 * Reports that a launch was already used, if that is why its browser no longer has the secret (it is removed with the first use).
 *
 * @throws {LaunchRefused} LAUNCH_USED
 */
export async function requireUnused(
  deps: LaunchVerificationDeps,
  verified: VerifiedToken,
  login: Login,
): Promise<void> {
  const { platform, claims } = verified;
  const deployment = await deps.platforms.findApprovedDeployment(platform._id, claims.deploymentId);
  if (deployment && (await deps.isLoginUsed(deployment.institutionId, login.id)))
    throw new LaunchRefused('STATE_USED');
}

async function checkBinding(
  deps: LaunchVerificationDeps,
  verified: VerifiedToken,
  presented: PresentedLaunch,
): Promise<void> {
  const { nonce, claims } = verified;
  const { state, login, binding } = presented;
  try {
    if (binding === null) throw new LaunchRefused('BINDING_MISSING');
    checkLogin(login, { state, nonce, deploymentId: claims.deploymentId, binding });
  } catch (error) {
    if (error instanceof LaunchRefused && error.code === 'LAUNCH_BINDING_MISSING')
      await requireUnused(deps, verified, login);
    throw error;
  }
}

/** From here on a launch costs look-ups: a person who was refused repeatedly has to wait, and nobody else. */
function enforceRateLimit({ rateLimits }: LaunchVerificationDeps, verified: VerifiedToken): void {
  const retryAfterSeconds = rateLimits.refusals.waitSeconds(toPerson(verified));
  if (retryAfterSeconds > 0) throw new LaunchRefused('TOO_MANY_REFUSED', { retryAfterSeconds });
}

/**
 * Accepts a launch, or says exactly why not. Everything that can be proven comes before the first look-up: the login's seal, the
 * token's signature, nonce, binding and deployment. Whether the login was already used is decided where its session is stored.
 *
 * @throws {LaunchRefused}
 */
export async function verifyLaunch(
  deps: LaunchVerificationDeps,
  presented: PresentedLaunch,
): Promise<Launch> {
  const { platform, login } = presented;
  const verified = await verifyToken(deps, platform, presented.idToken);
  const { claims } = verified;
  return withReturnUrl(verified, async () => {
    enforceRateLimit(deps, verified);
    await checkBinding(deps, verified, presented);
    const deployment = await admitDeployment(deps, platform, claims);
    const roles = toLaunchRoles(claims.roles, claims.context !== null);
    checkRights({ claims, roles });
    return { platform, deployment, claims, roles, login };
  });
}
