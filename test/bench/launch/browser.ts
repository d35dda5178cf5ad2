import { Agent, request } from 'node:http';
import type { Claims, TestPlatform } from '../../support/testPlatform.ts';

/** A person who opens a link: names that the platform's token carries. */
export interface Visitor {
  sub: string;
  course: string;
  /** Null: a deep linking request, by which a designer picks what the course is to hold. */
  link: string | null;
  /** `sub` of the person whose submission a gradebook asks for: a submission review launch. */
  reviewOf?: string;
  /** Role in the course. */
  role?: 'Learner' | 'Instructor' | 'ContentDeveloper';
  /** Custom keys of the link: what it shows. */
  custom?: Record<string, string>;
}

export interface Answered {
  status: number;
  location: string;
  /** `name=value` of each cookie that was set. */
  cookies: string[];
  text: string;
}

/** What a browser does for a launch: keeps connections, cookies and redirects apart for each launch. */
export interface Browser {
  get(url: string, cookies: readonly string[]): Promise<Answered>;
  post(url: string, form: Record<string, string>, cookies: readonly string[]): Promise<Answered>;
  close(): void;
}

/** @param keepAlive  false: each request has a connection of its own, as behind a proxy that keeps none */
export function openBrowser(keepAlive = true): Browser {
  const agent = new Agent({ keepAlive });
  const send = (url: string, cookies: readonly string[], body: string | null): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const headers = {
        ...(cookies.length > 0 ? { cookie: cookies.join('; ') } : {}),
        ...(body === null
          ? {}
          : {
              'content-type': 'application/x-www-form-urlencoded',
              'content-length': Buffer.byteLength(body),
            }),
      };
      const sent = request(url, { agent, method: body === null ? 'GET' : 'POST', headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.once('error', reject);
        response.once('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            location: response.headers.location ?? '',
            cookies: (response.headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0] ?? ''),
            text: Buffer.concat(parts).toString('utf8'),
          });
        });
      });
      sent.once('error', reject);
      sent.end(body ?? undefined);
    });
  return {
    get: (url, cookies) => send(url, cookies, null),
    post: (url, form, cookies) => send(url, cookies, new URLSearchParams(form).toString()),
    close: () => agent.destroy(),
  };
}

const CLAIM = 'https://purl.imsglobal.org/spec/lti';

/** A link, one person's submission at a link, or the request for links. */
function whatOf(platform: TestPlatform, { link, reviewOf }: Visitor): Claims {
  const review = {
    [`${CLAIM}/claim/message_type`]: 'LtiSubmissionReviewRequest',
    [`${CLAIM}/claim/for_user`]: { user_id: reviewOf },
  };
  if (link !== null) {
    const resourceLink = { [`${CLAIM}/claim/resource_link`]: { id: link, title: `Link ${link}` } };
    return { ...resourceLink, ...(reviewOf === undefined ? {} : review) };
  }
  return {
    [`${CLAIM}/claim/message_type`]: 'LtiDeepLinkingRequest',
    [`${CLAIM}/claim/resource_link`]: undefined,
    [`${CLAIM}-dl/claim/deep_linking_settings`]: {
      deep_link_return_url: `${platform.url}/picked`,
      accept_types: ['ltiResourceLink'],
      accept_multiple: true,
      accept_presentation_document_targets: ['iframe', 'window'],
    },
  };
}

/** As Moodle fills a token: with both services, and roles of institution and system beside the course's. */
function claimsOf(platform: TestPlatform, nonce: string, target: string, who: Visitor): Claims {
  return {
    ...platform.claims(nonce, target),
    sub: who.sub,
    name: `Teacher ${who.sub}`,
    [`${CLAIM}/claim/target_link_uri`]: target,
    [`${CLAIM}/claim/roles`]: [
      'http://purl.imsglobal.org/vocab/lis/v2/institution/person#Learner',
      `http://purl.imsglobal.org/vocab/lis/v2/membership#${who.role ?? 'Learner'}`,
    ],
    [`${CLAIM}/claim/context`]: { id: who.course, label: who.course, title: `Course ${who.course}` },
    ...whatOf(platform, who),
    ...(who.custom ? { [`${CLAIM}/claim/custom`]: who.custom } : {}),
    [`${CLAIM}/claim/tool_platform`]: { guid: 'bench', name: 'Bench', product_family_code: 'bench' },
    [`${CLAIM}-ags/claim/endpoint`]: {
      scope: [`${CLAIM}-ags/scope/score`, `${CLAIM}-ags/scope/result.readonly`],
      lineitems: `${platform.url}/${who.course}/lineitems`,
      lineitem: `${platform.url}/${who.course}/lineitems/1`,
    },
    [`${CLAIM}-nrps/claim/namesroleservice`]: {
      context_memberships_url: `${platform.url}/${who.course}/memberships`,
      service_versions: ['2.0'],
    },
  };
}

/** One way to launch: where it begins and what it must end in. */
export interface Tool {
  loginUrl: string;
  target: string;
  /** Cookies that earlier launches have left in this browser and a login gets. */
  kept: readonly string[];
  /** The authorization URL that the answer to a login leads to. */
  authorizationUrlOf(answered: Answered): string;
  /** Takes the answer to the posted token to the page that a person sees. @throws when it is not that page */
  arrive(browser: Browser, answered: Answered): Promise<Answered>;
}

/** Login, the platform's signature, the posted token; answers the page. */
export async function launchOnce(
  browser: Browser,
  platform: TestPlatform,
  tool: Tool,
  who: Visitor,
): Promise<Answered> {
  const { issuer, clientId } = platform;
  const login = { iss: issuer, client_id: clientId, login_hint: who.sub, target_link_uri: tool.target };
  const begun = await browser.post(tool.loginUrl, { ...login, lti_message_hint: '{"cmid":3}' }, tool.kept);
  const { searchParams } = new URL(tool.authorizationUrlOf(begun));
  const claims = claimsOf(platform, searchParams.get('nonce') ?? '', tool.target, who);
  const form = { id_token: await platform.sign(claims), state: searchParams.get('state') ?? '' };
  return tool.arrive(browser, await browser.post(tool.target, form, begun.cookies));
}

function refuse(what: string, { status, text }: Answered): never {
  throw new Error(`${what} answered ${status}: ${text.slice(0, 500)}`);
}

/** Waymark, in a browser that has launched before: the login redirects, and the launch answers the page, with its bearer in it. */
export function waymarkTool(url: string): Tool {
  return {
    loginUrl: `${url}/lti/login`,
    target: `${url}/lti/launch`,
    kept: ['__Host-lti_probe=1'],
    authorizationUrlOf: (answered) => answered.location || refuse('the login', answered),
    async arrive(_browser, answered) {
      if (answered.status !== 200 || !answered.text.includes('id="waymark-session"'))
        refuse('the launch', answered);
      return Promise.resolve(answered);
    },
  };
}

/** Bare ltijs: the launch redirects, and the page that it leads to is what onConnect answers. */
export function bareTool(url: string): Tool {
  return {
    loginUrl: `${url}/login`,
    target: `${url}/`,
    kept: [],
    authorizationUrlOf: (answered) => answered.location || refuse('the bare login', answered),
    async arrive(browser, answered) {
      if (answered.status !== 302) refuse('the bare launch', answered);
      const page = await browser.get(new URL(answered.location, url).href, answered.cookies);
      if (page.text !== "It's alive!") refuse('the bare page', page);
      return page;
    },
  };
}
