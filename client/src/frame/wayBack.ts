import type { SessionInfo } from '../../../contract/sessions.ts';

/** A way out of the tool, and which wording is true of it. */
export interface WayBack {
  readonly href: string;
  readonly to: 'toCourse' | 'toLms';
}

/**
 * Where the LMS is, for a page that is not in its frame: the URL that the launch named (checked when it came), else the LMS's
 * own. Null in a frame, and if nothing is known.
 */
export function wayBack(
  frame: Pick<SessionInfo['frame'], 'returnUrl' | 'origins'> | undefined,
  framed = window.parent !== window,
): WayBack | null {
  if (framed || !frame) return null;
  if (frame.returnUrl !== null) return { href: frame.returnUrl, to: 'toCourse' };
  const origin = frame.origins.find((one) => !one.includes('*'));
  return origin === undefined ? null : { href: origin, to: 'toLms' };
}
