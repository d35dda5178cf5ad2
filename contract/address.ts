import { z } from 'zod';

/** Longest address, in characters. */
export const ADDRESS_MAX = 2000;

/**
 * The grammar below is our own and knows nothing of `new URL`: Node's and the browsers' parsers differ (`http://exa mple/x`
 * is an address to some), and what one side makes the other must take. It is RFC 3986 with the host's own letters allowed
 * (`https://münchen.de`); all else beyond ASCII is percent-encoded by `toAddress` before it gets here.
 */
const HOST_ASCII = /[\w.-]/;
const REST = /^[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/;
const USER = /^[\w\-.~!$&'()*+,;=:%]*$/;
const PERCENT = /%(?![0-9A-Fa-f]{2})/;
const IP6 = /^\[[0-9A-Fa-f:.]{2,45}\]$/;
const PORT = /^[0-9]{0,5}$/;
const HOST_MAX = 253;

/** Beyond ASCII: the blocks of letters, without what is invisible in them. By number, since engines' own tables grow. */
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
  /** Name and password before the host, with its `@`; mostly empty. */
  readonly user: string;
  readonly host: string;
  /** With its colon; mostly empty. */
  readonly port: string;
  /** Path, query and fragment; of a mail address all of it. */
  readonly rest: string;
}

/** Cuts an address up; nothing is checked but the scheme. */
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

/** True for an address that a link may have: http, https or mailto, in the one form that both sides take. */
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

/** Percent-encodes what may not stand in the rest of an address as it is. */
function encoded(text: string): string {
  return text
    .replace(/[\uD800-\uDFFF]/gu, '\uFFFD')
    .replace(/[^\w\-.~:/?#[\]@!$&'()*+,;=%]/gu, encodeURIComponent)
    .replace(new RegExp(PERCENT, 'g'), '%25');
}

/**
 * Brings what was typed, pasted or stored into the form of `isAddress`, or answers null where it is no address: white space
 * around and line breaks within go, the scheme becomes lower case, spaces and letters beyond ASCII in the path are
 * percent-encoded.
 */
export function toAddress(text: string): string | null {
  if (text.length > 4 * ADDRESS_MAX) return null;
  const parts = partsOf(text.trim().replace(/[\t\n\r]/g, ''));
  if (!parts) return null;
  const { scheme, user, host, port, rest } = parts;
  const address = `${scheme}:${scheme === 'mailto' ? '' : '//'}${user}${host}${port}${encoded(rest)}`;
  return isAddress(address) ? address : null;
}

/** The host of an address, for showing where it leads; empty for mail, null for what is no address. */
export function hostOf(address: string): string | null {
  return isAddress(address) ? (partsOf(address)?.host ?? null) : null;
}

/** Only web and mail links, brought into their one form; `javascript:` and `data:` never get in. */
export const LinkHref = z.string().transform((text, context) => {
  const address = toAddress(text);
  if (address !== null) return address;
  context.addIssue({ code: 'custom', message: 'not the address of a page or of mail' });
  return z.NEVER;
});

/**
 * An address that an LMS gave and that is handed on as it came: its own server judged it when it arrived (http or https, see
 * `server/lti/claims.ts`), so that nobody parses it a second time with another parser.
 */
export const LmsAddress = z.string().regex(/^https?:\/\/[^\s]/i);
