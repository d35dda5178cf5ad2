import { createServer, type Server } from 'node:http';
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type GenerateKeyPairResult, type JWTPayload } from 'jose';
import { startDemoLms, type DemoLms, type DemoLmsOptions } from '../../../demo-lms/server.ts';
import type { Tool } from '../../../demo-lms/state/types.ts';

/** A tool of its own for these tests: a key set on a real port, and a hand to sign with. */
export interface SmallTool {
  url: string;
  /** How often the key set was fetched. */
  fetches: () => number;
  rotate: () => Promise<void>;
  sign: (claims: JWTPayload, times?: { iat?: number; exp?: number; kid?: string }) => Promise<string>;
  close: () => Promise<void>;
}

async function startSmallTool(): Promise<SmallTool> {
  let fetches = 0;
  firstPair ??= generateKeyPair('RS256');
  let keys = await describeKeys(await firstPair);
  const server = createServer((_req, res) => {
    fetches += 1;
    res.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: [keys.jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    fetches: () => fetches,
    rotate: async () => {
      keys = await describeKeys(await generateKeyPair('RS256'));
    },
    sign: (claims, times = {}) => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: times.kid ?? String(keys.jwk.kid) })
        .setIssuedAt(times.iat ?? now - 5)
        .setExpirationTime(times.exp ?? now + 60)
        .sign(keys.privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Shared by all small tools, one at a time: making a pair takes long. */
let firstPair: ReturnType<typeof generateKeyPair> | null = null;

async function describeKeys({ privateKey, publicKey }: GenerateKeyPairResult) {
  return {
    privateKey,
    jwk: { ...(await exportJWK(publicKey)), kid: randomUUID(), alg: 'RS256', use: 'sig' },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

export interface Scene {
  demo: DemoLms;
  tool: SmallTool;
  registered: Tool;
  courseId: string;
  close: () => Promise<void>;
}

/** An LMS with a registered tool and its one course. */
export async function setScene(options: DemoLmsOptions = {}): Promise<Scene> {
  const [demo, tool] = await Promise.all([startDemoLms(options), startSmallTool()]);
  const registered = demo.lms.registerTool({
    name: 'Small tool',
    initiateLoginUri: `${tool.url}/login`,
    redirectUris: [`${tool.url}/launch`],
    targetLinkUri: `${tool.url}/launch`,
    jwksUri: `${tool.url}/jwks`,
  });
  const courseId = demo.lms.courses.list()[0]?.id ?? '';
  const close = async () => {
    await Promise.all([demo.close(), tool.close()]);
  };
  return { demo, tool, registered, courseId, close };
}

/** Asks for an access token as a good tool does; `claims` and `times` change its assertion. */
export async function askToken(
  scene: Scene,
  scope: string,
  claims: JWTPayload = {},
  times: { iat?: number; exp?: number; kid?: string } = {},
): Promise<Response> {
  const { clientId } = scene.registered;
  const assertion = await scene.tool.sign(
    { iss: clientId, sub: clientId, aud: scene.demo.lms.endpoint('token'), jti: randomUUID(), ...claims },
    times,
  );
  return fetch(scene.demo.lms.endpoint('token'), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      scope,
    }),
  });
}

const SCORE_TYPE = 'application/vnd.ims.lis.v1.score+json';
export const ITEM_TYPE = 'application/vnd.ims.lis.v2.lineitem+json';
export const CONTAINER_TYPE = 'application/vnd.ims.lis.v2.lineitemcontainer+json';
export const RESULT_TYPE = 'application/vnd.ims.lis.v2.resultcontainer+json';

/** A call with a token for every scope that the tool has. */
export function call(
  scene: Scene,
  url: string,
  init: RequestInit & { type?: string } = {},
): Promise<Response> {
  const { type, ...rest } = init;
  const token = scene.demo.lms.tokens.issue(scene.registered.id, scene.registered.scopes);
  const headers = new Headers(rest.headers);
  if (!headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
  if (type) headers.set((rest.method ?? 'GET') === 'GET' ? 'accept' : 'content-type', type);
  return fetch(url, { ...rest, headers });
}

/** Posts a full score for a person to a line item; `change` overrides members. */
export function postScore(
  scene: Scene,
  lineItemUrl: string,
  personId: string,
  change: Record<string, unknown> = {},
): Promise<Response> {
  const body = {
    userId: scene.demo.lms.subOf(personId),
    scoreGiven: 8,
    scoreMaximum: 10,
    activityProgress: 'Completed',
    gradingProgress: 'FullyGraded',
    timestamp: new Date().toISOString(),
    comment: 'Approved',
    ...change,
  };
  return call(scene, beforeQuery(lineItemUrl, 'scores'), {
    method: 'POST',
    type: SCORE_TYPE,
    body: JSON.stringify(body),
  });
}

export function beforeQuery(url: string, segment: string): string {
  const [path, query] = url.split('?');
  return `${path}/${segment}${query === undefined ? '' : `?${query}`}`;
}

/** An activity with a column of `points`, and the column's URL. */
export function embedGraded(scene: Scene, points = 10): { linkId: string; itemId: string; url: string } {
  const { lms } = scene.demo;
  const link = lms.embed({
    courseId: scene.courseId,
    toolId: scene.registered.id,
    title: 'Module 1',
    custom: { wm_module: 'm-1' },
    lineItem: { scoreMaximum: points, resourceId: 'm-1', tag: 'wm' },
  });
  const item = lms.columnOf(link.id);
  if (!item) throw new Error('The activity has no column');
  return { linkId: link.id, itemId: item.id, url: lms.lineItemUrl(item, scene.registered.id) };
}

/** Sends the authorization request of a launch; `change` overrides parameters, an empty value takes one away. */
export function authorize(
  scene: Scene,
  login: Record<string, string>,
  change: Record<string, string> = {},
): Promise<Response> {
  const params = new URLSearchParams({
    scope: 'openid',
    response_type: 'id_token',
    response_mode: 'form_post',
    prompt: 'none',
    client_id: login.client_id ?? '',
    redirect_uri: scene.registered.redirectUris[0] ?? '',
    state: 'state-1',
    nonce: 'nonce-1',
    login_hint: login.login_hint ?? '',
    lti_message_hint: login.lti_message_hint ?? '',
    // as Moodle's own second post: these requests have no cookie
    repost: 'true',
    ...change,
  });
  for (const [name, value] of Object.entries(change)) if (value === '') params.delete(name);
  return fetch(`${scene.demo.lms.endpoint('authorization')}?${params.toString()}`, { redirect: 'manual' });
}

/** The fields and the target of the first form of a page. */
export function readForm(page: string): { action: string; fields: Record<string, string> } {
  const action = attribute(/<form\b[^>]*>/.exec(page)?.[0] ?? '', 'action');
  const fields = [...page.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([tag]): [string, string] => [
    attribute(tag, 'name'),
    attribute(tag, 'value'),
  ]);
  return { action, fields: Object.fromEntries(fields) };
}

function attribute(tag: string, name: string): string {
  return unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

export function unescape(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
