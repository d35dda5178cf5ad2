import { hostOf, toAddress } from '../../../../contract/address.ts';

/** The URL for what a person typed, or null: "example.org/page" gets https, "name@example.org" mailto. */
export function toWebAddress(typed: string): string | null {
  const text = typed.trim();
  if (text === '') return null;
  const hasScheme = /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[\w.-]+:\d/.test(text);
  const guess = hasScheme ? text : /^[^\s/@]+@[^\s/@]+$/.test(text) ? `mailto:${text}` : `https://${text}`;
  const address = toAddress(guess);
  const host = address === null ? null : hostOf(address);
  if (host === null) return null;
  // "https://word" is not a place that anybody could open; mail has no host
  const isPlace = host === '' || host === 'localhost' || /[.:]/.test(host);
  return isPlace ? address : null;
}
