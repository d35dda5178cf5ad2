import type { KeyObject } from 'node:crypto';
import { compactVerify, decodeJwt } from 'jose';
import Auth from 'ltijs/dist/Utils/Auth.js';
import { CLAIM } from './claimNames.ts';
import { LaunchRefused } from './launchRefused.ts';
import type { RefusalReason } from './refusalReasons.ts';
import { describeClaim } from './describeClaim.ts';

/** Whose token it must be, and the key that its `kid` names. */
export interface Expected {
  issuer: string;
  clientId: string;
  key: KeyObject;
}

/** Platforms' clocks differ, and Moodle's tokens are valid for 60 s only: ltijs itself has no tolerance. */
export const CLOCK_TOLERANCE_SECONDS = 60;

// launch verification consumes nonce and state together, once; ltijs has nothing to remember
const noMemory: Auth.Database = { Get: () => Promise.resolve(false), Insert: () => Promise.resolve() };

const isTimeFault = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'name' in error &&
  (error.name === 'TokenExpiredError' ||
    error.name === 'NotBeforeError' ||
    // optional, and so absent if it is not a number
    ('message' in error && error.message === 'invalid nbf value'));

/** The validation of ltijs, without its own check of the clock and with submission review added to its message types. */
class LaunchAuth extends Auth {
  static override async verifyToken(
    ...[token, key, parameters, platform, database]: Parameters<typeof Auth.verifyToken>
  ): Promise<Auth.Claims> {
    try {
      return await super.verifyToken(token, key, parameters, platform, database);
    } catch (error) {
      if (!isTimeFault(error)) throw error;
      // ltijs uses this host's wall clock; launch verification has checked the token's times by the database's
      await compactVerify(token, key, { algorithms: ['RS256'] });
      const payload = decodeJwt(token);
      await this.oidcValidation(payload, platform, parameters, database);
      await this.claimValidation(payload);
      return payload;
    }
  }

  /**
   * Launch verification has found the one audience that the token is for (`findAddressee`); an `azp` that is not a text counts as
   * none.
   */
  static override validateAud(): Promise<true> {
    return Promise.resolve(true);
  }

  static override async claimValidation(claims: Auth.Claims): Promise<void> {
    if (claims[CLAIM.messageType] !== 'LtiSubmissionReviewRequest') return super.claimValidation(claims);
    // requires everything that a resource link launch does, and for_user (claims.ts)
    return super.claimValidation({ ...claims, [CLAIM.messageType]: 'LtiResourceLinkRequest' });
  }
}

/** Maps what ltijs (or jsonwebtoken, jose) throws to the reason and the claim that it concerns. */
const FAULTS: Readonly<Record<string, readonly [RefusalReason, string]>> = {
  NO_MESSAGE_TYPE_CLAIM: ['MESSAGE_TYPE', CLAIM.messageType],
  NO_TARGET_LINK_URI_CLAIM: ['TARGET_LINK_URI_MISSING', CLAIM.targetLinkUri],
  NO_RESOURCE_LINK_ID_CLAIM: ['RESOURCE_LINK_ID_MISSING', CLAIM.resourceLink],
  NO_LTI_VERSION_CLAIM: ['VERSION', CLAIM.version],
  WRONG_LTI_VERSION_CLAIM: ['VERSION', CLAIM.version],
  NO_DEPLOYMENT_ID_CLAIM: ['DEPLOYMENT_ID_MISSING', CLAIM.deploymentId],
  NO_ROLES_CLAIM: ['ROLES_MISSING', CLAIM.roles],
  NO_SUB_CLAIM: ['SUB_MISSING', 'sub'],
};

function toRefusal(error: unknown, token: string): LaunchRefused {
  const message = error instanceof Error ? error.message : String(error);
  const fault = FAULTS[message];
  if (fault) {
    const [reason, claim] = fault;
    return new LaunchRefused(reason, { facts: describeClaim(claim, decodeJwt(token)[claim]) });
  }
  const reason = message === 'invalid signature' ? 'SIGNATURE' : 'TOKEN_NOT_VALID';
  return new LaunchRefused(reason, { cause: error });
}

function authPlatform({ clientId, key }: Expected): Auth.Platform {
  return {
    platformActive: () => Promise.resolve(true),
    platformAuthConfig: () => Promise.resolve({ method: 'RSA_KEY', key }),
    platformClientId: () => Promise.resolve(clientId),
    platformKid: () => Promise.resolve(clientId),
  };
}

/**
 * The port to ltijs: signature and the claims that LTI 1.3 core requires. It does not check a token's age: state, nonce, binding,
 * audience, ages and the deployment are checked around it. To replace the library, change this file.
 *
 * It uses the `Auth.validateToken` of ltijs 5.9.9 (a deep import: pinned). Its Express app, database, cookies and routes are
 * never loaded: mounted, they cost as much, cannot accept a submission review or a clock that is a second off, and add a
 * process-wide singleton whose launch route crashes the process on a malformed state.
 *
 * @throws {LaunchRefused} TOKEN_REFUSED, LAUNCH_MALFORMED or NO_PERSON, with ltijs's reason
 */
export async function verifySignedClaims(token: string, expected: Expected): Promise<Auth.Claims> {
  const parameters: Auth.Parameters = { iss: expected.issuer, maxAge: false };
  const find = (): Promise<Auth.Platform> => Promise.resolve(authPlatform(expected));
  try {
    return await LaunchAuth.validateToken(token, false, parameters, find, undefined, noMemory);
  } catch (error) {
    throw toRefusal(error, token);
  }
}
