import { randomUUID } from 'node:crypto';
import { OBSERVATION_TEXTS, type ObservationPart } from '../../../contract/observations.ts';
import type { ObservationState } from '../../../contract/states.ts';
import { readTogether } from '../../combinedRead.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { ObservationModel, type ObservationDoc } from './observation.model.ts';
import { ObservationTextModel } from './sealed.model.ts';
import { sealerOf, sealingParts } from './sealing.ts';
import { partyOf, type Party } from './steps.ts';

/** Who writes a part, and in which states. */
const WRITTEN: Readonly<Record<ObservationPart, { by: readonly Party[]; in: readonly ObservationState[] }>> =
  {
    request: { by: ['observed'], in: ['requested', 'declined', 'scheduled'] },
    ratings: { by: ['observer'], in: ['observing', 'draft', 'shared'] },
    answers: { by: ['observed'], in: ['shared', 'reflected', 'action_open'] },
    debrief: { by: ['observed', 'observer'], in: ['shared', 'reflected', 'action_open'] },
    action: { by: ['observed', 'observer'], in: ['shared', 'reflected', 'action_open'] },
  };

interface Saving {
  id: string;
  part: ObservationPart;
  baseRevision: number;
  value: unknown;
}

/** @throws {AppError} NOT_FOUND, FORBIDDEN, CONSENT_WITHDRAWN, OBSERVATION_CHANGED */
function requireWriter(
  observation: ObservationDoc | null | undefined,
  { personId }: LiveSession,
  part: ObservationPart,
): ObservationDoc {
  const party = observation && partyOf(observation, personId);
  if (!observation || !party) throw notFound('This observation');
  const { by, in: states } = WRITTEN[part];
  if (!by.includes(party)) throw new AppError('FORBIDDEN', 'This part is the other person’s to write.');
  if (observation.withdrawnAt !== null)
    throw new AppError('CONSENT_WITHDRAWN', 'The teacher has taken back their consent to this observation.');
  if (!states.includes(observation.state))
    throw new AppError('OBSERVATION_CHANGED', 'This can’t be changed any more, or not yet.');
  return observation;
}

const conflict = (): AppError =>
  new AppError('DRAFT_CONFLICT', 'Somebody else saved this part meanwhile. Load it again to see both.');

/**
 * Saves a part of what is written about a lesson, sealed.
 *
 * @throws {AppError} DRAFT_CONFLICT if it was saved since `baseRevision`; VALIDATION_FAILED, NOT_FOUND, FORBIDDEN,
 *   CONSENT_WITHDRAWN; OBSERVATION_CHANGED if it can't be written in this state
 */
export async function saveText(
  deps: Pick<Deps, 'sealer' | 'clock'>,
  session: LiveSession,
  { id, part, baseRevision, value }: Saving,
): Promise<{ revision: number; savedAt: string }> {
  const { institutionId, personId } = session;
  const { key, dataKeys } = await readTogether(sealingParts(institutionId, id));
  const which = { institutionId, observationId: id, part };
  const revision = baseRevision + 1;
  try {
    return await inTransaction(async (tx) => {
      // a step that is taken meanwhile, such as a withdrawal, and this one exclude each other
      const observation = await ObservationModel.findOneAndUpdate(
        { institutionId, _id: id },
        [{ $set: { changedAt: '$$NOW' } }],
        { updatePipeline: true, session: tx, returnDocument: 'after' },
      ).lean();
      const { changedAt: savedAt } = requireWriter(observation, session, part);
      const parsed = OBSERVATION_TEXTS[part].safeParse(value);
      if (!parsed.success) throw new AppError('VALIDATION_FAILED', 'This text is too long, or not complete.');
      const sealer = sealerOf(deps, { institutionId, observationId: id, key, dataKeys });
      const written = { revision, sealed: sealer.seal(part, parsed.data), savedAt, savedBy: personId };
      if (baseRevision === 0)
        await ObservationTextModel.create([{ _id: randomUUID(), ...which, ...written }], { session: tx });
      else {
        const base = { ...which, revision: baseRevision };
        const { matchedCount } = await ObservationTextModel.updateOne(
          base,
          { $set: written },
          { session: tx },
        );
        if (matchedCount === 0) throw conflict();
      }
      return { revision, savedAt: savedAt.toISOString() };
    });
  } catch (error) {
    if (isDuplicateKey(error, 'observation_text_of_part')) throw conflict();
    throw error;
  }
}
