import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { ToolKeys } from './keys.ts';
import { OutboundError, type Outbound, type OutboundResponse } from './outbound.ts';
import type { Platform } from './platforms.ts';
import { isSuccess } from './received.ts';
import { jsonOf, lmsMessageOf, retryAfterMsOf, type ServiceFault } from './serviceFault.ts';

/** What the service client needs to know about a platform. */
export type ServicePlatform = Pick<
  Platform,
  '_id' | 'issuer' | 'clientId' | 'tokenUrl' | 'tokenAudience' | 'family'
>;

export interface AccessToken {
  value: string;
  /** The granted scopes; null if the platform does not say. It may grant fewer than were requested. */
  granted: ReadonlySet<string> | null;
}

/** There was no token, so the call was never made. */
export class TokenError extends Error {
  readonly fault: ServiceFault;

  constructor(fault: ServiceFault, cause?: unknown) {
    super(`no access token: ${fault.reason}`, cause === undefined ? undefined : { cause });
    this.name = 'TokenError';
    this.fault = fault;
  }
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

/** A client assertion for private_key_jwt (LTI Security Framework §4.1): RS256 with kid, no nbf. */
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

/** The error in a token endpoint's response: the LMS in trouble, a scope that was not granted, or a key that was not accepted. */
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

interface KeptToken extends AccessToken {
  until: number;
}

async function requestToken(
  deps: TokenDeps,
  platform: ServicePlatform,
  scopes: readonly string[],
): Promise<KeptToken> {
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
  // Moodle sends JSON as text/html, so the content type says nothing
  const parsed = TokenAnswer.safeParse(jsonOf(answer.body));
  if (!isSuccess(answer.status) || !parsed.success) throw new TokenError(tokenFault(answer, nowMs));
  const { access_token: value, expires_in: lifeS, scope } = parsed.data;
  const lifeMs = lifeS * 1000;
  return {
    value,
    granted: scope === undefined ? null : new Set(scope.split(/\s+/u).filter(Boolean)),
    // a lifetime shorter than two margins is used to half
    until: nowMs + Math.max(lifeMs - MARGIN_MS, lifeMs / 2),
  };
}

/** A registration that got another client id or token endpoint gets another token. */
const keyOf = ({ _id, clientId, tokenUrl }: ServicePlatform, scopes: readonly string[]): string =>
  JSON.stringify([_id, clientId, tokenUrl, [...scopes].sort()]);

/** The requested token, or none as soon as the signal is aborted. @throws {TokenError} */
export function untilAborted<T>(asking: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new TokenError(NO_ANSWER));
    signal.addEventListener('abort', giveUp, { once: true });
    asking.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
    if (signal.aborted) giveUp();
  });
}

/** Access tokens of this process, one for each registration and set of scopes. */
export class AccessTokens {
  readonly #deps: TokenDeps;
  readonly #kept = new Map<string, KeptToken>();
  readonly #pending = new Map<string, Promise<KeptToken>>();

  constructor(deps: TokenDeps) {
    this.#deps = deps;
  }

  /**
   * A token for a set of scopes, from memory if it is valid for another minute.
   *
   * @param outbound  used to request it, if it is not in memory
   * @throws {TokenError}
   */
  async get(
    platform: ServicePlatform,
    scopes: readonly string[],
    outbound = this.#deps.outbound,
  ): Promise<AccessToken> {
    const known = this.#kept.get(keyOf(platform, scopes));
    const isFresh = known && known.until > this.#deps.clock.now().getTime();
    return isFresh ? known : this.#renew(platform, scopes, outbound);
  }

  /** A new token in place of one that a service refused. Simultaneous callers share it. @throws {TokenError} */
  async replace(
    platform: ServicePlatform,
    scopes: readonly string[],
    refused: AccessToken,
    outbound = this.#deps.outbound,
  ): Promise<AccessToken> {
    const key = keyOf(platform, scopes);
    const known = this.#kept.get(key);
    // another caller was refused too and already has a new one
    if (known && known.value !== refused.value) return known;
    this.#kept.delete(key);
    return this.#renew(platform, scopes, outbound);
  }

  #renew(
    platform: ServicePlatform,
    scopes: readonly string[],
    outbound: TokenDeps['outbound'],
  ): Promise<KeptToken> {
    const key = keyOf(platform, scopes);
    const running = this.#pending.get(key);
    if (running) return running;
    const asking = requestToken({ ...this.#deps, outbound }, platform, scopes)
      .then((token) => {
        this.#kept.set(key, token);
        return token;
      })
      .finally(() => this.#pending.delete(key));
    this.#pending.set(key, asking);
    return asking;
  }
}
