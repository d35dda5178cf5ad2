import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request } from 'express';
import { hashSecret } from './secrets.ts';

/**
 * Comes back if cookies work in this frame: the next login of this browser needs no page of its own. Contains only `1`. Readable
 * by script: the login page asks for it, and the binding page removes it if it was wrong.
 */
export const PROBE_COOKIE = '__Host-lti_probe';
export const PROBE_SECONDS = 180 * 24 * 3600;

/**
 * A cookie that comes back in a third-party frame (CHIPS): only `Secure; SameSite=None; Partitioned` survives the
 * cross-site POST of a launch. `__Host-` binds it to this host and to Path=/.
 */
export function frameCookie(name: string, value: string, maxAgeSeconds: number, httpOnly = true): string {
  return stringifySetCookie({
    name,
    value,
    path: '/',
    maxAge: maxAgeSeconds,
    httpOnly,
    secure: true,
    sameSite: 'none',
    partitioned: true,
  });
}

/** All cookies of a request, in the browser's order: oldest first among equal paths (RFC 6265 §5.4). */
export function cookiesOf(req: Request): ReadonlyMap<string, string> {
  const parsed = Object.entries(parseCookie(req.get('cookie') ?? ''));
  return new Map(parsed.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** What the browser keeps of one login: each has its own names, so that two at once do not interfere. */
export function bindingNames(loginId: string): { cookie: string; storageKey: string } {
  const short = hashSecret(loginId).slice(0, 16);
  return { cookie: `__Host-lti_${short}`, storageKey: `wm_lti_${short}` };
}
