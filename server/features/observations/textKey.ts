import { randomBytes } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { part, type ReadPart } from '../../combinedRead.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { dataKeysPart, openWith, sealFor, type DataKeyDoc } from '../secrets/secrets.service.ts';
import { ObservationKeyModel, type ObservationKeyDoc } from './sealed.model.ts';

/**
 * The keys of observations. Only `sealing.ts`, which writes, and `opening.ts`, which reads, may use it: `.dependency-cruiser.cjs`.
 */

const KEY_BYTES = 32;

/** Which observation, and what is needed to use its key: read together with the rest of a page. */
export interface WrappedKey {
  institutionId: string;
  observationId: string;
  key: ObservationKeyDoc[];
  dataKeys: DataKeyDoc[];
}

const purposeOf = (observationId: string): string => `observation-key:${observationId}`;

/** What reads the key of an observation. */
export function keyParts(
  institutionId: string,
  observationId: string,
): { key: ReadPart<ObservationKeyDoc>; dataKeys: ReadPart<DataKeyDoc> } {
  return {
    key: part<ObservationKeyDoc>(ObservationKeyModel, { institutionId, _id: observationId }),
    dataKeys: dataKeysPart(institutionId),
  };
}

/** A new key and how it is stored. The institution's own key may be made by this, so it is called before a transaction. */
export async function makeKey(
  deps: Pick<Deps, 'sealer' | 'clock'>,
  { institutionId, observationId }: Pick<WrappedKey, 'institutionId' | 'observationId'>,
): Promise<{ material: Buffer; stored: ObservationKeyDoc }> {
  const material = randomBytes(KEY_BYTES);
  const wrapped = await sealFor(deps, institutionId, purposeOf(observationId), material);
  return { material, stored: { _id: observationId, institutionId, wrapped } };
}

/** @throws {AppError} NOT_FOUND if the key was destroyed */
export function unwrapKey(
  deps: Pick<Deps, 'sealer'>,
  { institutionId, observationId, key, dataKeys }: WrappedKey,
): Buffer {
  const [stored] = key;
  if (!stored) throw new AppError('NOT_FOUND', 'What was written about this lesson was erased for good.');
  const purpose = purposeOf(observationId);
  return openWith(deps, dataKeys, { institutionId, purpose, sealed: stored.wrapped });
}

/** Binds a text to where it belongs: moved to another observation or part, it can't be decrypted. */
export function placeOf(
  { institutionId, observationId }: Pick<WrappedKey, 'institutionId' | 'observationId'>,
  where: string,
): string {
  return `${institutionId}:observation:${observationId}:${where}`;
}

/** Makes everything that was written about a lesson unreadable for good. */
export async function destroyKey(
  institutionId: string,
  observationIds: readonly string[],
  tx: ClientSession,
): Promise<void> {
  await ObservationKeyModel.deleteMany({ institutionId, _id: { $in: [...observationIds] } }).session(tx);
}
