import { randomBytes } from 'node:crypto';
import { newSecret } from '../../lti/secrets.ts';

/**
 * Bearers, codes, keys and resume cookies carry the institution, so that every look-up by one of them can name the
 * tenant. It is no secret; what follows it is.
 */
const INSTITUTION = '[\\w-]{22}';
const SECRET = '[\\w-]{43}';
const BEARER = new RegExp(`^wm\\.(${INSTITUTION})\\.(${SECRET})$`);
const CODE = new RegExp(`^(${INSTITUTION})\\.(${SECRET})$`);
const KEY_BYTES = 32;

function packInstitution(institutionId: string): string {
  return Buffer.from(institutionId.replaceAll('-', ''), 'hex').toString('base64url');
}

function toUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function newBearer(institutionId: string): string {
  return `wm.${packInstitution(institutionId)}.${newSecret()}`;
}

/** A one-time code, or the value of a resume cookie. */
export function newCode(institutionId: string): string {
  return `${packInstitution(institutionId)}.${newSecret()}`;
}

/** Key of a launch: in the path of its pages and in the name of its resume cookie. */
export function newLaunchKey(institutionId: string): string {
  const institution = Buffer.from(institutionId.replaceAll('-', ''), 'hex');
  return Buffer.concat([randomBytes(16), institution]).toString('base64url');
}

function institutionOf(pattern: RegExp, text: string): string | null {
  const packed = pattern.exec(text)?.[1];
  return packed === undefined ? null : toUuid(Buffer.from(packed, 'base64url'));
}

/** Institution named by a bearer; null when it is not shaped like one. */
export function institutionOfBearer(bearer: string): string | null {
  return institutionOf(BEARER, bearer);
}

/** Institution named by a code or a resume cookie; null when it is not shaped like one. */
export function institutionOfCode(code: string): string | null {
  return institutionOf(CODE, code);
}

/** Institution named by a launch key; null when it is not shaped like one. */
export function institutionOfKey(key: string): string | null {
  if (!/^[\w-]{43}$/.test(key)) return null;
  const bytes = Buffer.from(key, 'base64url');
  return bytes.length === KEY_BYTES ? toUuid(bytes.subarray(16)) : null;
}
