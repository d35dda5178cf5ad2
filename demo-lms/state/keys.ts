import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  sign,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { randomText } from './ids.ts';

const generate = promisify(generateKeyPair);

interface KeyPair {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** The private keys of the key set (PEM, PKCS #8), the signing one first. */
export interface SavedKeys {
  published: { kid: string; pem: string | Buffer }[];
}

export type SigningAlgorithm = 'RS256' | 'RS512' | 'HS256' | 'none';

/** How a token is signed; what is left out is done right. The rest is for tests of refusals. */
export interface SignOptions {
  /** null: no kid in the header. */
  kid?: string | null;
  /** `HS256` takes the public key's PEM as its secret: the key confusion attack. */
  alg?: SigningAlgorithm;
  /** `stranger`: a key that is in no key set. `retired`: the one before the last rotation. */
  key?: 'current' | 'retired' | 'stranger';
  /** Further members of the header, or other values for those above. */
  header?: Record<string, unknown>;
}

/** The key set of one LMS. */
export class Keys {
  #current: KeyPair;
  #retired: KeyPair | null = null;
  #published: KeyPair[];

  #made: KeyPair[] = [];

  private constructor(first: KeyPair) {
    this.#current = first;
    this.#published = [first];
    this.#made.push(first);
  }

  /** Gives the key pairs up for another LMS of this process; this one must have closed. */
  release(): void {
    spare.push(...this.#made.splice(0));
  }

  static async create(): Promise<Keys> {
    return new Keys(await createPair());
  }

  /** The keys of an LMS that was saved: it signs with the first. */
  static restore(saved: SavedKeys): Keys {
    const [current, ...older] = saved.published.map(({ kid, pem }): KeyPair => {
      const privateKey = createPrivateKey(pem);
      return { kid, privateKey, publicKey: createPublicKey(privateKey) };
    });
    if (!current) throw new Error('No key was saved.');
    const keys = new Keys(current);
    keys.#published.push(...older);
    keys.#retired = older[0] ?? null;
    return keys;
  }

  save(): SavedKeys {
    return {
      published: this.#published.map(({ kid, privateKey }) => ({
        kid,
        pem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      })),
    };
  }

  get currentKid(): string {
    return this.#current.kid;
  }

  /** Signs with a new key from now on; the old one stays published unless `dropOld`. */
  async rotate(options: { dropOld?: boolean; sameKid?: boolean } = {}): Promise<string> {
    const made = await createPair();
    const old = this.#current;
    const next = options.sameKid ? { ...made, kid: old.kid } : made;
    this.#made.push(next);
    this.#retired = old;
    this.#current = next;
    const others = options.sameKid ? this.#published.filter((pair) => pair !== old) : this.#published;
    this.#published = options.dropOld ? [next] : [next, ...others];
    return next.kid;
  }

  /** The public keys as a JWK Set (RFC 7517 §5). */
  publicSet(): { keys: Record<string, unknown>[] } {
    return {
      keys: this.#published.map(({ kid, publicKey }) => ({
        ...publicKey.export({ format: 'jwk' }),
        kid,
        alg: 'RS256',
        use: 'sig',
      })),
    };
  }

  /** A compact JWS over `claims`. */
  async sign(claims: object, options: SignOptions = {}): Promise<string> {
    const alg = options.alg ?? 'RS256';
    const pair = await this.#pick(options.key ?? 'current');
    const kid = options.kid === undefined ? pair.kid : options.kid;
    const header = { typ: 'JWT', alg, ...(kid === null ? {} : { kid }), ...options.header };
    const input = `${encode(header)}.${encode(claims)}`;
    return `${input}.${signature(input, alg, pair)}`;
  }

  async #pick(which: 'current' | 'retired' | 'stranger'): Promise<KeyPair> {
    if (which === 'stranger') {
      const stranger = await createPair();
      this.#made.push(stranger);
      return stranger;
    }
    return which === 'retired' ? (this.#retired ?? this.#current) : this.#current;
  }
}

/** Pairs of LMSs that have closed: making one takes a good part of a second, and tests start hundreds. */
const spare: Omit<KeyPair, 'kid'>[] = [];

/** Pairs for the LMSs of this process that were made elsewhere: tests make theirs once for many processes. */
export function supplyKeyPairs(pairs: readonly Omit<KeyPair, 'kid'>[]): void {
  spare.push(...pairs);
}

/** A pair that no other running LMS of this process has, under a new kid. */
async function createPair(): Promise<KeyPair> {
  const pair = spare.pop() ?? (await generate('rsa', { modulusLength: 2048 }));
  return { ...pair, kid: randomText(8) };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signature(input: string, alg: SigningAlgorithm, pair: KeyPair): string {
  if (alg === 'none') return '';
  if (alg === 'HS256') {
    const pem = createPublicKey(pair.privateKey).export({ type: 'spki', format: 'pem' });
    return createHmac('sha256', pem).update(input).digest('base64url');
  }
  const digest = alg === 'RS512' ? 'sha512' : 'sha256';
  return sign(digest, Buffer.from(input), pair.privateKey).toString('base64url');
}
