import { randomBytes, randomUUID } from 'node:crypto';
import type { Deps } from '../../deps.ts';
import { part, type ReadPart } from '../../combinedRead.ts';
import { isDuplicateKey } from '../../errors.ts';
import { decryptWith, encryptWith } from '../../seal.ts';
import { DataKeyModel, type DataKeyDoc } from './dataKey.model.ts';

export type { DataKeyDoc } from './dataKey.model.ts';

type SecretDeps = Pick<Deps, 'sealer' | 'clock'>;

const KEY_BYTES = 32;

/** Binds a wrapped key to its institution and number: copied to another one, it cannot be decrypted. */
const wrapPurpose = (institutionId: string, n: number): string => `data-key:${institutionId}:${n}`;

async function firstKey({ sealer, clock }: SecretDeps, institutionId: string): Promise<DataKeyDoc> {
  const wrapped = sealer.seal(randomBytes(KEY_BYTES), wrapPurpose(institutionId, 1));
  try {
    const made = await DataKeyModel.create({
      _id: randomUUID(),
      institutionId,
      n: 1,
      wrapped,
      createdAt: clock.now(),
    });
    return made.toObject();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const other = await DataKeyModel.findOne({ institutionId, n: 1 }).lean();
    if (!other) throw error;
    return other;
  }
}

/**
 * Encrypts personal text or a key of one institution, with that institution's own data key. The stored value names the number of
 * the key: `n.iv.tag.ciphertext`.
 *
 * @param purpose  where it belongs (`observation-note:<id>`): moved elsewhere, it cannot be decrypted
 */
export async function sealFor(
  deps: SecretDeps,
  institutionId: string,
  purpose: string,
  plain: string | Buffer,
): Promise<string> {
  const newest = await DataKeyModel.findOne({ institutionId }).sort({ n: -1 }).lean();
  const key = newest ?? (await firstKey(deps, institutionId));
  const material = deps.sealer.open(key.wrapped, wrapPurpose(institutionId, key.n));
  return `${key.n}.${encryptWith(material, Buffer.from(plain), `${institutionId}:${purpose}`)}`;
}

/** A sealed value and the place that it is bound to. */
interface SealedValue {
  institutionId: string;
  purpose: string;
  sealed: string;
}

const numberOf = (sealed: string): number => Number(sealed.slice(0, sealed.indexOf('.')));

/** The data keys of an institution, wrapped: read together with what they open (`openWith`). */
export function dataKeysPart(institutionId: string): ReadPart<DataKeyDoc> {
  return part(DataKeyModel, { institutionId });
}

/**
 * Decrypts a value with keys that were read before.
 *
 * @throws {Error} if the institution's key is gone (erased), the purpose or institution differs, or the value was changed
 */
export function openWith(
  { sealer }: Pick<Deps, 'sealer'>,
  keys: readonly DataKeyDoc[],
  { institutionId, purpose, sealed }: SealedValue,
): Buffer {
  const n = numberOf(sealed);
  const key = keys.find((one) => one.institutionId === institutionId && one.n === n);
  if (!key) throw new Error('the data key of this value is gone');
  const material = sealer.open(key.wrapped, wrapPurpose(institutionId, n));
  return decryptWith(material, sealed.slice(sealed.indexOf('.') + 1), `${institutionId}:${purpose}`);
}

/** The same, with a look-up of the key. */
export async function openFor(
  deps: SecretDeps,
  institutionId: string,
  purpose: string,
  sealed: string,
): Promise<Buffer> {
  const n = numberOf(sealed);
  const keys = Number.isInteger(n) ? await DataKeyModel.find({ institutionId, n }).lean() : [];
  return openWith(deps, keys, { institutionId, purpose, sealed });
}

/**
 * Wraps every data key of an institution with the first of SECRET_KEYS: after that, an older secret may be removed. @returns how
 * many
 */
export async function rewrapDataKeys(
  { sealer }: Pick<Deps, 'sealer'>,
  institutionId: string,
): Promise<number> {
  const stale = (await DataKeyModel.find({ institutionId }).lean()).filter((key) =>
    sealer.isStale(key.wrapped),
  );
  for (const { _id, n, wrapped } of stale) {
    const purpose = wrapPurpose(institutionId, n);
    const again = sealer.seal(sealer.open(wrapped, purpose), purpose);
    await DataKeyModel.updateOne({ institutionId, _id, wrapped }, { $set: { wrapped: again } });
  }
  return stale.length;
}
