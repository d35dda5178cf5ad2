import { z } from 'zod';
import type { PlatformFamily } from '../../contract/common.ts';
import { AGS_SCOPE, NRPS_SCOPE } from './claimNames.ts';
import { isIssuer, toAddress } from './addresses.ts';
import { toLine } from './claims.ts';
import { familyOf } from './frames.ts';
import { LaunchRefused } from './launchRefused.ts';
import type { RefusalReason } from './refusalReasons.ts';
import { lmsMessageOf } from './serviceFault.ts';
import { Identifier, isSuccess, objectOf, OptionalIdentifier, textsOf } from './received.ts';
import {
  OutboundError,
  type Outbound,
  type OutboundFault,
  type OutboundRequest,
  type OutboundResponse,
} from './outbound.ts';
import { parseUrl } from '../url.ts';

const PLATFORM_CONFIGURATION = 'https://purl.imsglobal.org/spec/lti-platform-configuration';
const TOOL_CONFIGURATION = 'https://purl.imsglobal.org/spec/lti-tool-configuration';
const CANVAS = 'https://canvas.instructure.com/lti';
/** URL of the picture that LMSs show next to the tool's name; they store it, so it never changes. */
const LOGO_PATH = '/lti/logo.png';

/** What a platform says about itself (dynamic registration 1.0 §3.4), checked. */
export interface PlatformConfiguration {
  issuer: string;
  authUrl: string;
  tokenUrl: string;
  /** `authorization_server` (Brightspace): audience of client assertions; null if it is the token URL. */
  tokenAudience: string | null;
  jwksUrl: string;
  registrationUrl: string;
  family: PlatformFamily;
  /** What the platform calls itself; null if it only says which product it is. */
  name: string | null;
  /** The product as a name: "Moodle". */
  make: string;
  /** Null if the platform does not say. */
  scopes: string[] | null;
}

/** What identifies a registration at its platform. */
export interface Registered {
  clientId: string;
  deploymentId: string | null;
}

export interface RegistrationDeps {
  outbound: Pick<Outbound, 'request'>;
  config: { publicUrl: string; allowLocalPlatforms: boolean };
}

const Configuration = z.looseObject({
  issuer: z.string().min(1).max(2000),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  registration_endpoint: z.string(),
  authorization_server: z.string().max(2000).optional().catch(undefined),
  scopes_supported: z.array(z.unknown()).transform(textsOf).optional().catch(undefined),
  [PLATFORM_CONFIGURATION]: z.looseObject({}).optional().catch(undefined),
});

const Reply = z.looseObject({
  client_id: Identifier,
  [TOOL_CONFIGURATION]: z.looseObject({ deployment_id: OptionalIdentifier }).optional().catch(undefined),
});

function refused(
  reason: RefusalReason,
  configUrl: string,
  options: { cause?: unknown; answer?: OutboundResponse } = {},
) {
  const { cause, answer } = options;
  // Moodle says in plain text which attribute is missing
  const facts = answer ? { httpStatus: answer.status, lmsMessage: lmsMessageOf(answer) } : {};
  return new LaunchRefused(reason, { cause, claimedIssuer: configUrl, facts });
}

const isCanvasHost = (host: string): boolean => /(^|\.)(instructure|canvaslms)\.com$/.test(host);

/**
 * A platform may speak for its own host only. Canvas serves the configuration of its shared issuer from other hosts of its own.
 */
function mayClaim(issuer: string, configUrl: string): boolean {
  const [claimed, served] = [new URL(issuer), new URL(configUrl)];
  return claimed.host === served.host || (isCanvasHost(claimed.hostname) && isCanvasHost(served.hostname));
}

const FAULTS = {
  address_refused: 'ADDRESS_REFUSED',
  timeout: 'TIMEOUT',
  network: 'NETWORK',
  too_large: 'TOO_LARGE',
} as const satisfies Record<OutboundFault, string>;

/** Any response of the platform, or a refusal that names the step: `CONFIGURATION_ADDRESS_REFUSED`, `REGISTRATION_TIMEOUT`, … */
async function ask(
  { outbound }: RegistrationDeps,
  step: 'CONFIGURATION' | 'REGISTRATION',
  configUrl: string,
  request: OutboundRequest,
): Promise<OutboundResponse> {
  try {
    return await outbound.request(request);
  } catch (error) {
    const fault = error instanceof OutboundError ? FAULTS[error.fault] : 'FAILED';
    throw refused(`${step}_${fault}`, configUrl, { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

const bearer = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };

/**
 * Reads the platform's configuration. Redirects are not followed; Canvas requires the token here too.
 *
 * @throws {LaunchRefused} REGISTRATION_REFUSED
 */
export async function readPlatformConfiguration(
  deps: RegistrationDeps,
  configUrl: string,
  token: string | null,
): Promise<PlatformConfiguration> {
  const response = await ask(deps, 'CONFIGURATION', configUrl, {
    method: 'GET',
    url: configUrl,
    headers: bearer(token),
  });
  if (!isSuccess(response.status)) throw refused('CONFIGURATION_STATUS', configUrl, { answer: response });
  const parsed = Configuration.safeParse(parseJson(response.body));
  if (!parsed.success) throw refused('CONFIGURATION_SHAPE', configUrl);
  const said = parsed.data;
  if (!isIssuer(said.issuer)) throw refused('ISSUER_NOT_ADDRESS', configUrl);
  if (!mayClaim(said.issuer, configUrl)) throw refused('ISSUER_NOT_OF_HOST', configUrl);
  const address = (value: unknown): string => {
    const checked = toAddress(value, deps.config.allowLocalPlatforms);
    if (!checked) throw refused('CONFIGURATION_ADDRESS', configUrl);
    return checked;
  };
  const platform = objectOf(said[PLATFORM_CONFIGURATION]);
  const family = familyOf(platform['product_family_code'], said.issuer);
  return {
    issuer: said.issuer,
    authUrl: address(said.authorization_endpoint),
    tokenUrl: address(said.token_endpoint),
    tokenAudience: said.authorization_server ?? null,
    jwksUrl: address(said.jwks_uri),
    registrationUrl: address(said.registration_endpoint),
    family,
    name: toLine(platform[`${CANVAS}/account_name`]) ?? toLine(platform['name']),
    make: productNameOf(family, platform['product_family_code'], said.issuer),
    scopes: said.scopes_supported ?? null,
  };
}

const MAKES: Readonly<Record<Exclude<PlatformFamily, 'other'>, string>> = {
  canvas: 'Canvas',
  moodle: 'Moodle',
  schoology: 'Schoology',
};

/** Name of a platform's product; its host if it names none. */
export function productNameOf(family: PlatformFamily, productFamilyCode: unknown, issuer: string): string {
  if (family !== 'other') return MAKES[family];
  return toLine(productFamilyCode) ?? parseUrl(issuer)?.host ?? issuer;
}

function messagesFor(family: PlatformFamily, launchUrl: string): object[] {
  const link = { type: 'LtiResourceLinkRequest', target_link_uri: launchUrl, label: 'Waymark' };
  const deepLink = { type: 'LtiDeepLinkingRequest', target_link_uri: launchUrl, label: 'Waymark' };
  if (family !== 'canvas') return [link, { ...deepLink, placements: ['ContentArea'] }];
  const placements = ['assignment_selection', 'link_selection', 'module_index_menu_modal'];
  return [
    { ...link, placements: ['course_navigation'], [`${CANVAS}/course_navigation/default_enabled`]: false },
    { ...deepLink, placements },
  ];
}

/**
 * The registration request (dynamic registration 1.0 §3.5): only scopes that the platform has, for Canvas with its extensions.
 */
function toRegistrationRequest(
  publicUrl: string,
  { family, scopes }: Pick<PlatformConfiguration, 'family' | 'scopes'>,
): Record<string, unknown> {
  const launchUrl = `${publicUrl}/lti/launch`;
  const wanted = [...Object.values(AGS_SCOPE), NRPS_SCOPE].filter(
    (scope) => scopes === null || scopes.includes(scope),
  );
  return {
    application_type: 'web',
    response_types: ['id_token'],
    grant_types: ['implicit', 'client_credentials'],
    initiate_login_uri: `${publicUrl}/lti/login`,
    redirect_uris: [launchUrl],
    client_name: 'Waymark',
    client_uri: publicUrl,
    logo_uri: `${publicUrl}${LOGO_PATH}`,
    jwks_uri: `${publicUrl}/lti/jwks`,
    token_endpoint_auth_method: 'private_key_jwt',
    scope: wanted.join(' '),
    [TOOL_CONFIGURATION]: {
      // Moodle compares it with the host and port of target_link_uri
      domain: new URL(publicUrl).host,
      description:
        'Pathways of professional learning: learn, try it in class, reflect, hand in, earn a badge.',
      target_link_uri: launchUrl,
      // strings only (Canvas); never a key of an item, which the tool's own would override (Moodle)
      custom_parameters: { context_history: '$Context.id.history' },
      claims: ['iss', 'sub', 'name', 'given_name', 'family_name', 'email'],
      messages: messagesFor(family, launchUrl),
      ...(family === 'canvas'
        ? { [`${CANVAS}/privacy_level`]: 'public', [`${CANVAS}/tool_id`]: 'waymark' }
        : {}),
    },
  };
}

const Claims = z.looseObject({ scope: z.literal('reg-update') });

/**
 * True for a token with which Moodle lets a known tool be registered again. It is only read: the platform alone can verify it.
 */
function isForUpdate(token: string | null): boolean {
  const claims = Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString();
  return Claims.safeParse(parseJson(claims)).success;
}

function readReply(response: OutboundResponse): Registered | null {
  const reply = Reply.safeParse(parseJson(response.body));
  if (!reply.success) return null;
  return {
    clientId: reply.data.client_id,
    deploymentId: reply.data[TOOL_CONFIGURATION]?.deployment_id ?? null,
  };
}

/**
 * The registration that a token is to update (Moodle's "Update", whose POST already hides the tool from teachers); null for a
 * token of a new one.
 *
 * @throws {LaunchRefused} REGISTRATION_REFUSED if the platform does not allow it to be read: then it must not be written
 */
export async function readRegistrationToUpdate(
  deps: RegistrationDeps,
  platform: PlatformConfiguration,
  token: string | null,
): Promise<Registered | null> {
  if (!isForUpdate(token)) return null;
  const { issuer, registrationUrl } = platform;
  const response = await ask(deps, 'REGISTRATION', issuer, {
    method: 'GET',
    url: registrationUrl,
    headers: bearer(token),
  });
  const registered = isSuccess(response.status) ? readReply(response) : null;
  if (!registered) throw refused('UPDATE_UNREADABLE', issuer, { answer: response });
  return registered;
}

/**
 * Registers at the platform; Moodle returns 200, others 201: any 2xx with a client id is accepted.
 *
 * @throws {LaunchRefused} REGISTRATION_REFUSED
 */
export async function postRegistration(
  deps: RegistrationDeps,
  platform: PlatformConfiguration,
  token: string | null,
): Promise<Registered> {
  const { registrationUrl } = platform;
  const response = await ask(deps, 'REGISTRATION', platform.issuer, {
    method: 'POST',
    url: registrationUrl,
    headers: { 'content-type': 'application/json', ...bearer(token) },
    body: JSON.stringify(toRegistrationRequest(deps.config.publicUrl, platform)),
  });
  if (!isSuccess(response.status)) {
    throw refused('REGISTRATION_STATUS', platform.issuer, { answer: response });
  }
  const registered = readReply(response);
  if (!registered) throw refused('REGISTRATION_REPLY', platform.issuer);
  return registered;
}
