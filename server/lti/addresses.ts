import { parseUrl } from '../url.ts';

const URL_MAX = 2000;

/**
 * Letters, digits, `-` and `_` in labels, or an IPv6 address. `new URL` also takes `;`, `,`, `*`, quotes and braces in a host,
 * each of which means something else in a Content-Security-Policy.
 */
const ORIGIN = /^https?:\/\/(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;
/** Markup is never right in an address, nor is what is no sign at all. */
const NEVER = /[\s<>"\\\p{Cc}]/u;

/** The origin of an http or https address, fit to stand in a policy or to get a message; else null. */
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

/** The address, when it is one that may be kept and called or opened. Markup in it is never right. */
export function toAddress(value: unknown, allowLocal: boolean): string | null {
  return typeof value === 'string' && readAddress(value, allowLocal) ? value : null;
}

/** The same for an address that a browser is to be led to: spaces and letters of any script in it are encoded. */
export function toPageAddress(value: unknown, allowLocal: boolean): string | null {
  if (typeof value !== 'string') return null;
  return readAddress(value.trim().replaceAll(' ', '%20'), allowLocal)?.href ?? null;
}

/** True for what may name a platform: an http or https address with a host (OpenID Connect core §2, `iss`). */
export function isIssuer(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > URL_MAX || NEVER.test(value)) return false;
  return /^https?:\/\//i.test(value) && toOrigin(value) !== null;
}
