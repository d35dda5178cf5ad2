import { parseUrl } from '../url.ts';

const URL_MAX = 2000;

/**
 * Letters, digits, `-` and `_` in labels, or an IPv6 address. `new URL` also accepts `;`, `,`, `*`, quotes and braces in a host,
 * each of which means something else in a Content-Security-Policy.
 */
const ORIGIN = /^https?:\/\/(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;
/** Markup is never valid in a URL, nor are control characters. */
const NEVER = /[\s<>"\\\p{Cc}]/u;

/** The origin of an http or https URL, safe to put into a policy or to send a message to; otherwise null. */
export function toOrigin(address: unknown): string | null {
  const url = typeof address === 'string' ? parseUrl(address) : null;
  return url && originOf(url);
}

function originOf({ origin }: URL): string | null {
  return ORIGIN.test(origin) ? origin : null;
}

function readAddress(value: unknown, allowLocal: boolean): URL | null {
  if (typeof value !== 'string' || value.length > URL_MAX || NEVER.test(value)) return null;
  const url = parseUrl(value);
  if (!url || originOf(url) === null || url.username || url.password) return null;
  return url.protocol === 'https:' || (allowLocal && url.protocol === 'http:') ? url : null;
}

/** The URL, if it may be stored and called or opened. Markup in it is never valid. */
export function toAddress(value: unknown, allowLocal: boolean): string | null {
  return typeof value === 'string' && readAddress(value, allowLocal) ? value : null;
}

/** The same for a URL that a browser is sent to: spaces and letters of any script in it are encoded. */
export function toPageAddress(value: unknown, allowLocal: boolean): string | null {
  if (typeof value !== 'string') return null;
  return readAddress(value.trim().replaceAll(' ', '%20'), allowLocal)?.href ?? null;
}

/** True for anything that may identify a platform: an http or https URL with a host (OpenID Connect core §2, `iss`). */
export function isIssuer(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > URL_MAX || NEVER.test(value)) return false;
  return /^https?:\/\//i.test(value) && toOrigin(value) !== null;
}
