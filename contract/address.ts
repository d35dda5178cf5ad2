import { z } from 'zod';

/** Longest URL, in characters. */
export const ADDRESS_MAX = 2000;

/**
 * The grammar below is our own and does not use `new URL`: Node's and the browsers' parsers differ (some accept `http://exa
 * mple/x`), and what one side creates the other must accept. It is RFC 3986 with the host's own letters allowed
 * (`https://münchen.de`); everything else beyond ASCII is percent-encoded by `toAddress` before it gets here.
 */
const HOST_ASCII = /[\w.-]/;
const REST = /^[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/;
const USER = /^[\w\-.~!$&'()*+,;=:%]*$/;
const PERCENT = /%(?![0-9A-Fa-f]{2})/;
const IP6 = /^\[[0-9A-Fa-f:.]{2,45}\]$/;
const PORT = /^[0-9]{0,5}$/;
const HOST_MAX = 253;

/** Beyond ASCII: the blocks of letters, without invisible characters. By number, since the engines' own tables grow. */
const LETTERS: readonly (readonly [number, number])[] = [
  [0xc0, 0x34e],
  [0x350, 0x61b],
  [0x61d, 0x115e],
  [0x1161, 0x167f],
  [0x1681, 0x17b3],
  [0x17b6, 0x180a],
  [0x1810, 0x1fff],
  [0x2c00, 0x2dff],
  [0x3005, 0x3007],
  [0x3041, 0x3163],
  [0x3165, 0xd7ff],
  [0xf900, 0xfaff],
  [0x20000, 0x3ffff],
];

function isHostCharacter(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return HOST_ASCII.test(character);
  return LETTERS.some(([from, to]) => code >= from && code <= to);
}

function isHost(host: string): boolean {
  if (host.startsWith('[')) return IP6.test(host);
  if (host === '' || host.length > HOST_MAX || host.startsWith('.') || host.includes('..')) return false;
  return [...host].every(isHostCharacter);
}

interface AddressParts {
  readonly scheme: 'http' | 'https' | 'mailto';
  /** Name and password before the host, with their `@`; usually empty. */
  readonly user: string;
  readonly host: string;
  /** With its colon; usually empty. */
  readonly port: string;
  /** Path, query and fragment; for a mail address all of it. */
  readonly rest: string;
}

/** Splits a URL; only the scheme is checked. */
function partsOf(address: string): AddressParts | null {
  const colon = address.slice(0, 8).indexOf(':');
  const scheme = address.slice(0, Math.max(0, colon)).toLowerCase();
  if (scheme === 'mailto') return { scheme, user: '', host: '', port: '', rest: address.slice(colon + 1) };
  if (scheme !== 'http' && scheme !== 'https') return null;
  if (!address.startsWith('//', colon + 1)) return null;
  const after = address.slice(colon + 3);
  const end = after.search(/[/?#\\]/);
  const authority = end < 0 ? after : after.slice(0, end);
  const at = authority.lastIndexOf('@') + 1;
  const place = authority.slice(at);
  const portAt = place.lastIndexOf(':');
  const hasPort = portAt >= 0 && !place.endsWith(']');
  return {
    scheme,
    user: authority.slice(0, at),
    host: hasPort ? place.slice(0, portAt) : place,
    port: hasPort ? place.slice(portAt) : '',
    rest: end < 0 ? '' : after.slice(end),
  };
}

/** True for a URL that a link may have: http, https or mailto, in the one form that both sides accept. */
export function isAddress(text: string): boolean {
  if (text.length > ADDRESS_MAX || PERCENT.test(text)) return false;
  const parts = partsOf(text);
  if (!parts || !REST.test(parts.rest)) return false;
  if (parts.scheme === 'mailto') return parts.rest !== '';
  const { user, host, port } = parts;
  return USER.test(user.slice(0, -1)) && isHost(host) && isPort(port);
}

function isPort(port: string): boolean {
  return PORT.test(port.slice(1)) && Number(port.slice(1)) < 65_536;
}

/** Percent-encodes what may not appear unescaped in the rest of a URL. */
function encoded(text: string): string {
  return text
    .replace(/[\uD800-\uDFFF]/gu, '\uFFFD')
    .replace(/[^\w\-.~:/?#[\]@!$&'()*+,;=%]/gu, encodeURIComponent)
    .replace(new RegExp(PERCENT, 'g'), '%25');
}

/**
 * Converts typed, pasted or stored text to the form of `isAddress`, or returns null if it is not a URL: surrounding white space
 * and line breaks are removed, the scheme becomes lower case, spaces and letters beyond ASCII in the path are percent-encoded.
 */
export function toAddress(text: string): string | null {
  if (text.length > 4 * ADDRESS_MAX) return null;
  const parts = partsOf(text.trim().replace(/[\t\n\r]/g, ''));
  if (!parts) return null;
  const { scheme, user, host, port, rest } = parts;
  const address = `${scheme}:${scheme === 'mailto' ? '' : '//'}${user}${host}${port}${encoded(rest)}`;
  return isAddress(address) ? address : null;
}

/** The host of a URL, for showing where it leads; empty for mail, null for anything that is not a URL. */
export function hostOf(address: string): string | null {
  return isAddress(address) ? (partsOf(address)?.host ?? null) : null;
}

/** Only web and mail links, in their one form; `javascript:` and `data:` are never accepted. */
export const LinkHref = z.string().transform((text, context) => {
  const address = toAddress(text);
  if (address !== null) return address;
  context.addIssue({ code: 'custom', message: 'not the address of a page or of mail' });
  return z.NEVER;
});

/**
 * A URL from an LMS that is passed on unchanged: the server checked it when it arrived (http or https, see
 * `server/lti/claims.ts`), so that nobody parses it a second time with another parser.
 */
export const LmsAddress = z.string().regex(/^https?:\/\/[^\s]/i);
