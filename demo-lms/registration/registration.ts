import type { Answer } from '../modes/answer.ts';
import type { Lms } from '../lms.ts';
import { randomText } from '../state/ids.ts';
import type { RegistrationToken } from '../state/launches.ts';
import { ALL_SCOPES, SCOPE, type NewTool } from '../state/tools.ts';
import type { Tool } from '../state/types.ts';
import { asObject, readCustom } from '../deepLinking/contentItems.ts';

export const TOOL_CONFIGURATION = 'https://purl.imsglobal.org/spec/lti-tool-configuration';

/**
 * Makes a registration token, good for an hour: a JWT whose `sub` is the client id to be, for one use; or,
 * for Moodle's "Update", the deployment id of the tool that it may change repeatedly.
 */
export async function issueRegistrationToken(lms: Lms, updates: Tool | null = null): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const times = { iat, exp: iat + 3600 };
  if (updates) {
    const sub = updates.deployments[0] ?? updates.id;
    const token = await lms.keys.sign({ sub, scope: 'reg-update', ...times });
    lms.launches.rememberRegistration(token, { updates: updates.id });
    return token;
  }
  const clientId = randomText(12)
    .replace(/[^A-Za-z0-9]/g, 'x')
    .slice(0, 15);
  const token = await lms.keys.sign({ sub: clientId, scope: 'reg', ...times });
  lms.launches.rememberRegistration(token, { clientId });
  return token;
}

/** The tool of the same host and port that is registered already, if any: Moodle then offers to update it. */
export function findToolOfHost(lms: Lms, url: string): Tool | null {
  const { host } = new URL(url);
  return lms.tools.list().find((tool) => new URL(tool.targetLinkUri).host === host) ?? null;
}

/** The tool's registration URL with what a platform adds to its query (dynamic registration 1.0 §3.3). */
export function registrationUrl(lms: Lms, url: string, token: string): string {
  const full = new URL(url);
  full.searchParams.set('openid_configuration', lms.endpoint('openidConfiguration'));
  full.searchParams.set('registration_token', token);
  return full.href;
}

/** Answers the tool's registration request (dynamic registration 1.0 §3.5–3.6), with Moodle's checks and words. */
export function register(lms: Lms, bearer: string | null, body: Record<string, unknown> | null): Answer {
  if (!bearer) return plainText(401, 'missing_registration_token');
  const token = lms.launches.findRegistration(bearer);
  if (!token || !body) {
    const isMoodle = lms.rules().mode === 'moodle';
    return isMoodle
      ? { status: 404, contentType: 'text/html', body: '<!doctype html><title>Error</title>' }
      : plainText(401, 'invalid_token');
  }
  if (token.used || token.expiresAt < Date.now()) return plainText(401, 'token_already_used');
  const fault = findFault(body);
  if (fault) return plainText(400, fault);
  const tool = store(lms, token, body);
  return { status: lms.rules().mode === 'moodle' ? 200 : 201, body: toReply(lms, tool, body) };
}

function store(lms: Lms, token: RegistrationToken, body: Record<string, unknown>): Tool {
  const known = token.clientId === null && token.toolId ? lms.tools.get(token.toolId) : null;
  if (known) {
    const { clientId, deployments, state, inChooser } = known;
    // Moodle registers what it updates as new to its chooser: teachers don't see it until an admin shows it again
    const shown = inChooser && lms.rules().mode !== 'moodle';
    return Object.assign(known, toTool(lms, clientId, body), { deployments, state, inChooser: shown });
  }
  token.used = true;
  const tool = lms.registerTool(toTool(lms, token.clientId ?? randomText(12), body));
  token.toolId = tool.id;
  return tool;
}

/** GET of a registration with the token that made it. */
export function readRegistration(lms: Lms, bearer: string | null): Answer {
  const token = bearer ? lms.launches.findRegistration(bearer) : null;
  const tool = token?.toolId ? lms.tools.find(token.toolId) : null;
  return tool ? { status: 200, body: toReply(lms, tool, {}) } : plainText(401, 'invalid_token');
}

function plainText(status: number, body: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

function findFault(body: Record<string, unknown>): string | null {
  const configuration = asObject(body[TOOL_CONFIGURATION]);
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  if (!asTexts(body.response_types).includes('id_token')) return 'missing required attribute response_types';
  for (const name of ['initiate_login_uri', 'client_name', 'jwks_uri']) {
    if (!isText(body[name])) return `missing required attribute ${name}`;
  }
  if (asTexts(body.redirect_uris).length === 0) return 'missing required attribute redirect_uris';
  if (body.token_endpoint_auth_method !== 'private_key_jwt') {
    return 'missing required attribute token_endpoint_auth_method';
  }
  if (!isText(configuration.domain)) return 'missing required attribute domain';
  if (!isText(configuration.target_link_uri)) return 'missing required attribute target_link_uri';
  const target = String(configuration.target_link_uri);
  // Moodle compares with the port; a domain without it is refused.
  return URL.canParse(target) && new URL(target).host === configuration.domain
    ? null
    : 'domain_targetlinkuri_mismatch';
}

function toTool(lms: Lms, clientId: string, body: Record<string, unknown>): NewTool {
  const configuration = asObject(body[TOOL_CONFIGURATION]);
  const { mode } = lms.rules();
  const asked = typeof body.scope === 'string' ? body.scope.split(' ') : [];
  const target = String(configuration.target_link_uri);
  const messages = Array.isArray(configuration.messages) ? configuration.messages.map(asObject) : [];
  const deepLinking = messages.find((message) => message.type === 'LtiDeepLinkingRequest');
  const deepLinkingUri = deepLinking?.target_link_uri;
  return {
    name: stripTags(String(body.client_name)),
    description: typeof configuration.description === 'string' ? stripTags(configuration.description) : '',
    clientId,
    ...(mode === 'canvas' || mode === 'schoology' ? { deployments: [`${clientId}-1`] } : {}),
    initiateLoginUri: String(body.initiate_login_uri),
    redirectUris: asTexts(body.redirect_uris),
    jwksUri: String(body.jwks_uri),
    targetLinkUri: target,
    deepLinkingUri: typeof deepLinkingUri === 'string' && mode !== 'moodle' ? deepLinkingUri : target,
    scopes: grantScopes(asked, mode === 'moodle'),
    claims: Array.isArray(configuration.claims) ? asTexts(configuration.claims) : null,
    customParameters: readCustom(configuration.custom_parameters, mode === 'moodle'),
    logoUri: typeof body.logo_uri === 'string' ? body.logo_uri : null,
    state: 'pending',
    inChooser: mode !== 'moodle',
  };
}

/** Moodle gives reading, results and scores together when one of them is asked for. */
function grantScopes(asked: string[], isMoodle: boolean): string[] {
  const together: string[] = [SCOPE.score, SCOPE.result, SCOPE.lineItemReadOnly];
  const isAnyAsked = isMoodle && together.some((scope) => asked.includes(scope));
  return ALL_SCOPES.filter((scope) => asked.includes(scope) || (isAnyAsked && together.includes(scope)));
}

/** Moodle echoes the full line item scope beside `score`, though no token will have it. */
function echoedScopes(tool: Tool, isMoodle: boolean): string[] {
  const isLie = isMoodle && tool.scopes.includes(SCOPE.score) && !tool.scopes.includes(SCOPE.lineItem);
  return isLie ? [...tool.scopes, SCOPE.lineItem] : tool.scopes;
}

function toReply(lms: Lms, tool: Tool, body: Record<string, unknown>): Record<string, unknown> {
  const isMoodle = lms.rules().mode === 'moodle';
  const configuration = asObject(body[TOOL_CONFIGURATION]);
  return {
    client_id: tool.clientId,
    response_types: ['id_token'],
    jwks_uri: tool.jwksUri,
    initiate_login_uri: tool.initiateLoginUri,
    grant_types: ['client_credentials', 'implicit'],
    redirect_uris: tool.redirectUris,
    application_type: 'web',
    token_endpoint_auth_method: 'private_key_jwt',
    client_name: tool.name,
    logo_uri: tool.logoUri ?? '',
    scope: echoedScopes(tool, isMoodle).join(' '),
    [TOOL_CONFIGURATION]: {
      ...(isMoodle ? { version: '1.3.0' } : configuration),
      deployment_id: tool.deployments[0],
      target_link_uri: tool.targetLinkUri,
      domain: new URL(tool.targetLinkUri).host,
      description: tool.description,
      messages: [{ type: 'LtiDeepLinkingRequest', target_link_uri: tool.deepLinkingUri }],
      claims: tool.claims ?? ['sub', 'iss'],
      custom_parameters: tool.customParameters,
    },
  };
}

function asTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function stripTags(text: string): string {
  return text.replace(/<[^>]*>/g, '');
}
