import { frameCookie } from '../../lti/cookies.ts';

const PREFIX = '__Host-wm_';
/** A browser keeps at most 10 kB of partitioned cookies for a site; eight launches are more than anyone has open. */
const MOST_KEPT = 8;
const LIFE_SECONDS = 12 * 3600;

/** Name of the resume cookie of a launch: one each, so that two launches don't overwrite each other. */
export function resumeCookieName(key: string): string {
  return `${PREFIX}${key}`;
}

/**
 * `Set-Cookie` lines that give a launch its resume cookie and let go of the oldest beyond eight.
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

/** The `Set-Cookie` line that takes it away. */
export function takeResumeCookie(key: string): string {
  return frameCookie(resumeCookieName(key), '', 0);
}
