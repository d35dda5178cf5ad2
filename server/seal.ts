import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SecretKey } from './config.ts';

/** What is stored of a sealed value: `key id . iv . tag . ciphertext`, the last three in base64url. */
export type Sealed = string;

/** Seals and opens under SECRET_KEYS: the first encrypts, all decrypt, so that a new key can be put in front (rotation). */
export interface Sealer {
  /** @param purpose  binds the value to its place (`lti-key:<kid>`): moved elsewhere, it does not open */
  seal(plain: Buffer | string, purpose: string): Sealed;
  /** @throws {Error} when the key is no longer listed, the purpose differs, or the value was changed */
  open(sealed: Sealed, purpose: string): Buffer;
  /** True when the value was sealed under another than the first key: time to seal it again. */
  isStale(sealed: Sealed): boolean;
}

const IV_BYTES = 12;

function encryptionKey(secret: SecretKey): Buffer {
  return Buffer.from(hkdfSync('sha256', secret.material, Buffer.alloc(0), 'waymark/seal/v1', 32));
}

/** AES-256-GCM with a 32-byte key; `purpose` is authenticated, not stored. @returns `iv.tag.ciphertext`, base64url */
export function encryptWith(key: Buffer, plain: Buffer, purpose: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose, 'utf8'));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return [iv, cipher.getAuthTag(), body].map((part) => part.toString('base64url')).join('.');
}

/** @throws {Error} when key or purpose differ, or the value was changed */
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
  const keys = new Map(secretKeys.map((secret) => [secret.id, encryptionKey(secret)]));
  const [first] = secretKeys;
  return {
    seal: (plain, purpose) => `${first.id}.${encryptWith(encryptionKey(first), Buffer.from(plain), purpose)}`,
    open: (sealed, purpose) => {
      const id = sealed.slice(0, sealed.indexOf('.'));
      const key = keys.get(id);
      if (!key) throw new Error(`the key ${id} is not among SECRET_KEYS any more`);
      return decryptWith(key, sealed.slice(id.length + 1), purpose);
    },
    isStale: (sealed) => !sealed.startsWith(`${first.id}.`),
  };
}
