import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { ToolKeys } from './keys.ts';
import { OutboundError, type Outbound, type OutboundResponse } from './outbound.ts';
import type { Platform } from './platforms.ts';
import { isSuccess } from './received.ts';
import { jsonOf, lmsMessageOf, retryAfterMsOf, type ServiceFault } from './serviceFault.ts';

/** What the service client needs to know of a platform. */
export type ServicePlatform = Pick<
  Platform,
  '_id' | 'issuer' | 'clientId' | 'tokenUrl' | 'tokenAudience' | 'family'
>;

export interface AccessToken {
  value: string;
  /** What was granted; null where the platform does not say. Less may be granted than was asked for. */
  granted: ReadonlySet<string> | null;
}

/** No token was had, so the call was never made. */
export class TokenError extends Error {
  readonly fault: ServiceFault;

  constructor(fault: ServiceFault, cause?: unknown) {
    super(`no access token: ${fault.reason}`, cause === undefined ? undefined : { cause });
    this.name = 'TokenError';
    this.fault = fault;
  }
}

export interface AccessTokens {
  /** A token for a set of scopes, from memory where it lives for another minute. @throws {TokenError} */
  get(platform: ServicePlatform, scopes: readonly string[]): Promise<AccessToken>;
  /** A new token in place of one that a service refused. Callers who come at once share it. @throws {TokenError} */
  replace(platform: ServicePlatform, scopes: readonly string[], refused: AccessToken): Promise<AccessToken>;
}

export interface TokenDeps {
  clock: Deps['clock'];
  keys: Pick<ToolKeys, 'signingKey'>;
  outbound: Pick<Outbound, 'request'>;
}

/** Moodle has no leeway: an `iat` ahead of its clock, or an `exp` behind it, is refused. */
const BACK_DATE_S = 10;
const ASSERTION_LIFE_S = 120;
const MARGIN_MS = 60_000;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().catch(300),
  scope: z.string().optional().catch(undefined),
});

/** A client assertion by private_key_jwt (LTI Security Framework §4.1): RS256 with kid, no nbf. */
async function signAssertion({ clock, keys }: TokenDeps, platform: ServicePlatform): Promise<string> {
  const { kid, privateKey } = await keys.signingKey();
  const nowS = Math.floor(clock.now().getTime() / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .setIssuer(platform.clientId)
    .setSubject(platform.clientId)
    .setAudience(platform.tokenAudience ?? platform.tokenUrl)
    .setIssuedAt(nowS - BACK_DATE_S)
    .setExpirationTime(nowS - BACK_DATE_S + ASSERTION_LIFE_S)
    .setJti(randomUUID())
    .sign(privateKey);
}

const NO_ANSWER: ServiceFault = {
  status: null,
  reason: 'lms_silent',
  retryable: true,
  nothingDone: true,
  unusable: false,
  noToken: true,
  retryAfterMs: null,
  slowDown: false,
  lmsMessage: null,
};

/** The fault of a token endpoint's answer: the LMS in trouble, a scope that was not given, or a key not accepted. */
function tokenFault(answer: OutboundResponse, nowMs: number): ServiceFault {
  const lmsMessage = lmsMessageOf(answer);
  const retryAfterMs = retryAfterMsOf(answer.headers.get('retry-after'), nowMs);
  const { status } = answer;
  const busy = status === 429 || /rate limit/iu.test(lmsMessage ?? '');
  if (busy || status >= 500 || status < 300) {
    return { ...NO_ANSWER, status, retryAfterMs, slowDown: busy, lmsMessage };
  }
  const json = jsonOf(answer.body);
  const error = typeof json === 'object' && json !== null && 'error' in json ? json.error : null;
  const reason = error === 'invalid_scope' ? 'scope_missing' : 'token_refused';
  return { ...NO_ANSWER, status, reason, retryable: false, lmsMessage };
}

interface Kept extends AccessToken {
  until: number;
}

async function requestToken(
  deps: TokenDeps,
  platform: ServicePlatform,
  scopes: readonly string[],
): Promise<Kept> {
  const nowMs = deps.clock.now().getTime();
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await signAssertion(deps, platform),
    scope: scopes.join(' '),
  });
  let answer: OutboundResponse;
  try {
    answer = await deps.outbound.request({
      method: 'POST',
      url: platform.tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw new TokenError(NO_ANSWER, error);
  }
  // Moodle answers JSON as text/html, so the content type says nothing
  const parsed = TokenAnswer.safeParse(jsonOf(answer.body));
  if (!isSuccess(answer.status) || !parsed.success) throw new TokenError(tokenFault(answer, nowMs));
  const { access_token: value, expires_in: lifeS, scope } = parsed.data;
  const lifeMs = lifeS * 1000;
  return {
    value,
    granted: scope === undefined ? null : new Set(scope.split(/\s+/u).filter(Boolean)),
    // a life shorter than two margins is used to its half
    until: nowMs + Math.max(lifeMs - MARGIN_MS, lifeMs / 2),
  };
}

/** Access tokens of this process, one for each platform and set of scopes. */
export function createAccessTokens(deps: TokenDeps): AccessTokens {
  const kept = new Map<string, Kept>();
  const pending = new Map<string, Promise<Kept>>();
  const keyOf = (platform: ServicePlatform, scopes: readonly string[]): string =>
    JSON.stringify([platform._id, [...scopes].sort()]);

  function renew(key: string, platform: ServicePlatform, scopes: readonly string[]): Promise<Kept> {
    const running = pending.get(key);
    if (running) return running;
    const asking = requestToken(deps, platform, scopes)
      .then((token) => {
        kept.set(key, token);
        return token;
      })
      .finally(() => pending.delete(key));
    pending.set(key, asking);
    return asking;
  }

  return {
    async get(platform, scopes) {
      const key = keyOf(platform, scopes);
      const known = kept.get(key);
      return known && known.until > deps.clock.now().getTime() ? known : renew(key, platform, scopes);
    },
    async replace(platform, scopes, refused) {
      const key = keyOf(platform, scopes);
      const known = kept.get(key);
      // another caller was refused too and has a new one already
      if (known && known.value !== refused.value) return known;
      kept.delete(key);
      return renew(key, platform, scopes);
    },
  };
}
