import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { POINTS_MAX } from '../../contract/deepLinking.ts';
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { toPageAddress } from './addresses.ts';
import { CLAIM } from './claimNames.ts';
import { RESOURCE_LINK, type DeepLinkingSettings } from './deepLinkingSettings.ts';
import type { ToolKeys } from './keys.ts';
import type { Platform } from './platforms.ts';

const DL = 'https://purl.imsglobal.org/spec/lti-dl/claim';
/** Moodle refuses an `iat` ahead of its clock and an `exp` behind it, without leeway. */
const BACK_DATE_S = 10;
/** At most 5 minutes after `iat` (LTI Security Framework §5.2.2). */
const LIFE_S = 300;
const TITLE_MAX = 255;
const CUSTOM_MAX = 255;
const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

/** One link as it is sent to the LMS (Deep Linking 2.0 §3.1). */
export interface LinkItem {
  title: string;
  text: string;
  url: string;
  custom: Readonly<Record<string, string>>;
  /** Null: no grade column. */
  lineItem: { label: string; scoreMaximum: number; resourceId: string; tag: string } | null;
}

export interface DeepLinkReply {
  platform: Pick<Platform, 'issuer' | 'clientId'>;
  /** The platform's id of it. */
  deploymentId: string;
  settings: DeepLinkingSettings;
  items: readonly LinkItem[];
  /** Shown by the LMS, if it shows it at all. */
  message?: string;
  errorMessage?: string;
}

/**
 * The URL that a reply is posted to, safe to put into a form.
 *
 * @throws {AppError} NOT_DEEP_LINKING for anything but https (or http on this machine, if allowed), and for markup
 */
export function requireReturnUrl(text: string, allowLocal: boolean): string {
  const address = toPageAddress(text, allowLocal);
  const url = address && new URL(address);
  if (!url || (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))) {
    throw new AppError('NOT_DEEP_LINKING', 'Your LMS gave no safe address for the reply. Ask its admin.');
  }
  return url.href;
}

function faultOf(item: LinkItem, index: number, settings: DeepLinkingSettings): string | null {
  const { title, custom, lineItem } = item;
  if (!settings.acceptTypes.includes(RESOURCE_LINK)) return 'your LMS does not take links to activities here';
  if (index > 0 && !settings.acceptMultiple) return 'your LMS takes one link at a time';
  // Moodle silently drops a longer title
  if (title.length === 0 || title.length > TITLE_MAX) return `its title needs 1 to ${TITLE_MAX} characters`;
  if (lineItem && settings.acceptLineItem === false) return 'your LMS takes no grade column with a link';
  // Moodle turns other maxima into a text column
  const points = lineItem?.scoreMaximum ?? 1;
  if (!Number.isInteger(points) || points < 1 || points > POINTS_MAX) {
    return `its points must be a whole number from 1 to ${POINTS_MAX}`;
  }
  return Object.entries(custom).every(isPlainCustom)
    ? null
    : 'its settings are not in a form that every LMS keeps';
}

/** Moodle duplicates keys with capitals, cuts values at line breaks and strips tags; `$` starts a variable everywhere. */
function isPlainCustom([key, value]: [string, string]): boolean {
  return /^[a-z][a-z0-9_]{0,49}$/u.test(key) && value.length <= CUSTOM_MAX && !/[\r\n<>]|^\$/u.test(value);
}

/**
 * Validates every item against what the platform accepts and how LMSs are known to behave, so that none is dropped silently.
 *
 * @throws {AppError} ITEM_NOT_ACCEPTED naming the first item that would not arrive, and why
 */
export function requireAcceptable(settings: DeepLinkingSettings, items: readonly LinkItem[]): void {
  items.forEach((item, index) => {
    const why = faultOf(item, index, settings);
    if (why === null) return;
    throw new AppError('ITEM_NOT_ACCEPTED', `“${item.title.slice(0, 80)}” can’t be added: ${why}.`, {
      fields: [{ path: `body.items.${index}`, message: why }],
    });
  });
}

function toContentItem({ title, text, url, custom, lineItem }: LinkItem) {
  return { type: RESOURCE_LINK, title, text, url, custom, ...(lineItem ? { lineItem } : {}) };
}

/**
 * Signs a deep linking response (Deep Linking 2.0 §4.5): iss is our client id and aud their issuer; `data` is returned unchanged.
 *
 * @throws {AppError} ITEM_NOT_ACCEPTED
 */
export async function signDeepLinkReply(
  deps: Pick<Deps, 'clock'> & { keys: Pick<ToolKeys, 'signingKey'> },
  reply: DeepLinkReply,
): Promise<string> {
  const { platform, settings, items, message, errorMessage } = reply;
  requireAcceptable(settings, items);
  const { kid, privateKey } = await deps.keys.signingKey();
  const issuedAt = Math.floor(deps.clock.now().getTime() / 1000) - BACK_DATE_S;
  return new SignJWT({
    nonce: randomUUID(),
    [CLAIM.deploymentId]: reply.deploymentId,
    [CLAIM.messageType]: 'LtiDeepLinkingResponse',
    [CLAIM.version]: '1.3.0',
    [`${DL}/content_items`]: items.map(toContentItem),
    ...(settings.data === null ? {} : { [`${DL}/data`]: settings.data }),
    ...(message ? { [`${DL}/msg`]: message } : {}),
    ...(errorMessage ? { [`${DL}/errormsg`]: errorMessage } : {}),
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .setIssuer(platform.clientId)
    .setAudience(platform.issuer)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFE_S)
    .sign(privateKey);
}
