import type { Request, Response } from 'express';
import { isOwnAddress } from './claims.ts';
import { bindingNames, frameCookie, PROBE_COOKIE } from './cookies.ts';
import { frameAncestors } from './frames.ts';
import type { GateDeps } from './gate.ts';
import { LaunchRefused } from './launchRefused.ts';
import { readLogin, type LoginRequest } from './loginRequest.ts';
import { LOGIN_TTL_MS, startLogin, type StartedLogin } from './loginStates.ts';
import { sendLoginPage } from './pages/launchPages.ts';
import type { Platform, PlatformStore } from './platforms.ts';
import { seen } from './seen.ts';

async function findPlatform(platforms: PlatformStore, login: LoginRequest): Promise<Platform> {
  const { iss, client_id: clientId } = login;
  const options = { claimedIssuer: iss, facts: { clientId: clientId ?? null } };
  const found =
    clientId === undefined
      ? await platforms.findByIssuer(iss)
      : [await platforms.findByIssuerAndClient(iss, clientId)].filter((platform) => platform !== null);
  const [platform, another] = found;
  if (!platform) throw new LaunchRefused('PLATFORM_UNKNOWN', 'PLATFORM_UNKNOWN', options);
  if (another) throw new LaunchRefused('PLATFORM_AMBIGUOUS', 'CLIENT_ID_MISSING', options);
  if (platform.state === 'disabled')
    throw new LaunchRefused('DEPLOYMENT_DISABLED', 'PLATFORM_DISABLED', { platform });
  return platform;
}

/** The authentication request (LTI security framework §5.1.1.2); a query that the endpoint already has stays. */
function authorizationUrl(
  platform: Platform,
  login: LoginRequest,
  started: StartedLogin,
  redirectUri: string,
): string {
  const url = new URL(platform.authUrl);
  const parameters = {
    scope: 'openid',
    response_type: 'id_token',
    response_mode: 'form_post',
    prompt: 'none',
    client_id: platform.clientId,
    redirect_uri: redirectUri,
    login_hint: login.login_hint,
    state: started.state,
    nonce: started.nonce,
    ...(login.lti_message_hint === undefined ? {} : { lti_message_hint: login.lti_message_hint }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** The same login for a window of its own, which is not inside the frame that storage was offered in. */
function againUrl(login: LoginRequest): string {
  const { lti_storage_target: _, ...rest } = login;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) query.set(name, value);
  return `?${query.toString()}`;
}

/**
 * `GET|POST /lti/login`: stores the login, gives the browser its secret, and sends it on to the platform. Costs one
 * database command when the platform is in memory.
 */
export async function answerLogin(deps: GateDeps, req: Request, res: Response): Promise<void> {
  const login = readLogin(req);
  const platform = await findPlatform(deps.platforms, login);
  if (!isOwnAddress(login.target_link_uri, deps.config.publicUrl))
    throw new LaunchRefused('LAUNCH_MALFORMED', 'LOGIN_TARGET_FOREIGN', {
      platform,
      facts: seen('target_link_uri', login.target_link_uri),
    });
  const storageTarget = login.lti_storage_target ?? null;
  const started = await startLogin(deps, {
    platformId: platform._id,
    deploymentId: login.lti_deployment_id ?? login.deployment_id ?? null,
    storageTarget,
  });
  const names = bindingNames(started.state);
  res.setHeader('Set-Cookie', [
    frameCookie(names.cookie, started.binding, LOGIN_TTL_MS / 1000),
    frameCookie(PROBE_COOKIE, '1', 60, false),
  ]);
  sendLoginPage(res, {
    authorizationUrl: authorizationUrl(platform, login, started, `${deps.config.publicUrl}/lti/launch`),
    again: againUrl(login),
    key: names.storageKey,
    binding: started.binding,
    probeCookie: PROBE_COOKIE,
    ttlMs: LOGIN_TTL_MS,
    target: storageTarget,
    origin: platform.authOrigin,
    ancestors: frameAncestors(platform, null),
  });
}
