import { z } from 'zod';
import { NoteEdit, NoteEdits } from '../../../contract/observationNotes.ts';
import {
  OBSERVATION_TEXTS,
  ObservationText,
  type ObservationView,
  type Relation,
} from '../../../contract/observations.ts';
import { part, type Found, type ReadPart } from '../../combinedRead.ts';
import type { Deps } from '../../deps.ts';
import { notFound } from '../../errors.ts';
import type { LiveSession, SessionIds } from '../../http/liveSession.ts';
import { getDisplayNames } from '../launches/people.service.ts';
import { ObservationModel, type ObservationDoc, type SlotDoc } from './observation.model.ts';
import { openerOf, type TextOpener } from './opening.ts';
import { mayRead, notesReadable, relationOf, type Reader } from './policy.ts';
import { toReader } from './reader.ts';
import {
  ObservationNotesModel,
  ObservationTextModel,
  type ObservationNotesDoc,
  type ObservationTextDoc,
} from './sealed.model.ts';
import { sealingParts } from './sealing.ts';

/**
 * The one place where text about a lesson is opened, each piece after the policy has let its reader through. Nothing else imports
 * `opening.ts`.
 */

type Ids = Pick<SessionIds, 'institutionId' | 'personId'>;

const observationPart = (institutionId: string, id: string): ReadPart<ObservationDoc> =>
  part<ObservationDoc>(ObservationModel, { institutionId, _id: id });

/** What a page of an observation is made from. */
export function viewParts({ institutionId }: Ids, id: string) {
  const which = { institutionId, observationId: id };
  return {
    observation: observationPart(institutionId, id),
    ...sealingParts(institutionId, id),
    texts: part<ObservationTextDoc>(ObservationTextModel, which),
    notes: part<ObservationNotesDoc>(ObservationNotesModel, which, [{ $sort: { observerId: 1, n: 1 } }]),
  };
}
type FoundView = Found<ReturnType<typeof viewParts>>;

/** An observation and who reads it. */
interface Reading {
  observation: ObservationDoc;
  reader: Reader;
  relation: Relation;
}

/** @throws {AppError} NOT_FOUND also for somebody who may not know of it */
function getReading(found: { observation: ObservationDoc[] }, session: LiveSession): Reading {
  const [observation] = found.observation;
  const reader = toReader(session);
  const relation = observation ? relationOf(observation, reader) : null;
  if (!observation || relation === null) throw notFound('This observation');
  return { observation, reader, relation };
}

function releaseTexts(
  { observation, reader }: Reading,
  opener: TextOpener,
  found: FoundView,
): ObservationText[] {
  return found.texts
    .filter((text) => mayRead(observation, reader, text.part))
    .map(({ part: name, revision, sealed, savedAt }) =>
      ObservationText.parse({
        part: name,
        revision,
        savedAt: savedAt.toISOString(),
        value: opener.open(name, sealed, OBSERVATION_TEXTS[name]),
      }),
    );
}

const Batch = z.array(NoteEdit);

/** The edits of these batches. */
function openBatches(opener: TextOpener, batches: readonly ObservationNotesDoc[]): NoteEdit[] {
  return batches.flatMap(({ observerId, digest, sealed }) =>
    opener.open(`notes:${observerId}:${digest}`, sealed, Batch),
  );
}

function releaseNotes({ observation, reader }: Reading, opener: TextOpener, found: FoundView) {
  return observation.observerIds.map((observerId) => {
    const through = notesReadable(observation, reader, observerId);
    const batches = found.notes.filter((batch) => batch.observerId === observerId && batch.n <= through);
    // what was replaced is not shown to anybody
    const lines = new NoteEdits(openBatches(opener, batches)).lines();
    return { observerId, lines: lines.map(({ lineId, values }) => ({ lineId, values: [...values] })) };
  });
}

const toSlot = ({ from, until }: SlotDoc) => ({ from: from.toISOString(), until: until.toISOString() });
const toInstant = (at: Date | null): string | null => at?.toISOString() ?? null;

/** An observation without a text of it. */
export function toFacts(
  { observation, relation }: Pick<Reading, 'observation' | 'relation'>,
  names: ReadonlyMap<string, string>,
) {
  const { _id: id, state, observedId, observerIds, slot, changedAt } = observation;
  const toPerson = (personId: string) => ({ id: personId, name: names.get(personId) ?? '' });
  return {
    id,
    relation,
    state,
    observed: toPerson(observedId),
    observers: observerIds.map(toPerson),
    slot: slot && toSlot(slot),
    changedAt: changedAt.toISOString(),
  };
}

/** An observation as far as the caller may see it. @throws {AppError} NOT_FOUND */
export async function getObservationView(
  deps: Pick<Deps, 'sealer'>,
  session: LiveSession,
  found: FoundView,
): Promise<ObservationView> {
  const reading = getReading(found, session);
  const { observation } = reading;
  const { institutionId, _id: observationId, observedId, observerIds } = observation;
  const opener = openerOf(deps, { institutionId, observationId, key: found.key, dataKeys: found.dataKeys });
  const names = await getDisplayNames(institutionId, [observedId, ...observerIds]);
  const { revision, form, visibility, slots, proposedBy, startedAt, sharedAt, withdrawnAt } = observation;
  return {
    ...toFacts(reading, names),
    ...{ revision, form, visibility, proposedBy },
    slots: slots.map(toSlot),
    startedAt: toInstant(startedAt),
    sharedAt: toInstant(sharedAt),
    isWithdrawn: withdrawnAt !== null,
    texts: releaseTexts(reading, opener, found),
    notes: releaseNotes(reading, opener, found),
  };
}

/** Batches in one reply. */
const BATCHES = 4;

/** What a device of an observer does not know yet. */
export function ownNotesParts({ institutionId, personId }: Ids, id: string, after: number) {
  const own = { institutionId, observationId: id, observerId: personId, n: { $gt: after } };
  return {
    observation: observationPart(institutionId, id),
    ...sealingParts(institutionId, id),
    notes: part<ObservationNotesDoc>(ObservationNotesModel, own, [
      { $sort: { n: 1 } },
      { $limit: BATCHES + 1 },
    ]),
  };
}

/**
 * The caller's own edits after a batch, at most four batches of them.
 *
 * @throws {AppError} NOT_FOUND also for somebody who is no observer of it, and once the observed teacher withdrew their consent
 */
export function getOwnNotes(
  deps: Pick<Deps, 'sealer' | 'clock'>,
  session: LiveSession,
  found: Found<ReturnType<typeof ownNotesParts>>,
): { edits: NoteEdit[]; n: number | null; more: boolean; elapsedMs: number | null } {
  const { observation, reader, relation } = getReading(found, session);
  if (relation !== 'observer' || notesReadable(observation, reader, reader.personId) === 0)
    throw notFound('This observation');
  const { institutionId, _id: observationId, startedAt } = observation;
  const opener = openerOf(deps, { institutionId, observationId, key: found.key, dataKeys: found.dataKeys });
  const batches = found.notes.slice(0, BATCHES);
  return {
    edits: openBatches(opener, batches),
    n: batches.at(-1)?.n ?? null,
    more: found.notes.length > BATCHES,
    elapsedMs: startedAt && Math.max(0, deps.clock.now().getTime() - startedAt.getTime()),
  };
}
