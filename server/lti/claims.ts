import { z } from 'zod';
import { CLAIM, MESSAGE_TYPES, type MessageType } from './claimNames.ts';
import { LaunchRefused } from './launchRefused.ts';
import { Identifier, textsOf } from './received.ts';

/** AGS claim of a launch (AGS 2.0 §3.1). */
export interface AgsClaim {
  scopes: string[];
  lineItemsUrl: string | null;
  lineItemUrl: string | null;
}

export interface DeepLinkingSettings {
  returnUrl: string;
  acceptTypes: string[];
  acceptMultiple: boolean;
  /** Null: the platform does not say (Moodle), and takes line items. */
  acceptLineItem: boolean | null;
  documentTargets: string[];
  /** Echoed unchanged; null when absent. */
  data: string | null;
}

/** What a launch says, checked, shortened and without the platform's spelling. Absent things are null. */
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
  /** Strings only; unresolved `$Variables` and empty values are absent. */
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
  /** Lets http addresses through (demo, tests). */
  allowLocal: boolean;
}

const TEXT_MAX = 255;
const URL_MAX = 2000;
const DATA_MAX = 16 * 1024;
const CUSTOM_MAX = 4000;
const LIST_MAX = 500;

// control and format characters that reorder or hide text; joiners (U+200C, U+200D) stay, names need them
const UNSEEN = /[\p{Cc}\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]+/gu;

/** One line of text that a platform sent about somebody or something; null when there is nothing to show. */
export function toLine(value: unknown, max = TEXT_MAX): string | null {
  if (typeof value !== 'string') return null;
  const line = value.replace(UNSEEN, ' ').replace(/\s+/gu, ' ').trim();
  return Array.from(line).slice(0, max).join('').trim() || null;
}

/** The address, when it is one that may be kept and called or opened. Markup in it is never right. */
export function toAddress(value: unknown, allowLocal: boolean): string | null {
  if (typeof value !== 'string' || value.length > URL_MAX || /[\s<>"'`\\]/.test(value)) return null;
  if (!URL.canParse(value)) return null;
  const { protocol, username, password } = new URL(value);
  if (username || password) return null;
  return protocol === 'https:' || (allowLocal && protocol === 'http:') ? value : null;
}

/** BCP 47; Moodle writes `en_us`, and some write nothing. */
export function toLocale(value: unknown): string {
  if (typeof value !== 'string' || value.length > 35) return 'en';
  try {
    return Intl.getCanonicalLocales(value.replaceAll('_', '-'))[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/** One odd entry (null, a number, a text beyond all measure) must not take the others with it. */
const shortTexts = (list: readonly unknown[]): string[] => textsOf(list).filter((text) => text.length <= 500);
const loose = z.looseObject({});
const optionalObject = loose.optional().catch(undefined);

/** What must be right; all else is read leniently and left out when it is not. */
const Required = z.looseObject({
  sub: Identifier,
  [CLAIM.messageType]: z.enum(MESSAGE_TYPES),
  [CLAIM.deploymentId]: Identifier,
  [CLAIM.roles]: z.array(z.unknown()).max(LIST_MAX).transform(shortTexts),
  [CLAIM.context]: z.looseObject({ id: Identifier }).nullish(),
  [CLAIM.resourceLink]: z.looseObject({ id: Identifier }).nullish(),
  [CLAIM.forUser]: z.looseObject({ user_id: Identifier }).nullish(),
});

const Strings = z.array(z.unknown()).max(LIST_MAX).catch([]).transform(shortTexts);
const object = (value: unknown): Record<string, unknown> => optionalObject.parse(value) ?? {};

/** Which claim is at fault, as the reason of the refusal: `CLAIM_SUB`, `CLAIM_CONTEXT`, … */
function faultOf(error: z.ZodError): string {
  const claim = String(error.issues[0]?.path[0] ?? 'TOKEN');
  return `CLAIM_${claim.slice(claim.lastIndexOf('/') + 1).toUpperCase()}`;
}

function checkTarget(value: unknown, messageType: MessageType, publicUrl: string): void {
  if (value === undefined && messageType === 'LtiDeepLinkingRequest') return;
  if (!isOwnAddress(value, publicUrl)) throw new LaunchRefused('LAUNCH_MALFORMED', 'TARGET_LINK_URI_FOREIGN');
}

/** True for an address under PUBLIC_URL: nothing else is ever a launch's target. */
export function isOwnAddress(value: unknown, publicUrl: string): boolean {
  if (typeof value !== 'string' || value.length > URL_MAX || !URL.canParse(value)) return false;
  const own = new URL(publicUrl);
  const url = new URL(value);
  const path = own.pathname.replace(/\/$/, '');
  return url.origin === own.origin && (url.pathname === path || url.pathname.startsWith(`${path}/`));
}

function toCustom(value: unknown): Record<string, string> {
  const entries = Object.entries(object(value))
    .slice(0, 100)
    .map(([name, said]) => {
      return [name, typeof said === 'number' ? String(said) : said] as const;
    });
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
  const endpoint = object(value);
  const lineItemsUrl = toAddress(endpoint['lineitems'], allowLocal);
  const lineItemUrl = toAddress(endpoint['lineitem'], allowLocal);
  if (!lineItemsUrl && !lineItemUrl) return null;
  return { scopes: [...Strings.parse(endpoint['scope'])].sort(), lineItemsUrl, lineItemUrl };
}

function toDeepLinking(value: unknown, allowLocal: boolean): DeepLinkingSettings {
  const settings = object(value);
  const returnUrl = toAddress(settings['deep_link_return_url'], allowLocal);
  if (!returnUrl) throw new LaunchRefused('LAUNCH_MALFORMED', 'DEEP_LINK_RETURN_URL');
  const data = settings['data'];
  if (data !== undefined && (typeof data !== 'string' || data.length > DATA_MAX))
    throw new LaunchRefused('LAUNCH_MALFORMED', 'DEEP_LINK_DATA');
  const acceptLineItem = settings['accept_lineitem'];
  return {
    returnUrl,
    acceptTypes: Strings.parse(settings['accept_types']),
    acceptMultiple: settings['accept_multiple'] === true,
    acceptLineItem: typeof acceptLineItem === 'boolean' ? acceptLineItem : null,
    documentTargets: Strings.parse(settings['accept_presentation_document_targets']),
    data: data ?? null,
  };
}

function toDocumentTarget(value: unknown): LaunchClaims['documentTarget'] {
  return value === 'iframe' || value === 'window' || value === 'frame' ? value : null;
}

/**
 * Reads verified claims (LTI 1.3 core §5.3 and the services' launch claims).
 *
 * @throws {LaunchRefused} LAUNCH_MALFORMED, its reason naming the claim
 */
export function readClaims(payload: Readonly<Record<string, unknown>>, rules: ClaimRules): LaunchClaims {
  const parsed = Required.safeParse(payload);
  if (!parsed.success) throw new LaunchRefused('LAUNCH_MALFORMED', faultOf(parsed.error));
  const required = parsed.data;
  const messageType = required[CLAIM.messageType];
  const { allowLocal } = rules;
  checkTarget(payload[CLAIM.targetLinkUri], messageType, rules.publicUrl);
  const forUser = required[CLAIM.forUser] ?? null;
  if (messageType === 'LtiSubmissionReviewRequest' && !forUser)
    throw new LaunchRefused('LAUNCH_MALFORMED', 'FOR_USER_MISSING');
  const context = required[CLAIM.context] ?? null;
  const link = messageType === 'LtiDeepLinkingRequest' ? null : (required[CLAIM.resourceLink] ?? null);
  const presentation = object(payload[CLAIM.launchPresentation]);
  const platform = object(payload[CLAIM.toolPlatform]);
  return {
    messageType,
    deploymentId: required[CLAIM.deploymentId],
    sub: required.sub,
    name: toLine(payload['name']),
    givenName: toLine(payload['given_name']),
    familyName: toLine(payload['family_name']),
    email: toLine(payload['email'], 320),
    roles: required[CLAIM.roles],
    context: context && { id: context.id, label: toLine(context['label']), title: toLine(context['title']) },
    resourceLink: link && { id: link.id, title: toLine(link['title']) },
    custom: toCustom(payload[CLAIM.custom]),
    ags: toAgs(payload[CLAIM.ags], allowLocal),
    membershipsUrl: toAddress(object(payload[CLAIM.nrps])['context_memberships_url'], allowLocal),
    locale: toLocale(presentation['locale']),
    documentTarget: toDocumentTarget(presentation['document_target']),
    returnUrl: toAddress(presentation['return_url'], allowLocal),
    deepLinking:
      messageType === 'LtiDeepLinkingRequest'
        ? toDeepLinking(payload[CLAIM.deepLinkingSettings], allowLocal)
        : null,
    reviewOfSub: messageType === 'LtiSubmissionReviewRequest' && forUser ? forUser.user_id : null,
    toolPlatform: {
      guid: toLine(platform['guid']),
      name: toLine(platform['name']) ?? toLine(platform['description']),
      product: toLine(platform['product_family_code']),
      version: toLine(platform['version']),
    },
  };
}
