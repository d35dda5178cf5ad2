import type { Request, Response } from 'express';
import { z } from 'zod';
import { bindingNames, cookiesOf, frameCookie, PROBE_COOKIE } from './cookies.ts';
import { frameAncestors } from './frames.ts';
import {
  addReturnUrl,
  verifyLaunch,
  requireUnused,
  verifyToken,
  withReturnUrl,
  type OpenLogin,
  type LaunchVerificationDeps,
  type Launch,
} from './launchVerification.ts';
import { LaunchRefused } from './launchRefused.ts';
import { openLogin } from './loginStates.ts';
import { sendShell, type ShellFrame } from './pages/appShell.ts';
import { jsonBlock } from '../http/html.ts';
import { sendBindingPage } from './pages/launchPages.ts';

/** The result of a launch, created by the feature that stores sessions. */
export interface Landing {
  /** Path of the client's page, `/app/<key>/`. */
  path: string;
  key: string;
  /** Exactly one of the two: a bearer for the page itself, or a one-time code for the page that comes next. */
  grant: { bearer: string } | { code: string };
  frame: ShellFrame;
  /** `Set-Cookie` lines. */
  cookies: string[];
}

/**
 * Turns a verified launch into persons, places and a session. @throws {LaunchRefused} LAUNCH_USED if its login already has a
 * session
 */
export type LandLaunch = (
  launch: Launch,
  browser: { cookies: ReadonlyMap<string, string>; credential: 'bearer' | 'code' },
) => Promise<Landing>;

export interface LaunchDeps extends LaunchVerificationDeps {
  land: LandLaunch;
  /** The client's built index.html. */
  shell: () => string;
}

const State = z.string().regex(/^[\w.-]{1,4096}$/);
const IdToken = z.string().min(1).max(100_000);
const Binding = z.string().regex(/^[\w-]{43}$/);

type Form = Readonly<Record<string, unknown>>;

/** @throws {LaunchRefused} LAUNCH_MALFORMED, or LAUNCH_EXPIRED if there is no state at all */
function readForm(req: Request): { form: Form; state: string } {
  const form = req.body as Form | undefined;
  // JSON, or `state[$ne]=`: not a form that a browser sends
  if (!form || Object.keys(form).some((name) => name.includes('['))) throw new LaunchRefused('BODY');
  if (form['state'] === undefined) throw new LaunchRefused('STATE_MISSING');
  const state = State.safeParse(form['state']);
  if (!state.success) throw new LaunchRefused('STATE_MALFORMED');
  return { form, state: state.data };
}

/**
 * The login in a state of ours. A state that is not ours is refused here, before anything is looked up.
 *
 * @throws {LaunchRefused} LAUNCH_EXPIRED; DEPLOYMENT_DISABLED if the platform was disabled meanwhile
 */
async function findBegun(deps: LaunchDeps, state: string): Promise<OpenLogin> {
  const login = openLogin(deps, state);
  if (!login) throw new LaunchRefused('STATE_UNKNOWN');
  const platform = await deps.platforms.getById(login.platformId);
  if (!platform) throw new LaunchRefused('PLATFORM_GONE');
  if (platform.state === 'disabled') throw new LaunchRefused('PLATFORM_DISABLED', { platform });
  return { login, platform };
}

/** @throws {LaunchRefused} LAUNCH_DENIED_BY_LMS for an error response (OpenID Connect core §3.1.2.6) */
function readToken(form: Form): string {
  const error = form['error'];
  if (error !== undefined) {
    const known = typeof error === 'string' && /^[a-z_]{1,60}$/.test(error);
    throw new LaunchRefused('ERROR_FROM_PLATFORM', {
      facts: { error: known ? error : 'other' },
    });
  }
  const idToken = IdToken.safeParse(form['id_token']);
  if (!idToken.success) throw new LaunchRefused('TOKEN_MALFORMED');
  return idToken.data;
}

interface Posted extends OpenLogin {
  state: string;
  idToken: string;
}

/**
 * Nothing arrived by cookie: sends a page that looks in sessionStorage and platform storage, unless the launch is unusable
 * anyway.
 */
async function askForBinding(deps: LaunchDeps, res: Response, posted: Posted): Promise<void> {
  const { state, idToken, login, platform } = posted;
  const verified = await verifyToken(deps, platform, idToken);
  await withReturnUrl(verified, () => requireUnused(deps, verified, login));
  // cookies do not work here, whatever was recorded about this browser: its next login checks again
  res.setHeader('Set-Cookie', frameCookie(PROBE_COOKIE, '', 0, false));
  sendBindingPage(res, {
    // relative: the call must be of this very origin
    action: '',
    state,
    idToken,
    key: bindingNames(login.id).storageKey,
    probeCookie: PROBE_COOKIE,
    target: login.storageTarget,
    origin: platform.authOrigin,
    ancestors: frameAncestors(platform, null),
  });
}

async function handleLaunch(deps: LaunchDeps, req: Request, res: Response, posted: Posted): Promise<void> {
  const { login } = posted;
  const cookies = cookiesOf(req);
  const cookieName = bindingNames(login.id).cookie;
  const header = req.get('x-lti-binding');
  const brought = header ?? cookies.get(cookieName);
  if (login.expiresAt <= deps.clock.now().getTime())
    throw await addReturnUrl(deps, posted, posted.idToken, new LaunchRefused('STATE_EXPIRED'));
  if (brought === undefined) return askForBinding(deps, res, posted);
  const binding = Binding.safeParse(brought).success ? brought : null;
  const launch = await verifyLaunch(deps, { ...posted, binding });
  const credential = header === undefined ? 'bearer' : 'code';
  const landing = await withReturnUrl(launch, () => deps.land(launch, { cookies, credential }));
  res.setHeader('Set-Cookie', [frameCookie(cookieName, '', 0), ...landing.cookies]);
  res.setHeader('Cache-Control', 'no-store');
  if ('code' in landing.grant) {
    res.json({ location: `${landing.path}#code=${landing.grant.code}` });
    return;
  }
  const block = { bearer: landing.grant.bearer, key: landing.key, landing: landing.path };
  sendShell(res, deps.shell(), landing.frame, jsonBlock('waymark-session', block));
}

/**
 * `POST /lti/launch`. With the cookie, the response is the client's page with its bearer; with the binding header, which only our
 * own page can set, it is the address of that page with a one-time code.
 */
export async function answerLaunch(deps: LaunchDeps, req: Request, res: Response): Promise<void> {
  const { form, state } = readForm(req);
  const begun = await findBegun(deps, state);
  try {
    await handleLaunch(deps, req, res, { ...begun, state, idToken: readToken(form) });
  } catch (error) {
    // the platform's own frame may show why
    if (error instanceof LaunchRefused) error.platform ??= begun.platform;
    throw error;
  }
}
