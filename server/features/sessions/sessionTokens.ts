import { randomBytes } from 'node:crypto';
import type { Sealer } from '../../seal.ts';

/**
 * Bearers, codes, resume cookies and keys contain their institution, so that every look-up by one of them can name the tenant,
 * and a tag of ours, so that anything we did not issue is refused without a look-up. What each of them gives access to is decided
 * by the rest: random bytes that are stored only as a hash (a key is not a secret).
 */
type Tagging = Pick<Sealer, 'tag' | 'isTagged'>;
type Kind = 'bearer' | 'code' | 'resume' | 'key';

const INSTITUTION_BYTES = 16;
const TOKEN = { random: 24, tag: 8 } as const;
/** Shorter: it appears in URLs, and gives access to nothing. */
const KEY = { random: 10, tag: 6 } as const;
const PART = '[\\w-]{22}\\.[\\w-]{43}';
const BEARER = new RegExp(`^wm\\.${PART}$`);
const CODE = new RegExp(`^${PART}$`);

const purposeOf = (kind: Kind): string => `session-${kind}`;

const toBytes = (institutionId: string): Buffer => Buffer.from(institutionId.replaceAll('-', ''), 'hex');

function toUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Random bytes and their tag. */
function newSecretOf(sealer: Tagging, kind: Kind, institution: Buffer): Buffer {
  const size = kind === 'key' ? KEY : TOKEN;
  const random = randomBytes(size.random);
  const tag = sealer.tag(Buffer.concat([institution, random]), purposeOf(kind), size.tag);
  return Buffer.concat([random, tag]);
}

function newToken(sealer: Tagging, kind: Kind, institutionId: string): string {
  const institution = toBytes(institutionId);
  const secret = newSecretOf(sealer, kind, institution);
  return `${institution.toString('base64url')}.${secret.toString('base64url')}`;
}

export function newBearer(sealer: Tagging, institutionId: string): string {
  return `wm.${newToken(sealer, 'bearer', institutionId)}`;
}

/** A one-time code. */
export function newCode(sealer: Tagging, institutionId: string): string {
  return newToken(sealer, 'code', institutionId);
}

/** The value of a resume cookie. */
export function newResume(sealer: Tagging, institutionId: string): string {
  return newToken(sealer, 'resume', institutionId);
}

/** Key of a launch: in the path of its pages and in the name of its resume cookie. */
export function newLaunchKey(sealer: Tagging, institutionId: string): string {
  const institution = toBytes(institutionId);
  return Buffer.concat([newSecretOf(sealer, 'key', institution), institution]).toString('base64url');
}

function isOurs(sealer: Tagging, kind: Kind, institution: Buffer, secret: Buffer): boolean {
  const size = kind === 'key' ? KEY : TOKEN;
  if (institution.length !== INSTITUTION_BYTES || secret.length !== size.random + size.tag) return false;
  const [random, tag] = [secret.subarray(0, size.random), secret.subarray(size.random)];
  return sealer.isTagged(Buffer.concat([institution, random]), tag, purposeOf(kind));
}

function institutionOf(sealer: Tagging, kind: Kind, token: string): string | null {
  const [institution, secret] = token.split('.').map((part) => Buffer.from(part, 'base64url'));
  return institution && secret && isOurs(sealer, kind, institution, secret) ? toUuid(institution) : null;
}

/** Institution named by a bearer; null if it is not ours. */
export function institutionOfBearer(sealer: Tagging, bearer: string): string | null {
  return BEARER.test(bearer) ? institutionOf(sealer, 'bearer', bearer.slice('wm.'.length)) : null;
}

/** Institution named by a one-time code; null if it is not ours. */
export function institutionOfCode(sealer: Tagging, code: string): string | null {
  return CODE.test(code) ? institutionOf(sealer, 'code', code) : null;
}

/** Institution named by a resume cookie; null if it is not ours. */
export function institutionOfResume(sealer: Tagging, cookie: string): string | null {
  return CODE.test(cookie) ? institutionOf(sealer, 'resume', cookie) : null;
}

/** Institution named by a launch key; null if it is not ours. */
export function institutionOfKey(sealer: Tagging, key: string): string | null {
  if (!/^[\w-]{43}$/.test(key)) return null;
  const bytes = Buffer.from(key, 'base64url');
  const size = KEY.random + KEY.tag;
  const institution = bytes.subarray(size);
  return isOurs(sealer, 'key', institution, bytes.subarray(0, size)) ? toUuid(institution) : null;
}
