import type { Request, Response } from 'express';
import { z } from 'zod';
import { bindingNames, cookiesOf, frameCookie } from './cookies.ts';
import { frameAncestors } from './frames.ts';
import { addWayBack, passGate, type GateDeps, type Launch } from './gate.ts';
import { LaunchRefused } from './launchRefused.ts';
import { findPlatformIdOfLogin, getOpenLogin } from './loginStates.ts';
import { sendShell, type ShellFrame } from './pages/appShell.ts';
import { jsonBlock } from '../http/html.ts';
import { sendBindingPage } from './pages/launchPages.ts';

/** What came of a launch: made by the feature that keeps sessions. */
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

/** Turns a verified launch into persons, places and a session. */
export type Land = (
  launch: Launch,
  browser: { cookies: ReadonlyMap<string, string>; handOver: 'bearer' | 'code' },
) => Promise<Landing>;

export interface LaunchDeps extends GateDeps {
  land: Land;
  /** The client's built index.html. */
  shell: () => string;
}

const State = z.string().regex(/^[\w-]{43}$/);
const IdToken = z.string().min(1).max(100_000);

interface Posted {
  state: string;
  idToken: string;
}

/** @throws {LaunchRefused} LAUNCH_DENIED_BY_LMS for an error response (OpenID Connect core §3.1.2.6) */
function readPosted(req: Request): Posted {
  const body = req.body as Record<string, unknown> | undefined;
  // JSON, or `state[$ne]=`: nobody's form
  if (!body || Object.keys(body).some((name) => name.includes('[')))
    throw new LaunchRefused('LAUNCH_MALFORMED', 'BODY');
  if (body['state'] === undefined) throw new LaunchRefused('LAUNCH_EXPIRED', 'STATE_MISSING');
  const state = State.safeParse(body['state']);
  if (!state.success) throw new LaunchRefused('LAUNCH_MALFORMED', 'STATE_MALFORMED');
  const error = body['error'];
  if (error !== undefined) {
    const known = typeof error === 'string' && /^[a-z_]{1,60}$/.test(error);
    throw new LaunchRefused('LAUNCH_DENIED_BY_LMS', 'ERROR_FROM_PLATFORM', {
      facts: { error: known ? error : 'other' },
    });
  }
  const idToken = IdToken.safeParse(body['id_token']);
  if (!idToken.success) throw new LaunchRefused('LAUNCH_MALFORMED', 'TOKEN_MALFORMED');
  return { state: state.data, idToken: idToken.data };
}

/** Nothing came by cookie: a page that looks in sessionStorage and platform storage, unless the state is no use anyway. */
async function askForBinding(deps: LaunchDeps, res: Response, posted: Posted): Promise<void> {
  const login = await getOpenLogin(deps, posted.state).catch(async (error: unknown) => {
    if (error instanceof LaunchRefused) await addWayBack(deps, posted.idToken, error);
    throw error;
  });
  const platform = await deps.platforms.getById(login.platformId);
  if (!platform) throw new LaunchRefused('LAUNCH_EXPIRED', 'PLATFORM_GONE');
  sendBindingPage(res, {
    // relative: the call must be of this very origin
    action: '',
    ...posted,
    key: bindingNames(posted.state).storageKey,
    target: login.storageTarget,
    origin: platform.authOrigin,
    ancestors: frameAncestors(platform, null),
  });
}

/** A refusal from before the token was read: the login tells the platform, whose frame may show the page. */
async function addPlatform(deps: LaunchDeps, req: Request, refused: LaunchRefused): Promise<void> {
  if (refused.platform || refused.claimedIssuer !== null) return;
  const state = State.safeParse((req.body as Record<string, unknown> | undefined)?.['state']);
  const platformId = state.success ? await findPlatformIdOfLogin(state.data) : null;
  refused.platform = platformId === null ? null : await deps.platforms.getById(platformId);
}

/**
 * `POST /lti/launch`. By cookie the answer is the client's page with its bearer; by the binding header, which only our
 * own page can set, it is the address of that page with a one-time code.
 */
export async function answerLaunch(deps: LaunchDeps, req: Request, res: Response): Promise<void> {
  try {
    await letIn(deps, req, res);
  } catch (error) {
    if (error instanceof LaunchRefused) await addPlatform(deps, req, error);
    throw error;
  }
}

async function letIn(deps: LaunchDeps, req: Request, res: Response): Promise<void> {
  const posted = readPosted(req);
  const cookies = cookiesOf(req);
  const cookieName = bindingNames(posted.state).cookie;
  const header = req.get('x-lti-binding');
  const brought = header ?? cookies.get(cookieName);
  if (brought === undefined) return askForBinding(deps, res, posted);
  const binding = State.safeParse(brought).success ? brought : null;
  const launch = await passGate(deps, { ...posted, binding });
  const landing = await deps.land(launch, { cookies, handOver: header === undefined ? 'bearer' : 'code' });
  res.setHeader('Set-Cookie', [frameCookie(cookieName, '', 0), ...landing.cookies]);
  res.setHeader('Cache-Control', 'no-store');
  if ('code' in landing.grant) {
    res.json({ location: `${landing.path}#code=${landing.grant.code}` });
    return;
  }
  const block = { bearer: landing.grant.bearer, key: landing.key, landing: landing.path };
  sendShell(res, deps.shell(), landing.frame, jsonBlock('waymark-session', block));
}
