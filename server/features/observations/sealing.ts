import type { ClientSession } from 'mongoose';
import type { ObservationPart } from '../../../contract/observations.ts';
import type { Deps } from '../../deps.ts';
import { encryptWith } from '../../seal.ts';
import { ObservationKeyModel } from './sealed.model.ts';
import { destroyKey, keyParts, makeKey, placeOf, unwrapKey, type WrappedKey } from './textKey.ts';

export type { WrappedKey } from './textKey.ts';

/** What is written about a lesson, and where it belongs. */
export type Place = ObservationPart | `notes:${string}`;

/** Seals what is written about a lesson. */
export interface TextSealer {
  seal(where: Place, value: unknown): string;
}

const toSealer = (
  which: Pick<WrappedKey, 'institutionId' | 'observationId'>,
  material: Buffer,
): TextSealer => ({
  seal: (where, value) => encryptWith(material, Buffer.from(JSON.stringify(value)), placeOf(which, where)),
});

/** What reads the key of an observation, for whoever writes. */
export const sealingParts = keyParts;

/** @throws {AppError} NOT_FOUND if everything that was written about the lesson was erased */
export function sealerOf(deps: Pick<Deps, 'sealer'>, wrapped: WrappedKey): TextSealer {
  return toSealer(wrapped, unwrapKey(deps, wrapped));
}

/**
 * The key of an observation that is about to be made.
 *
 * @returns what seals with it, and what stores it in the transaction that makes the observation
 */
export async function beginSealing(
  deps: Pick<Deps, 'sealer' | 'clock'>,
  which: Pick<WrappedKey, 'institutionId' | 'observationId'>,
): Promise<TextSealer & { store(tx: ClientSession): Promise<void> }> {
  const { material, stored } = await makeKey(deps, which);
  return {
    ...toSealer(which, material),
    store: async (tx) => void (await ObservationKeyModel.create([stored], { session: tx })),
  };
}

/** Makes everything that was written about these lessons unreadable for good. */
export const destroyTexts = destroyKey;
