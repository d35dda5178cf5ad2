import { createHash, randomUUID } from 'node:crypto';
import { NOTE_TOTAL_MAX, type NoteEdit } from '../../../contract/observationNotes.ts';
import type { ObservationState } from '../../../contract/states.ts';
import { part, type Found } from '../../combinedRead.ts';
import { insertUnchecked } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey, notFound } from '../../errors.ts';
import type { LiveSession, SessionIds } from '../../http/liveSession.ts';
import { ObservationModel, type ObservationDoc } from './observation.model.ts';
import { ObservationNotesModel, type ObservationNotesDoc } from './sealed.model.ts';
import { sealerOf, sealingParts } from './sealing.ts';

type LastBatch = Pick<ObservationNotesDoc, 'n' | 'total'>;

/** What is needed to add notes, besides the notes. */
export function addNotesParts(
  { institutionId, personId }: Pick<SessionIds, 'institutionId' | 'personId'>,
  id: string,
) {
  return {
    observation: part<ObservationDoc>(ObservationModel, { institutionId, _id: id }),
    ...sealingParts(institutionId, id),
    last: part<LastBatch>(ObservationNotesModel, { institutionId, observationId: id, observerId: personId }, [
      { $sort: { n: -1 } },
      { $limit: 1 },
      { $project: { n: 1, total: 1 } },
    ]),
  };
}

/**
 * From these on there are notes: a lesson without a network may be over before the server hears that it began. Notes that arrive late
 * are kept in every later state, as nobody sees them before they are shared.
 */
const NO_NOTES: readonly ObservationState[] = ['requested', 'declined'];

/** @throws {AppError} NOT_FOUND for others than its observers; CONSENT_WITHDRAWN */
function requireObserver(
  [observation]: readonly ObservationDoc[],
  { personId }: LiveSession,
): ObservationDoc {
  const isTheirs = observation?.observerIds.includes(personId) === true;
  if (!isTheirs || NO_NOTES.includes(observation.state)) throw notFound('This observation');
  if (observation.withdrawnAt !== null)
    throw new AppError(
      'CONSENT_WITHDRAWN',
      'The teacher has taken back their consent to this observation, so nothing more is saved about it.',
    );
  return observation;
}

const digestOf = (edits: readonly NoteEdit[]): string =>
  createHash('sha256')
    .update(
      edits
        .map(({ lineId, id }) => `${lineId}/${id}`)
        .sort()
        .join(),
    )
    .digest('base64url');

function requireRoom(total: number): void {
  if (total <= NOTE_TOTAL_MAX) return;
  throw new AppError(
    'NOTES_FULL',
    'There is no room for more notes about this lesson. Copy what is not saved yet.',
  );
}

/** More tries than one person has devices that save at the same moment. */
const TRIES = 20;

type Batch = Omit<ObservationNotesDoc, 'n' | 'total'>;

/** Appends a batch after the last one: of several at once, the unique index lets one through, and the others look again. */
async function append(batch: Batch, count: number, last: LastBatch | undefined): Promise<number> {
  const { institutionId, observationId, observerId, digest } = batch;
  const own = { institutionId, observationId, observerId };
  for (let tries = 1; ; tries += 1) {
    const [n, total] = [(last?.n ?? 0) + 1, (last?.total ?? 0) + count];
    requireRoom(total);
    try {
      await insertUnchecked(ObservationNotesModel, { ...batch, n, total });
      return n;
    } catch (error) {
      if (!isDuplicateKey(error) || tries === TRIES) throw error;
      const earlier = await ObservationNotesModel.findOne({ ...own, digest }, { n: 1 }).lean();
      if (earlier) return earlier.n;
      last =
        (await ObservationNotesModel.findOne(own, { n: 1, total: 1 }).sort({ n: -1 }).lean()) ?? undefined;
    }
  }
}

/**
 * Adds edits to the caller's notes, in one command besides the one that identified them. It may be repeated, and may come in any
 * order with others: the same edits are one batch, and edits that are in two batches are the same edits.
 *
 * @returns the number of the batch that holds them
 * @throws {AppError} NOT_FOUND; CONSENT_WITHDRAWN; NOTES_FULL
 */
export async function addNotes(
  deps: Pick<Deps, 'sealer' | 'clock'>,
  session: LiveSession,
  edits: readonly NoteEdit[],
  found: Found<ReturnType<typeof addNotesParts>>,
): Promise<{ n: number }> {
  const { institutionId, _id: observationId } = requireObserver(found.observation, session);
  const { personId: observerId } = session;
  const sealer = sealerOf(deps, { institutionId, observationId, key: found.key, dataKeys: found.dataKeys });
  const digest = digestOf(edits);
  const batch: Batch = {
    _id: randomUUID(),
    institutionId,
    observationId,
    observerId,
    digest,
    sealed: sealer.seal(`notes:${observerId}:${digest}`, edits),
    savedAt: deps.clock.now(),
  };
  return { n: await append(batch, edits.length, found.last[0]) };
}
