import { frameCookie } from '../../lti/cookies.ts';

const PREFIX = '__Host-wm_';
/** A browser stores at most 10 kB of partitioned cookies per site; eight launches are more than anyone has open. */
export const MOST_KEPT = 8;
const LIFE_SECONDS = 12 * 3600;

/** Name of the resume cookie of a launch: one each, so that two launches do not overwrite each other. */
export function resumeCookieName(key: string): string {
  return `${PREFIX}${key}`;
}

/**
 * `Set-Cookie` lines that set the resume cookie of a launch and remove the oldest ones beyond eight.
 *
 * @param cookies  of the request, oldest first
 */
export function giveResumeCookie(key: string, value: string, cookies: ReadonlyMap<string, string>): string[] {
  const kept = [...cookies.keys()].filter(
    (name) => name.startsWith(PREFIX) && name !== resumeCookieName(key),
  );
  const old = kept.slice(0, Math.max(0, kept.length - (MOST_KEPT - 1)));
  return [
    frameCookie(resumeCookieName(key), value, LIFE_SECONDS),
    ...old.map((name) => frameCookie(name, '', 0)),
  ];
}

/** The `Set-Cookie` line that removes it. */
export function takeResumeCookie(key: string): string {
  return frameCookie(resumeCookieName(key), '', 0);
}
