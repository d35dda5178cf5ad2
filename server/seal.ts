import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { SecretKey } from './config.ts';

/** How a sealed value is stored: `key id . iv . tag . ciphertext`, the last three in base64url. */
export type Sealed = string;

/**
 * Encrypts and decrypts with SECRET_KEYS: the first one encrypts, all of them decrypt, so that a new key can be put first
 * (rotation).
 */
export interface Sealer {
  /** @param purpose  binds the value to its place (`lti-key:<kid>`): moved elsewhere, it cannot be decrypted */
  seal(plain: Buffer | string, purpose: string): Sealed;
  /** @throws {Error} if the key is no longer listed, the purpose differs, or the value was changed */
  open(sealed: Sealed, purpose: string): Buffer;
  /** True if the value was encrypted with a key other than the first: time to encrypt it again. */
  isStale(sealed: Sealed): boolean;
  /**
   * A tag that proves that we issued `data` (HMAC-SHA-256 with the first key), so that forged values are refused without a
   * look-up.
   *
   * @param purpose  what the data is for: a tag for another purpose does not match
   * @param bytes  how many of the HMAC are kept, at most 32
   */
  tag(data: Buffer, purpose: string, bytes: number): Buffer;
  /** True for a tag of ours under any of the keys. Its length determines how much of the HMAC it contains. */
  isTagged(data: Buffer, tag: Buffer, purpose: string): boolean;
}

const IV_BYTES = 12;

const derive = (secret: SecretKey, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret.material, Buffer.alloc(0), use, 32));

function tagOf(key: Buffer, data: Buffer, purpose: string): Buffer {
  // a purpose contains no zero byte, so no combination of purpose and data reads like another
  return createHmac('sha256', key).update(`${purpose}\0`).update(data).digest();
}

/** AES-256-GCM with a 32-byte key; `purpose` is authenticated, not stored. @returns `iv.tag.ciphertext`, base64url */
export function encryptWith(key: Buffer, plain: Buffer, purpose: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose, 'utf8'));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return [iv, cipher.getAuthTag(), body].map((part) => part.toString('base64url')).join('.');
}

/** @throws {Error} if key or purpose differ, or the value was changed */
export function decryptWith(key: Buffer, text: string, purpose: string): Buffer {
  const [iv, tag, body] = text.split('.').map((part) => Buffer.from(part, 'base64url'));
  if (!iv || !tag || !body || tag.length !== 16) throw new Error('the sealed value is not well formed');
  const decipher = createDecipheriv('aes-256-gcm', key, iv)
    .setAAD(Buffer.from(purpose, 'utf8'))
    .setAuthTag(tag);
  return Buffer.concat([decipher.update(body), decipher.final()]);
}

/** AES-256-GCM with keys derived from SECRET_KEYS by HKDF-SHA-256; key ids as in `config.ts`. */
export function createSealer(secretKeys: readonly [SecretKey, ...SecretKey[]]): Sealer {
  const keys = new Map(secretKeys.map((secret) => [secret.id, derive(secret, 'waymark/seal/v1')]));
  const [first] = secretKeys;
  const firstKey = derive(first, 'waymark/seal/v1');
  const firstTagKey = derive(first, 'waymark/tag/v1');
  const tagKeys = [firstTagKey, ...secretKeys.slice(1).map((secret) => derive(secret, 'waymark/tag/v1'))];
  return {
    seal: (plain, purpose) => `${first.id}.${encryptWith(firstKey, Buffer.from(plain), purpose)}`,
    open: (sealed, purpose) => {
      const id = sealed.slice(0, sealed.indexOf('.'));
      const key = keys.get(id);
      if (!key) throw new Error(`the key ${id} is not among SECRET_KEYS any more`);
      return decryptWith(key, sealed.slice(id.length + 1), purpose);
    },
    isStale: (sealed) => !sealed.startsWith(`${first.id}.`),
    tag: (data, purpose, bytes) => tagOf(firstTagKey, data, purpose).subarray(0, bytes),
    isTagged: (data, tag, purpose) =>
      tag.length > 0 &&
      tagKeys.some((key) => timingSafeEqual(tagOf(key, data, purpose).subarray(0, tag.length), tag)),
  };
}
