import { createPrivateKey, generateKeyPair, randomBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { exportJWK, type JWK } from 'jose';
import type { Deps } from '../deps.ts';
import { isDuplicateKey } from '../errors.ts';
import { LtiKeyModel, type LtiKeyDoc } from './ltiKey.model.ts';

const CACHE_MS = 60_000;
/** How long caches may be without the newest key: ours, plus `max-age` of `/lti/jwks`, plus some margin. */
export const PUBLISH_LEAD_MS = 10 * 60_000;
/** After this, anything that an old key may have signed has long expired. */
const PUBLISHED_AFTER_MS = 30 * 24 * 3600_000;

const generate = promisify(generateKeyPair);

/** Makes an RSA key pair for RS256. */
export type MakeKeyPair = () => Promise<{ publicKey: KeyObject; privateKey: KeyObject }>;

// asynchronous: the pair is generated on the thread pool, so the event loop continues
const makeRsaPair: MakeKeyPair = () => generate('rsa', { modulusLength: 2048 });

const purposeOf = (kid: string): string => `lti-key:${kid}`;

type KeyDeps = Pick<Deps, 'clock' | 'sealer'>;

async function insertKey(
  { clock, sealer }: KeyDeps,
  n: number,
  makePair: MakeKeyPair,
): Promise<string | null> {
  const { publicKey, privateKey } = await makePair();
  const kid = randomBytes(12).toString('base64url');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  try {
    await LtiKeyModel.create({
      _id: kid,
      n,
      publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' },
      sealedPrivateKey: sealer.seal(pem, purposeOf(kid)),
      createdAt: clock.now(),
    });
    return kid;
  } catch (error) {
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}

/** Newest first; drops those that were replaced more than 30 days ago. */
function published(docs: readonly LtiKeyDoc[], nowMs: number): LtiKeyDoc[] {
  return docs.filter((_, i) => {
    const successor = docs[i - 1];
    return !successor || nowMs - successor.createdAt.getTime() < PUBLISHED_AFTER_MS;
  });
}

interface Loaded {
  until: number;
  docs: LtiKeyDoc[];
}

/** Encrypts every private key with the first of SECRET_KEYS: after that, an older secret may be removed. @returns how many */
export async function resealKeys({ sealer }: Pick<KeyDeps, 'sealer'>): Promise<number> {
  const docs = await LtiKeyModel.find({}).lean();
  const stale = docs.filter((doc) => sealer.isStale(doc.sealedPrivateKey));
  for (const { _id, sealedPrivateKey } of stale) {
    const again = sealer.seal(sealer.open(sealedPrivateKey, purposeOf(_id)), purposeOf(_id));
    await LtiKeyModel.updateOne({ _id, sealedPrivateKey }, { $set: { sealedPrivateKey: again } });
  }
  return stale.length;
}

/** The tool's own keys: they sign client assertions and deep linking replies. */
export class ToolKeys {
  readonly #deps: KeyDeps;
  readonly #makePair: MakeKeyPair;
  readonly #opened = new Map<string, KeyObject>();
  #loaded: Loaded | null = null;
  #loading: Promise<Loaded> | null = null;

  /** @param makePair  gives a pair that exists, where making one would take too long: in tests */
  constructor(deps: KeyDeps, makePair: MakeKeyPair = makeRsaPair) {
    this.#deps = deps;
    this.#makePair = makePair;
  }

  /** The key to sign with now (RS256). Creates the first one if there is none. */
  async signingKey(): Promise<{ kid: string; privateKey: KeyObject }> {
    const { clock, sealer } = this.#deps;
    const docs = await this.#keys();
    const ripe = clock.now().getTime() - PUBLISH_LEAD_MS;
    const doc = docs.find((key) => key.createdAt.getTime() <= ripe) ?? docs.at(-1);
    if (!doc) throw new Error('there is no key to sign with');
    let privateKey = this.#opened.get(doc._id);
    if (!privateKey) {
      privateKey = createPrivateKey(sealer.open(doc.sealedPrivateKey, purposeOf(doc._id)));
      this.#opened.set(doc._id, privateKey);
    }
    return { kid: doc._id, privateKey };
  }

  /** The public key set, as `/lti/jwks` serves it. */
  async publicJwks(): Promise<{ keys: JWK[] }> {
    const docs = published(await this.#keys(), this.#deps.clock.now().getTime());
    return { keys: docs.map((doc) => doc.publicJwk) };
  }

  /** Adds a key. It is published at once and signs after `PUBLISH_LEAD_MS`; the old one stays published. @returns its kid */
  async rotate(): Promise<string> {
    for (;;) {
      const [newest] = await LtiKeyModel.find({}).sort({ n: -1 }).limit(1).lean();
      const kid = await insertKey(this.#deps, (newest?.n ?? 0) + 1, this.#makePair);
      this.#loaded = null;
      if (kid) return kid;
    }
  }

  async #keys(): Promise<LtiKeyDoc[]> {
    if (this.#loaded && this.#loaded.until > performance.now()) return this.#loaded.docs;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return (await this.#loading).docs;
  }

  async #load(): Promise<Loaded> {
    const read = () => LtiKeyModel.find({}).sort({ n: -1 }).limit(20).lean();
    let docs = await read();
    if (docs.length === 0) {
      await insertKey(this.#deps, 1, this.#makePair);
      docs = await read();
    }
    this.#loaded = { until: performance.now() + CACHE_MS, docs };
    return this.#loaded;
  }
}
