import type { Request, Response } from 'express';
import { isOwnAddress } from './claims.ts';
import { bindingNames, cookiesOf, frameCookie, PROBE_COOKIE, PROBE_SECONDS } from './cookies.ts';
import { frameAncestors } from './frames.ts';
import type { LaunchVerificationDeps } from './launchVerification.ts';
import { LaunchRefused } from './launchRefused.ts';
import { readLogin, type LoginRequest } from './loginRequest.ts';
import { LOGIN_TTL_MS, startLogin, type StartedLogin } from './loginStates.ts';
import { sendLoginPage } from './pages/launchPages.ts';
import type { Platform, PlatformStore } from './platforms.ts';
import { describeClaim } from './describeClaim.ts';

async function findPlatform(platforms: PlatformStore, login: LoginRequest): Promise<Platform> {
  const { iss, client_id: clientId } = login;
  const options = { claimedIssuer: iss, facts: { clientId: clientId ?? null } };
  const found =
    clientId === undefined
      ? await platforms.findByIssuer(iss)
      : [await platforms.findByIssuerAndClient(iss, clientId)].filter((platform) => platform !== null);
  const [platform, another] = found;
  if (!platform) throw new LaunchRefused('PLATFORM_UNKNOWN', options);
  if (another) throw new LaunchRefused('CLIENT_ID_MISSING', options);
  if (platform.state === 'disabled') throw new LaunchRefused('PLATFORM_DISABLED', { platform });
  return platform;
}

/** The authentication request (LTI security framework §5.1.1.2); a query that the endpoint already has stays. */
function authorizationUrl(
  platform: Platform,
  login: LoginRequest,
  started: StartedLogin,
  redirectUri: string,
): string {
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
  const url = new URL(platform.authUrl);
  // not its own `searchParams`: each change to them parses the whole URL again
  const query = new URLSearchParams(url.search);
  for (const [name, value] of Object.entries(parameters)) query.set(name, value);
  url.search = query.toString();
  return url.href;
}

/** Set by our own redirect: now it is known whether the probe cookie came back. */
const CHECKED = 'cookies_checked';
/** Proxies and servers refuse longer ones: a longer login is posted once more, or gets its page at once if it came by GET. */
const LONGEST_ADDRESS = 6_000;

/** The same login once more, relative to its own path. */
function againUrl(login: LoginRequest, more: Record<string, string> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...login, ...more }))
    if (value !== undefined) query.set(name, value);
  return `?${query.toString()}`;
}

/** For a new window, which is not inside the frame that storage was offered in, and which has different cookies. */
const againInWindow = ({ lti_storage_target: _, ...rest }: LoginRequest): string => againUrl(rest);

interface Beginning {
  platform: Platform;
  login: LoginRequest;
}

/**
 * Seals the login and gives the browser its secret in a cookie. @returns the secret, and the URL at the platform to continue with
 */
function begin(
  deps: LaunchVerificationDeps,
  res: Response,
  { platform, login }: Beginning,
): { started: StartedLogin; location: string } {
  const started = startLogin(deps, {
    platformId: platform._id,
    deploymentId: login.lti_deployment_id ?? login.deployment_id ?? null,
    storageTarget: login.lti_storage_target ?? null,
  });
  const { cookie } = bindingNames(started.id);
  res.append('Set-Cookie', frameCookie(cookie, started.binding, LOGIN_TTL_MS / 1000));
  const location = authorizationUrl(platform, login, started, `${deps.config.publicUrl}/lti/launch`);
  return { started, location };
}

/**
 * A page that checks where else the secret can be kept. It navigates by itself, so the platform gets a request that this site
 * started and does not receive its own Lax cookie: Moodle then posts once more, which adds an entry to the history. It is
 * therefore only used if nothing else works; and the launch comes back to this page's own entry (`LANDING_PATH`), so that Back
 * leads past what was added.
 */
function sendSearchingPage(deps: LaunchVerificationDeps, res: Response, beginning: Beginning): void {
  const { platform, login } = beginning;
  const { started, location } = begin(deps, res, beginning);
  sendLoginPage(res, {
    authorizationUrl: location,
    again: againInWindow(login),
    key: bindingNames(started.id).storageKey,
    binding: started.binding,
    probeCookie: PROBE_COOKIE,
    ttlMs: LOGIN_TTL_MS,
    target: login.lti_storage_target ?? null,
    origin: platform.authOrigin,
    ancestors: frameAncestors(platform, null),
  });
}

function redirect(res: Response, location: string, status: 302 | 307 = 302): void {
  res.setHeader('Cache-Control', 'no-store');
  res.status(status).setHeader('Location', location).end();
}

/**
 * `GET|POST /lti/login`: seals the login, gives the browser its secret, and sends it on to the platform; no database command if
 * the platform is in memory.
 *
 * If cookies work in this frame, all of this is redirects. They leave no entry in the frame's history, and the platform's own
 * page still counts as the origin of the request that it gets, so that its Lax cookies are included. Whether cookies work is
 * checked once, by a redirect to this very address; the probe cookie remembers the result.
 */
export async function answerLogin(deps: LaunchVerificationDeps, req: Request, res: Response): Promise<void> {
  const login = readLogin(req);
  const platform = await findPlatform(deps.platforms, login);
  if (!isOwnAddress(login.target_link_uri, deps.config.publicUrl))
    throw new LaunchRefused('LOGIN_TARGET_FOREIGN', {
      platform,
      facts: describeClaim('target_link_uri', login.target_link_uri),
    });
  const beginning = { platform, login };
  if (cookiesOf(req).has(PROBE_COOKIE)) return redirect(res, begin(deps, res, beginning).location);
  const checking = againUrl(login, { [CHECKED]: '1' });
  const isChecked = req.query[CHECKED] !== undefined;
  const isLong = checking.length > LONGEST_ADDRESS;
  // also before the page: it checks whether the browser returns it
  res.append('Set-Cookie', frameCookie(PROBE_COOKIE, '1', PROBE_SECONDS, false));
  if (isChecked || (isLong && req.method === 'GET')) return sendSearchingPage(deps, res, beginning);
  // 307: the form is sent once more, unchanged
  if (isLong) return redirect(res, `?${CHECKED}=1`, 307);
  redirect(res, checking);
}
