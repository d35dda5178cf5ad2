import { LinkHref } from '../../../../contract/richText.ts';

/** What a person typed as an address, or null: "example.org/page" gets https, "name@example.org" mailto. */
export function toWebAddress(typed: string): string | null {
  const text = typed.trim();
  if (text === '') return null;
  const hasScheme = /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[\w.-]+:\d/.test(text);
  const guess = hasScheme ? text : /^[^\s/@]+@[^\s/@]+$/.test(text) ? `mailto:${text}` : `https://${text}`;
  const href = LinkHref.safeParse(guess);
  if (!href.success) return null;
  const url = new URL(href.data);
  // "https://word" is no place anybody could open
  return url.protocol === 'mailto:' || url.hostname.includes('.') || url.hostname === 'localhost'
    ? href.data
    : null;
}
