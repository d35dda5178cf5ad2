import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from '@jest/globals';
import { createApp } from '../../server/app.ts';
import { ensureInstitution } from '../../server/features/institutions/institutions.service.ts';
import { publishPathway } from '../../server/features/catalog/publishing.service.ts';
import { SessionModel } from '../../server/features/sessions/session.model.ts';
import { DeploymentModel } from '../../server/lti/deployment.model.ts';
import type { BodyLimits } from '../../server/http/bodyLimits.ts';
import { LaunchRefusalModel, type LaunchRefusalDoc } from '../../server/lti/launchRefusal.model.ts';
import { PlatformModel, type PlatformDoc } from '../../server/lti/platform.model.ts';
import { PROBE_COOKIE } from '../../server/lti/cookies.ts';
import { PlatformKeys } from '../../server/lti/platformKeys.ts';
import { PlatformStore } from '../../server/lti/platforms.ts';
import { RateLimiter, type RateLimits } from '../../server/lti/rateLimiter.ts';
import { RefusalLog } from '../../server/lti/refusals.ts';
import { wire, type AppDeps } from '../../server/wire.ts';
import { SAMPLE } from './build.ts';
import { attributeCommands } from './commandLog.ts';
import { buildToolKeys } from './keyPairs.ts';
import { useServices } from './services.ts';
import { startTestPlatform, type Claims, type TestPlatform } from './testPlatform.ts';

const SHELL =
  '<!doctype html><html><head><title>Waymark</title><!--waymark-session--><script type="module" src="/assets/main.js"></script></head><body></body></html>';

/** A response with its text read. */
export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  /** `name=value` of each cookie that was set, and the whole line. */
  setCookies: { name: string; value: string; line: string }[];
}

/** What the browser received from one login. */
export interface LoggedIn {
  answered: Answered;
  state: string;
  nonce: string;
  /** For the `Cookie` header. */
  cookie: string;
  binding: string;
  authorizationUrl: URL;
}

interface WorldParts {
  rateLimits?: Partial<RateLimits>;
  /** Limits lines about refusals as in production, by that clock; without it there is no limit. */
  lines?: { now: () => number };
  bodyLimits?: BodyLimits;
  /** The clock of the cache of platforms, in ms. */
  platforms?: { now: () => number };
}

type Services = ReturnType<typeof useServices>['deps'];

/** The real app, except that the test sets its clock, its page and its limits. */
function wireForTest({ config, clock, log, sealer }: Services, parts: WorldParts): AppDeps {
  const perMinute = 100_000;
  const without = new RateLimiter({ perMinute });
  const refusals = new RefusalLog({ clock, log }, parts.lines ?? { perMinute, unprovenPerMinute: perMinute });
  const page = { shell: () => SHELL, clientDirectory: 'dist/client' };
  const deps = wire(config, {
    clock,
    log,
    ...page,
    rateLimits: { refusals: without, faults: without, ...parts.rateLimits },
    refusals,
    keys: buildToolKeys({ clock, sealer }),
    ...(parts.bodyLimits ? { bodyLimits: parts.bodyLimits } : {}),
  });
  return {
    ...deps,
    platformKeys: new PlatformKeys(deps.outbound, () => clock.now().getTime()),
    ...(parts.platforms ? { platforms: new PlatformStore(parts.platforms.now) } : {}),
  };
}

function toAnswered(status: number, headers: Headers, text: string): Answered {
  const setCookies = headers.getSetCookie().map((line) => {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), line };
  });
  return { status, headers, text, setCookies };
}

/** A JSON block of a page, parsed. */
export function blockOf(page: string, id: string): Record<string, unknown> {
  const json = new RegExp(`id="${id}">([^<]*)<`).exec(page)?.[1];
  if (json === undefined) throw new Error(`the page has no block ${id}: ${page.slice(0, 300)}`);
  return JSON.parse(json) as Record<string, unknown>;
}

export interface LaunchOptions {
  login?: LoggedIn;
  loginParams?: Record<string, string>;
  /** Changes the claims before they are signed. */
  claims?: (claims: Claims) => Claims;
  /** Sent instead of a signed token. */
  token?: string;
  /** The `Cookie` header; null for none. */
  cookie?: string | null;
  headers?: Record<string, string>;
  form?: Record<string, string>;
}

/**
 * The tool on a real port, with one platform and one approved deployment `d1` of one institution.
 * Call it at the top of a test file.
 */
export function useLtiWorld(parts: WorldParts = {}) {
  const services = useServices();
  const { deps } = services;
  let server: Server | null = null;
  let base = '';
  const made: {
    platform?: TestPlatform;
    row?: PlatformDoc;
    institutionId?: string;
    tool?: AppDeps;
  } = {};
  const must = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the world has not started');
    return value;
  };

  async function addPlatform(
    platform: TestPlatform,
    changes: Partial<PlatformDoc> = {},
  ): Promise<PlatformDoc> {
    const row: PlatformDoc = {
      _id: randomUUID(),
      issuer: platform.issuer,
      clientId: platform.clientId,
      authUrl: `${platform.url}/auth?kept=1`,
      tokenUrl: `${platform.url}/token`,
      tokenAudience: null,
      jwksUrl: `${platform.url}/jwks`,
      family: 'other',
      name: 'Test LMS',
      nameFrom: 'operator',
      addedOrigins: [],
      inviteId: null,
      institutionIdOnRegistration: null,
      autoApprove: false,
      state: 'active',
      createdAt: new Date(),
      ...changes,
    };
    await PlatformModel.create(row);
    must(made.tool).platforms.forget();
    return row;
  }

  async function addDeployment(
    platformId: string,
    deploymentId: string,
    institutionId: string,
  ): Promise<string> {
    const _id = randomUUID();
    const now = new Date();
    await DeploymentModel.create({
      _id,
      platformId,
      deploymentId,
      institutionId,
      state: 'approved',
      seenAs: { guid: null, name: null, product: null, version: null },
      firstSeenAt: now,
      lastSeenAt: now,
      decidedAt: now,
    });
    return _id;
  }

  beforeAll(async () => {
    made.tool = wireForTest(deps, parts);
    server = createServer(attributeCommands(createApp(made.tool)));
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    made.platform = await startTestPlatform();
    made.row = await addPlatform(made.platform);
    made.institutionId = (await ensureInstitution(deps, 'North District'))._id;
    await publishPathway(deps, made.institutionId, SAMPLE);
    await addDeployment(made.row._id, 'd1', made.institutionId);
  });
  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
    await made.platform?.close();
    await made.tool?.outbound.close();
  });

  async function request(path: string, init: RequestInit = {}): Promise<Answered> {
    const response = await fetch(`${base}${path}`, { redirect: 'manual', ...init });
    return toAnswered(response.status, response.headers, await response.text());
  }

  function loginParams(changes: Record<string, string> = {}): Record<string, string> {
    const platform = must(made.platform);
    return {
      iss: platform.issuer,
      login_hint: 'hint',
      target_link_uri: `${deps.config.publicUrl}/lti/launch`,
      client_id: platform.clientId,
      lti_message_hint: '{"cmid":3}',
      ...changes,
    };
  }

  function toLoggedIn(answered: Answered, href: string | undefined): LoggedIn {
    if (href === undefined) throw new Error(`no way to the LMS: ${answered.text.slice(0, 2000)}`);
    const authorizationUrl = new URL(href);
    const bound = answered.setCookies.find(({ name }) => /^__Host-lti_(?!probe)/.test(name));
    return {
      answered,
      state: authorizationUrl.searchParams.get('state') ?? '',
      nonce: authorizationUrl.searchParams.get('nonce') ?? '',
      cookie: `${bound?.name}=${bound?.value}`,
      binding: bound?.value ?? '',
      authorizationUrl,
    };
  }

  /** The query of the login page, for a browser in which cookies do not work as far as the server knows. */
  const pageQuery = (changes: Record<string, string> = {}): string =>
    new URLSearchParams({ ...loginParams(changes), cookies_checked: '1' }).toString();

  /** Logs in through the login page and reads what a browser would store. */
  async function login(changes: Record<string, string> = {}): Promise<LoggedIn> {
    const answered = await request(`/lti/login?${pageQuery(changes)}`);
    const href = /id="go"[^>]*href="([^"]+)"/.exec(answered.text.replace(/\s+/g, ' '))?.[1];
    return toLoggedIn(answered, href?.replaceAll('&amp;', '&'));
  }

  /** Logs in through a redirect, as a browser in which cookies are known to work. */
  async function loginByRedirect(changes: Record<string, string> = {}): Promise<LoggedIn> {
    const query = new URLSearchParams(loginParams(changes)).toString();
    const answered = await request(`/lti/login?${query}`, { headers: { cookie: `${PROBE_COOKIE}=1` } });
    return toLoggedIn(answered, answered.headers.get('location') ?? undefined);
  }

  /** Posts to `/lti/launch` as the platform's form would. */
  async function post(form: Record<string, string>, headers: Record<string, string> = {}): Promise<Answered> {
    return request('/lti/launch', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(form).toString(),
    });
  }

  /** A complete launch: login, token, POST. */
  async function launch(options: LaunchOptions = {}): Promise<Answered> {
    const platform = must(made.platform);
    const loggedIn = options.login ?? (await login(options.loginParams));
    const claims = platform.claims(loggedIn.nonce, deps.config.publicUrl);
    const token = options.token ?? (await platform.sign(options.claims?.(claims) ?? claims));
    const cookie = options.cookie === undefined ? loggedIn.cookie : options.cookie;
    const headers = { ...(cookie === null ? {} : { cookie }), ...options.headers };
    return post({ id_token: token, state: loggedIn.state, ...options.form }, headers);
  }

  async function findRefusal(answered: Answered): Promise<LaunchRefusalDoc | null> {
    await must(made.tool).refusals.flush();
    return LaunchRefusalModel.findById(answered.headers.get('x-correlation-id')).lean();
  }

  return {
    deps,
    addPlatform,
    addDeployment,
    request,
    post,
    launch,
    findRefusal,
    loginParams,
    pageQuery,
    login,
    loginByRedirect,
    database: () => services.database(),
    /** Of the tool's own server, without the proxy that PUBLIC_URL names. */
    url: () => base,
    platform: () => must(made.platform),
    platformRow: () => must(made.row),
    institutionId: () => must(made.institutionId),
    tool: () => must(made.tool),
    /** Over all institutions: bypasses the tenancy plugin, as only a test may. */
    countSessions: () => SessionModel.collection.countDocuments({}),
    api: (
      path: string,
      init: { method?: string; bearer?: string; headers?: Record<string, string>; body?: unknown },
    ) =>
      request(`/api/v1${path}`, {
        method: init.method ?? 'GET',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
          ...(init.bearer === undefined ? {} : { authorization: `Bearer ${init.bearer}` }),
          ...init.headers,
        },
        ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      }),
  };
}
export type LtiWorld = ReturnType<typeof useLtiWorld>;
