import type { ClientSession } from 'mongoose';
import { ObservationModel } from './observation.model.ts';
import { destroyTexts } from './sealing.ts';

/**
 * Erases everything that was written about the lessons of a person, by destroying the keys, in the transaction that erases the
 * person. What they wrote about lessons of others belongs to those.
 *
 * @returns how many observations lost their text
 */
export async function eraseTextsAbout(
  institutionId: string,
  personId: string,
  tx: ClientSession,
): Promise<number> {
  const observations = await ObservationModel.find({ institutionId, observedId: personId }, { _id: 1 })
    .session(tx)
    .lean();
  await destroyTexts(
    institutionId,
    observations.map(({ _id }) => _id),
    tx,
  );
  return observations.length;
}
