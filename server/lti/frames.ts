import type { PlatformFamily } from '../../contract/common.ts';
import { toOrigin } from './addresses.ts';
import type { Platform } from './platforms.ts';
import { parseUrl } from '../url.ts';

/** Hosts under which the schools of a shared issuer are. */
const WILDCARDS: Readonly<Record<PlatformFamily, readonly string[]>> = {
  canvas: ['https://*.instructure.com', 'https://*.canvaslms.com'],
  schoology: ['https://*.schoology.com'],
  moodle: [],
  other: [],
};

/** True for a wildcard of ours; none can come from a platform's own values. */
export function isKnownWildcard(source: string): boolean {
  return Object.values(WILDCARDS).some((list) => list.includes(source));
}

/** From the stored platform: a launch adds its own to them. */
const fixedOrigins = new WeakMap<Platform, readonly string[]>();

/**
 * Exact origins of a platform: the issuer's, the authorization endpoint's, those an admin added, and that of the launch's
 * verified `return_url` (a school's own host name for Canvas). Only these get a postMessage.
 */
export function platformOrigins(platform: Platform, returnUrl: string | null): string[] {
  let fixed = fixedOrigins.get(platform);
  if (!fixed) {
    const all = [platform.issuer, platform.authOrigin, ...platform.addedOrigins];
    fixed = all.map(toOrigin).filter((origin) => origin !== null);
    fixedOrigins.set(platform, fixed);
  }
  const origin = toOrigin(returnUrl);
  return [...new Set(origin === null ? fixed : [...fixed, origin])];
}

/** Sources for `frame-ancestors`: those origins, and the wildcards of the platform's family. */
export function frameAncestors(platform: Platform, returnUrl: string | null): string[] {
  return [...platformOrigins(platform, returnUrl), ...WILDCARDS[platform.family]];
}

/** The LMS family, by what it calls itself or by its issuer. */
export function familyOf(productFamilyCode: unknown, issuer: string): PlatformFamily {
  const host = parseUrl(issuer)?.hostname ?? '';
  if (productFamilyCode === 'canvas' || /(^|\.)(instructure|canvaslms)\.com$/.test(host)) return 'canvas';
  if (productFamilyCode === 'schoology' || /(^|\.)schoology\.com$/.test(host)) return 'schoology';
  return productFamilyCode === 'moodle' ? 'moodle' : 'other';
}

/** For a page about a platform that is not registered: the origin it claims, so that its own frame may show why. */
export function claimedAncestors(issuer: string | null): string[] {
  const origin = toOrigin(issuer);
  if (origin === null) return ["'self'"];
  return [origin, ...WILDCARDS[familyOf(null, origin)]];
}
