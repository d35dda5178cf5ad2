import { sessionEndpoints } from '../../../contract/sessions.ts';
import type { Call } from './call.ts';

/** `/app/<key>/…#code=…`: the same page for a window that shares neither storage nor memory with this frame. */
export function windowAddress(path: string, search: string, code: string): string {
  return `${path}${search}#code=${encodeURIComponent(code)}`;
}

/**
 * Opens this page in a window of its own. The window is opened during the click, because the browser would block it otherwise,
 * and gets its URL once the one-time code is there.
 * @returns false if the browser opened none
 */
export async function openOwnWindow(call: Call): Promise<boolean> {
  const opened = window.open('about:blank', '_blank');
  if (!opened) return false;
  try {
    const { code } = await call(sessionEndpoints.windowCode, { body: {} });
    const { pathname, search, origin } = window.location;
    opened.opener = null;
    opened.location.replace(origin + windowAddress(pathname, search, code));
    return true;
  } catch (reason) {
    opened.close();
    throw reason;
  }
}
