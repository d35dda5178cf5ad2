/** Everything up to the item's own id, in the forms that known LMSs use: `…/lineitems/5/lineitem`, `…/line_items/5`. */
import { parseUrl } from '../../../url.ts';
const NAMED_BY_PATH = /\/line_?items?\/[^/]+/iu;
/** Says which tool is asking (Moodle), not which item is meant. */
const ABOUT_THE_TOOL: ReadonlySet<string> = new Set(['type_id']);

/** One spelling per path: characters that need no escape have none, and the others are in capitals. */
function normalise(part: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(part));
  } catch {
    // a stray % is text
    return encodeURIComponent(part);
  }
}

/**
 * Identifies a line item within its course, whatever URL it was last seen under: its path. The host is not part of it, since an
 * LMS has several (an alias, a proxy, another port), and all its URLs come from what it signed or listed itself. Nor is the
 * query, unless the path does not name the item (AGS 2.0, 3.1 leaves URLs to the LMS).
 *
 * @param url  absolute, as the LMS gave it: calls go there, never to what is derived here
 */
export function lineItemKeyOf(url: string): string {
  const parsed = parseUrl(url);
  if (!parsed) return url;
  const { pathname, searchParams } = parsed;
  const path = pathname
    .split('/')
    .filter((part) => part !== '')
    .map(normalise)
    .join('/');
  if (NAMED_BY_PATH.test(`/${path}`)) return path;
  const names = [...searchParams].filter(([name]) => !ABOUT_THE_TOOL.has(name)).sort();
  const query = new URLSearchParams(names).toString();
  return query === '' ? path : `${path}?${query}`;
}
