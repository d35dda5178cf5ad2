import { z } from 'zod';
import { toAddress, toPageAddress } from './addresses.ts';
import { CLAIM, MESSAGE_TYPES, type MessageType } from './claimNames.ts';
import { toDeepLinkingSettings, type DeepLinkingSettings } from './deepLinkingSettings.ts';
import { LaunchRefused } from './launchRefused.ts';
import { Identifier, objectOf, shortTextsOf } from './received.ts';
import type { RefusalReason } from './refusalReasons.ts';
import { describeClaim } from './describeClaim.ts';
import { parseUrl } from '../url.ts';

/** AGS claim of a launch (AGS 2.0 §3.1). */
export interface AgsClaim {
  scopes: string[];
  lineItemsUrl: string | null;
  lineItemUrl: string | null;
}

/** What a launch says, checked, shortened and independent of the platform's spelling. Missing values are null. */
export interface LaunchClaims {
  messageType: MessageType;
  deploymentId: string;
  sub: string;
  name: string | null;
  givenName: string | null;
  familyName: string | null;
  email: string | null;
  roles: string[];
  context: { id: string; label: string | null; title: string | null } | null;
  resourceLink: { id: string; title: string | null } | null;
  /** Strings only; unresolved `$Variables` and empty values count as absent. */
  custom: Readonly<Record<string, string>>;
  ags: AgsClaim | null;
  membershipsUrl: string | null;
  locale: string;
  documentTarget: 'iframe' | 'window' | 'frame' | null;
  returnUrl: string | null;
  deepLinking: DeepLinkingSettings | null;
  /** `user_id` of `for_user` (submission review). */
  reviewOfSub: string | null;
  toolPlatform: { guid: string | null; name: string | null; product: string | null; version: string | null };
}

export interface ClaimRules {
  /** Origin and path under which every `target_link_uri` must lie. */
  publicUrl: string;
  /** Accepts http URLs (demo, tests). */
  allowLocal: boolean;
}

const TEXT_MAX = 255;
const URL_MAX = 2000;
const CUSTOM_MAX = 4000;

// control and format characters that reorder or hide text; joiners (U+200C, U+200D) stay, because names need them
const INVISIBLE = /[\p{Cc}\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]+/gu;

/** One line of text that a platform sent about somebody or something; null if there is nothing to show. */
export function toLine(value: unknown, max = TEXT_MAX): string | null {
  if (typeof value !== 'string') return null;
  const line = value.replace(INVISIBLE, ' ').replace(/\s+/gu, ' ').trim();
  if (line.length <= max) return line || null;
  // counts UTF-16 units, as schemas do, but never splits a character
  const end = line.codePointAt(max - 1) === line.charCodeAt(max - 1) ? max : max - 1;
  return line.slice(0, end).trim() || null;
}

/** BCP 47; Moodle writes `en_us`, and some write nothing. */
function toLocale(value: unknown): string {
  if (typeof value !== 'string' || value.length > 35) return 'en';
  try {
    return Intl.getCanonicalLocales(value.replaceAll('_', '-'))[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/** Must be valid: without it there is no person, or nothing to show. */
const Required = z.looseObject({
  sub: Identifier,
  [CLAIM.messageType]: z.enum(MESSAGE_TYPES),
  [CLAIM.deploymentId]: Identifier,
  // absent is wrong, an empty list is not (LTI certification); unreadable entries are omitted
  [CLAIM.roles]: z.array(z.unknown()),
});
const REQUIRED: Readonly<Record<string, RefusalReason>> = {
  sub: 'CLAIM_SUB',
  [CLAIM.messageType]: 'MESSAGE_TYPE',
  [CLAIM.deploymentId]: 'CLAIM_DEPLOYMENT_ID',
  [CLAIM.roles]: 'CLAIM_ROLES',
};

type Payload = Readonly<Record<string, unknown>>;

function malformed(reason: RefusalReason, payload: Payload, claim: string): LaunchRefused {
  return new LaunchRefused(reason, { facts: describeClaim(claim, payload[claim]) });
}

function readRequired(payload: Payload): z.output<typeof Required> {
  const parsed = Required.safeParse(payload);
  if (parsed.success) return parsed.data;
  const claim = String(parsed.error.issues[0]?.path[0] ?? '');
  throw malformed(REQUIRED[claim] ?? 'TOKEN_MALFORMED', payload, claim);
}

/** The object of a claim, if it has an id that identifies it; null if it says nothing. */
function identified(value: unknown): (Record<string, unknown> & { id: string }) | null {
  const object = objectOf(value);
  const id = Identifier.safeParse(object['id']);
  return id.success ? { ...object, id: id.data } : null;
}

/** Deep linking has no target, and needs none. */
function checkTarget(payload: Payload, messageType: MessageType, publicUrl: string): void {
  if (messageType === 'LtiDeepLinkingRequest' || isOwnAddress(payload[CLAIM.targetLinkUri], publicUrl))
    return;
  throw malformed('TARGET_LINK_URI_FOREIGN', payload, CLAIM.targetLinkUri);
}

/** What is opened: the link itself, and for a submission the person it belongs to. */
function readSubject(
  payload: Payload,
  messageType: MessageType,
): Pick<LaunchClaims, 'resourceLink' | 'reviewOfSub'> {
  if (messageType === 'LtiDeepLinkingRequest') return { resourceLink: null, reviewOfSub: null };
  const link = identified(payload[CLAIM.resourceLink]);
  if (!link) throw malformed('CLAIM_RESOURCE_LINK', payload, CLAIM.resourceLink);
  const resourceLink = { id: link.id, title: toLine(link['title']) };
  if (messageType !== 'LtiSubmissionReviewRequest') return { resourceLink, reviewOfSub: null };
  const whose = payload[CLAIM.forUser] ?? null;
  if (whose === null) throw malformed('FOR_USER_MISSING', payload, CLAIM.forUser);
  const of = Identifier.safeParse(objectOf(whose)['user_id']);
  if (!of.success) throw malformed('CLAIM_FOR_USER', payload, CLAIM.forUser);
  return { resourceLink, reviewOfSub: of.data };
}

/** True for a URL under PUBLIC_URL: nothing else is ever the target of a launch. */
export function isOwnAddress(value: unknown, publicUrl: string): boolean {
  const url = typeof value === 'string' && value.length <= URL_MAX ? parseUrl(value) : null;
  if (!url) return false;
  const own = new URL(publicUrl);
  const path = own.pathname.replace(/\/$/, '');
  return url.origin === own.origin && (url.pathname === path || url.pathname.startsWith(`${path}/`));
}

function toCustom(value: unknown): Record<string, string> {
  const entries = Object.entries(objectOf(value)).map(
    ([name, said]) => [name, typeof said === 'number' ? String(said) : said] as const,
  );
  return Object.fromEntries(
    entries.filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === 'string' &&
        entry[1] !== '' &&
        entry[1].length <= CUSTOM_MAX &&
        !entry[1].startsWith('$'),
    ),
  );
}

function toAgs(value: unknown, allowLocal: boolean): AgsClaim | null {
  const endpoint = objectOf(value);
  const lineItemsUrl = toAddress(endpoint['lineitems'], allowLocal);
  const lineItemUrl = toAddress(endpoint['lineitem'], allowLocal);
  if (!lineItemsUrl && !lineItemUrl) return null;
  return { scopes: shortTextsOf(endpoint['scope']).sort(), lineItemsUrl, lineItemUrl };
}

function toDocumentTarget(value: unknown): LaunchClaims['documentTarget'] {
  return value === 'iframe' || value === 'window' || value === 'frame' ? value : null;
}

/**
 * Reads verified claims (LTI 1.3 core §5.3 and the services' launch claims). Only claims that say who is launching and what is
 * opened may refuse; anything else that is empty, missing or of an unexpected type counts as absent.
 *
 * @throws {LaunchRefused} LAUNCH_MALFORMED, its reason naming the claim
 */
export function readClaims(payload: Payload, { publicUrl, allowLocal }: ClaimRules): LaunchClaims {
  const required = readRequired(payload);
  const messageType = required[CLAIM.messageType];
  checkTarget(payload, messageType, publicUrl);
  const context = identified(payload[CLAIM.context]);
  const presentation = objectOf(payload[CLAIM.launchPresentation]);
  const platform = objectOf(payload[CLAIM.toolPlatform]);
  return {
    messageType,
    deploymentId: required[CLAIM.deploymentId],
    sub: required.sub,
    name: toLine(payload['name']),
    givenName: toLine(payload['given_name']),
    familyName: toLine(payload['family_name']),
    email: toLine(payload['email'], 320),
    roles: shortTextsOf(required[CLAIM.roles]),
    context: context && { id: context.id, label: toLine(context['label']), title: toLine(context['title']) },
    ...readSubject(payload, messageType),
    custom: toCustom(payload[CLAIM.custom]),
    ags: toAgs(payload[CLAIM.ags], allowLocal),
    membershipsUrl: toAddress(objectOf(payload[CLAIM.nrps])['context_memberships_url'], allowLocal),
    locale: toLocale(presentation['locale']),
    documentTarget: toDocumentTarget(presentation['document_target']),
    returnUrl: toPageAddress(presentation['return_url'], allowLocal),
    deepLinking:
      messageType === 'LtiDeepLinkingRequest'
        ? toDeepLinkingSettings(payload[CLAIM.deepLinkingSettings], allowLocal)
        : null,
    toolPlatform: {
      guid: toLine(platform['guid']),
      name: toLine(platform['name']) ?? toLine(platform['description']),
      product: toLine(platform['product_family_code']),
      version: toLine(platform['version']),
    },
  };
}
