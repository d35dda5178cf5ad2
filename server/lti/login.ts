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
import { seen } from './seen.ts';

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
  // not its own `searchParams`: each change of those takes the whole address apart again
  const query = new URLSearchParams(url.search);
  for (const [name, value] of Object.entries(parameters)) query.set(name, value);
  url.search = query.toString();
  return url.href;
}

/** Said by our own redirect: whether the probe cookie came back is known now. */
const CHECKED = 'cookies_checked';
/** Proxies and servers refuse longer ones: what does not fit is posted once more, or gets its page at once where it came by GET. */
const LONGEST_ADDRESS = 6_000;

/** The same login once more, relative to its own path. */
function againUrl(login: LoginRequest, more: Record<string, string> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...login, ...more }))
    if (value !== undefined) query.set(name, value);
  return `?${query.toString()}`;
}

/** For a window of its own, which is not inside the frame that storage was offered in, and whose cookies are others. */
const againInWindow = ({ lti_storage_target: _, ...rest }: LoginRequest): string => againUrl(rest);

interface Beginning {
  platform: Platform;
  login: LoginRequest;
}

/** Seals the login and gives the browser its secret by a cookie. @returns the secret, and where the platform goes on */
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
 * A page that looks where else the secret can be kept. It navigates by itself, so the platform gets a request that this site began
 * and misses its own Lax cookie: Moodle then posts once more, which is an entry more in the history. Hence only where nothing else
 * works; and the launch comes back to this page's own entry (`LANDING_PATH`), so that Back leads past what was added.
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
 * `GET|POST /lti/login`: seals the login, gives the browser its secret, and sends it on to the platform; no database command when
 * the platform is in memory.
 *
 * Where cookies hold in this frame all of it is redirects. They leave no entry in the frame's history, and the request that the
 * platform gets is still the one that its own page began, so that its Lax cookies come along. Whether cookies hold is asked
 * once, by a redirect to this very address; the probe cookie keeps the answer.
 */
export async function answerLogin(deps: LaunchVerificationDeps, req: Request, res: Response): Promise<void> {
  const login = readLogin(req);
  const platform = await findPlatform(deps.platforms, login);
  if (!isOwnAddress(login.target_link_uri, deps.config.publicUrl))
    throw new LaunchRefused('LOGIN_TARGET_FOREIGN', {
      platform,
      facts: seen('target_link_uri', login.target_link_uri),
    });
  const beginning = { platform, login };
  if (cookiesOf(req).has(PROBE_COOKIE)) return redirect(res, begin(deps, res, beginning).location);
  const checking = againUrl(login, { [CHECKED]: '1' });
  const isChecked = req.query[CHECKED] !== undefined;
  const isLong = checking.length > LONGEST_ADDRESS;
  // also before the page: it asks whether the browser shows it
  res.append('Set-Cookie', frameCookie(PROBE_COOKIE, '1', PROBE_SECONDS, false));
  if (isChecked || (isLong && req.method === 'GET')) return sendSearchingPage(deps, res, beginning);
  // 307: the form comes once more, as it is
  if (isLong) return redirect(res, `?${CHECKED}=1`, 307);
  redirect(res, checking);
}
