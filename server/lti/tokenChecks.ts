import { z } from 'zod';
import { CLOCK_TOLERANCE_SECONDS } from './core.ts';
import { isIssuer } from './addresses.ts';
import { LaunchRefused, type RefusalFacts } from './launchRefused.ts';
import type { Platform } from './platforms.ts';
import { objectOf } from './received.ts';
import type { RefusalReason } from './refusalReasons.ts';
import { describeClaim } from './describeClaim.ts';

/** Older tokens were not created for this launch, whatever they say about their expiry. */
const MOST_AGE_SECONDS = 300;

const Header = z.looseObject({
  alg: z.unknown().optional(),
  kid: z.unknown().optional(),
  crit: z.unknown().optional(),
});
const Payload = z.looseObject({
  iss: z.string().refine(isIssuer),
  aud: z.union([z.string().min(1).max(500), z.array(z.string().max(500)).min(1).max(20)]),
});
const CLAIM_FAULTS: Readonly<Record<string, RefusalReason>> = { iss: 'CLAIM_ISS', aud: 'CLAIM_AUD' };

export interface DecodedToken {
  kid: string;
  alg: unknown;
  issuer: string;
  audience: string[];
  azp: string | null;
  payload: Readonly<Record<string, unknown>>;
}

const malformed = (): LaunchRefused => new LaunchRefused('TOKEN_MALFORMED');

function decodePart(part: string | undefined): unknown {
  if (!part || !/^[\w-]+$/.test(part)) throw malformed();
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    throw malformed();
  }
}

/**
 * Decodes a token without trusting it: enough to find whose key must have signed it.
 *
 * @throws {LaunchRefused} LAUNCH_MALFORMED for anything that is not a JWT, TOKEN_REFUSED for no `kid`, an `alg` other than RS256
 *   or a `crit`
 */
export function decodeToken(token: string): DecodedToken {
  const parts = token.split('.');
  if (parts.length !== 3) throw malformed();
  const header = Header.safeParse(decodePart(parts[0]));
  const payload = decodePart(parts[1]);
  const opened = Payload.safeParse(payload);
  if (!header.success) throw malformed();
  if (!opened.success) throw claimFault(opened.error, payload);
  const { iss, aud, azp } = opened.data;
  const refused = (reason: RefusalReason, name: string): LaunchRefused =>
    new LaunchRefused(reason, {
      claimedIssuer: iss,
      facts: describeClaim(name, header.data[name]),
    });
  const { alg, kid, crit } = header.data;
  // its entries must be understood (RFC 7515 §4.1.11), and LTI defines none
  if (crit !== undefined) throw refused('CRIT', 'crit');
  if (alg !== 'RS256') throw refused('ALG', 'alg');
  if (typeof kid !== 'string' || kid === '') throw refused('KID_MISSING', 'kid');
  const audience = typeof aud === 'string' ? [aud] : aud;
  const party = typeof azp === 'string' && azp !== '' ? azp : null;
  return { kid, alg, issuer: iss, audience, azp: party, payload: opened.data };
}

function claimFault(error: z.ZodError, payload: unknown): LaunchRefused {
  const claim = String(error.issues[0]?.path[0] ?? '');
  const facts = describeClaim(claim, objectOf(payload)[claim]);
  const reason = CLAIM_FAULTS[claim];
  return reason ? new LaunchRefused(reason, { facts }) : malformed();
}

/**
 * Checks that a token is for the registration of its login (OIDC core §3.1.3.7, 3–5): `azp` if there is one, and it is required
 * with several audiences. What a token claims is never looked up.
 *
 * @throws {LaunchRefused} TOKEN_REFUSED
 */
export function checkAddressee(platform: Platform, token: DecodedToken): void {
  const { issuer, audience, azp } = token;
  const refused = (reason: RefusalReason, claim: string): LaunchRefused =>
    new LaunchRefused(reason, { platform, facts: describeClaim(claim, token.payload[claim]) });
  if (audience.length > 1 && azp === null) throw refused('AZP_MISSING', 'azp');
  const clientId = azp ?? audience[0] ?? '';
  if (!audience.includes(clientId)) throw refused('AZP', 'azp');
  if (issuer !== platform.issuer) throw refused('ISS', 'iss');
  if (clientId !== platform.clientId) throw azp === null ? refused('AUD', 'aud') : refused('AZP', 'azp');
}

/**
 * Checks ages and nonce. All of them are required; clocks may differ by a minute.
 *
 * @throws {LaunchRefused} TOKEN_REFUSED, LAUNCH_EXPIRED or CLOCK_OFF
 */
export function checkTimes(payload: Readonly<Record<string, unknown>>, now: Date, platform: Platform): void {
  const { exp, iat, nbf } = payload;
  const nowSeconds = now.getTime() / 1000;
  const refused = (reason: RefusalReason, facts: RefusalFacts): LaunchRefused =>
    new LaunchRefused(reason, { platform, facts });
  if (typeof exp !== 'number') throw refused('EXP_MISSING', describeClaim('exp', exp));
  if (typeof iat !== 'number') throw refused('IAT_MISSING', describeClaim('iat', iat));
  const aheadSeconds = Math.round(Math.max(iat, typeof nbf === 'number' ? nbf : iat) - nowSeconds);
  if (aheadSeconds > CLOCK_TOLERANCE_SECONDS) throw refused('IAT_AHEAD', { aheadSeconds });
  const facts = { ageSeconds: Math.round(nowSeconds - iat) };
  if (exp + CLOCK_TOLERANCE_SECONDS < nowSeconds) throw refused('TOKEN_EXPIRED', facts);
  if (nowSeconds - iat > MOST_AGE_SECONDS) throw refused('TOKEN_OLD', facts);
}

/** @throws {LaunchRefused} TOKEN_REFUSED */
export function nonceOf(payload: Readonly<Record<string, unknown>>, platform: Platform): string {
  const nonce = payload['nonce'];
  if (typeof nonce !== 'string' || nonce === '' || nonce.length > 500)
    throw new LaunchRefused('NONCE_MISSING', { platform, facts: describeClaim('nonce', nonce) });
  return nonce;
}
