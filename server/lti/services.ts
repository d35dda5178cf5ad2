import { createAgsClient, type AgsClient } from './ags.ts';
import type { Outbound } from './outbound.ts';
import type { ServiceDeps } from './serviceCall.ts';
import { AccessTokens, untilAborted, type TokenDeps } from './token.ts';

/**
 * The services of platforms (AGS 2.0, NRPS 2.0), wired once per process: whoever calls one platform, for whichever feature, uses
 * the same access token.
 */
export interface LtiServices extends ServiceDeps {
  ags: AgsClient;
}

const withAgs = (services: ServiceDeps): LtiServices => ({ ...services, ags: createAgsClient(services) });

export function createLtiServices(deps: TokenDeps): LtiServices {
  const { clock, outbound } = deps;
  return withAgs({ clock, outbound, tokens: new AccessTokens(deps) });
}

/**
 * The same services with the same tokens, whose calls a signal aborts, as if nobody had responded. Calls of others continue; only
 * those waiting for a token that was requested by one of these calls go without.
 */
export function abortableServices(services: ServiceDeps, signal: AbortSignal): LtiServices {
  const outbound: Pick<Outbound, 'request'> = {
    request: (asked) =>
      services.outbound.request({
        ...asked,
        signal: asked.signal ? AbortSignal.any([asked.signal, signal]) : signal,
      }),
  };
  const { clock, tokens } = services;
  return withAgs({
    clock,
    outbound,
    tokens: {
      get: (platform, scopes) => untilAborted(tokens.get(platform, scopes, outbound), signal),
      replace: (platform, scopes, refused) =>
        untilAborted(tokens.replace(platform, scopes, refused, outbound), signal),
    },
  });
}
