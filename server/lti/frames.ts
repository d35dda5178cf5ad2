import type { PlatformFamily } from '../../contract/common.ts';
import type { Platform } from './platforms.ts';

/** Hosts under which the schools of a shared issuer live. */
const WILDCARDS: Readonly<Record<PlatformFamily, readonly string[]>> = {
  canvas: ['https://*.instructure.com', 'https://*.canvaslms.com'],
  schoology: ['https://*.schoology.com'],
  moodle: [],
  other: [],
};

function originOf(address: string | null): string | null {
  if (address === null || !URL.canParse(address)) return null;
  const { origin } = new URL(address);
  return origin === 'null' ? null : origin;
}

/**
 * Exact origins of a platform: the issuer's, the authorization endpoint's, those an admin added, and the one of the
 * launch's verified `return_url` (a school's own host name for Canvas). The only ones that get a postMessage.
 */
export function platformOrigins(platform: Platform, returnUrl: string | null): string[] {
  const all = [
    originOf(platform.issuer),
    platform.authOrigin,
    ...platform.addedOrigins,
    originOf(returnUrl),
  ].filter((origin) => origin !== null);
  return [...new Set(all)];
}

/** Sources for `frame-ancestors`: those origins, and the wildcards of the platform's family. */
export function frameAncestors(platform: Platform, returnUrl: string | null): string[] {
  return [...platformOrigins(platform, returnUrl), ...WILDCARDS[platform.family]];
}

/** Which LMS it is, by what it calls itself or by its issuer. */
export function familyOf(productFamilyCode: unknown, issuer: string): PlatformFamily {
  const host = URL.canParse(issuer) ? new URL(issuer).hostname : '';
  if (productFamilyCode === 'canvas' || /(^|\.)(instructure|canvaslms)\.com$/.test(host)) return 'canvas';
  if (productFamilyCode === 'schoology' || /(^|\.)schoology\.com$/.test(host)) return 'schoology';
  return productFamilyCode === 'moodle' ? 'moodle' : 'other';
}

/** For a page about a platform that is not registered: the origin it claims, so that its own frame may show why. */
export function claimedAncestors(issuer: string | null): string[] {
  const origin = originOf(issuer);
  if (!origin || !/^https?:/.test(origin)) return ["'self'"];
  return [origin, ...WILDCARDS[familyOf(null, origin)]];
}
