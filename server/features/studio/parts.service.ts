import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ClientSession } from 'mongoose';
import {
  DRAFT_MAX_BYTES,
  type PartChange,
  type PartsConflict,
  type PartVersion,
  type SavedPart,
  type SaveParts,
} from '../../../contract/studio.ts';
import { keyOfPart, kindOfPart, type Part } from '../../../contract/studioParts.ts';
import { inTransaction } from '../../db.ts';
import { AppError, notFound } from '../../errors.ts';
import type { SessionIds } from '../../http/liveSession.ts';
import { afterTimeCursor, toTimeCursor } from '../../timeCursor.ts';
import { touchContentFiles } from '../contentFiles/contentFiles.service.ts';
import { getDisplayNames } from '../launches/people.service.ts';
import {
  StudioDraftModel,
  StudioPartModel,
  StudioPartVersionModel,
  type StudioDraftDoc,
  type StudioPartDoc,
  type StudioPartVersionDoc,
} from './studio.model.ts';

/** While one window goes on writing, the history gets what it replaces at most this often. */
const KEEP_EVERY_MS = 60_000;
const HISTORY_PAGE = 50;

type Caller = Pick<SessionIds, 'institutionId' | 'personId'>;
interface DraftPlace extends Caller {
  draftId: string;
}

/** A part as a designer's window gets it. */
function toSavedPart({ personId }: Pick<Caller, 'personId'>, part: StudioPartDoc): SavedPart {
  const { partKey, revision, value, savedAt, savedBy } = part;
  return { key: partKey, revision, value, savedAt: savedAt.toISOString(), mine: savedBy === personId };
}

const bytesOf = (value: Part | null): number =>
  value === null ? 0 : Buffer.byteLength(JSON.stringify(value));

/** @throws {AppError} VALIDATION_FAILED: a part is kept under the key of what it holds, and a save changes each part once */
function requireKeys(changes: readonly PartChange[]): void {
  const isWrong = changes.some(({ key, value }) => value !== null && keyOfPart(value) !== key);
  if (!isWrong && new Set(changes.map(({ key }) => key)).size === changes.length) return;
  throw new AppError('VALIDATION_FAILED', 'Each change names one part, by the key of what it holds.');
}

/** @throws {AppError} VALIDATION_FAILED: a pathway has no parts of a form, nor the other way round */
function requireKind({ kind }: StudioDraftDoc, changes: readonly PartChange[]): void {
  if (changes.every(({ value }) => value === null || kindOfPart(value) === kind)) return;
  throw new AppError('VALIDATION_FAILED', `This is no part of a ${kind}.`);
}

/** Saved by this window before, with a reply that was lost. */
function isRepeat(part: StudioPartDoc, change: PartChange, windowId: string): boolean {
  return part.windowId === windowId && isDeepStrictEqual(part.value, change.value);
}

function conflictsIn(
  changes: readonly PartChange[],
  current: ReadonlyMap<string, StudioPartDoc>,
  windowId: string,
): StudioPartDoc[] {
  return changes.flatMap((change) => {
    const part = current.get(change.key);
    if (part === undefined || part.revision === change.baseRevision) return [];
    return isRepeat(part, change, windowId) ? [] : [part];
  });
}

type KeptVersion = Omit<StudioPartVersionDoc, '_id' | 'institutionId' | 'savedAt'>;

/** Adds values to the history, at the database's time unless they have one. */
async function keepVersions(
  institutionId: string,
  versions: readonly (KeptVersion & { savedAt?: Date })[],
  tx?: ClientSession,
): Promise<void> {
  if (versions.length === 0) return;
  await StudioPartVersionModel.bulkWrite(
    versions.map(({ savedAt, value, ...version }) => ({
      updateOne: {
        filter: { institutionId, _id: randomUUID() },
        update: [{ $set: { ...version, value: { $literal: value }, savedAt: savedAt ?? '$$NOW' } }],
        upsert: true,
      },
    })),
    { ...(tx ? { session: tx } : {}) },
  );
}

/** The value that is about to be replaced goes into the history, if it is somebody else's, removed, or not kept for a while. */
function isToKeep(part: StudioPartDoc, change: PartChange, windowId: string, now: Date): boolean {
  if (part.value === null) return false;
  const isDue = now.getTime() - part.keptAt.getTime() >= KEEP_EVERY_MS;
  return isDue || change.value === null || part.windowId !== windowId;
}

/** A save in progress. */
interface Saving {
  place: DraftPlace;
  input: SaveParts;
  draft: StudioDraftDoc;
  current: ReadonlyMap<string, StudioPartDoc>;
}

async function writeParts({ place, input, draft, current }: Saving, tx: ClientSession): Promise<void> {
  const { institutionId, personId, draftId } = place;
  const { windowId, changes } = input;
  const now = draft.savedAt;
  const kept = changes.flatMap((change) => {
    const part = current.get(change.key);
    return part && isToKeep(part, change, windowId, now) ? [part] : [];
  });
  const versions = kept.map(({ partKey, value, savedBy, savedAt }) => ({
    draftId,
    partKey,
    value,
    savedBy,
    savedAt,
    why: 'replaced' as const,
  }));
  await keepVersions(institutionId, versions, tx);
  await StudioPartModel.bulkWrite(
    changes.map(({ key, value }) => {
      const isKept = kept.some(({ partKey }) => partKey === key);
      const keptAt = isKept ? now : (current.get(key)?.keptAt ?? now);
      return {
        updateOne: {
          filter: { institutionId, draftId, partKey: key },
          update: {
            $set: {
              revision: draft.revision,
              value,
              bytes: bytesOf(value),
              windowId,
              savedBy: personId,
              savedAt: now,
              keptAt,
            },
            $setOnInsert: { _id: randomUUID() },
          },
          upsert: true,
        },
      };
    }),
    { session: tx },
  );
}

/** Thrown out of the transaction, so that nothing of a refused save stays. */
class PartsRefused extends Error {
  readonly theirs: StudioPartDoc[];

  constructor(theirs: StudioPartDoc[]) {
    super('somebody else changed these parts');
    this.theirs = theirs;
  }
}

/** Takes the next revision of an open draft: saves of one draft happen one after the other. @throws {AppError} NOT_FOUND */
async function takeRevision(place: DraftPlace, grows: number, tx: ClientSession): Promise<StudioDraftDoc> {
  const { institutionId, draftId, personId } = place;
  const draft = await StudioDraftModel.findOneAndUpdate(
    { institutionId, _id: draftId, state: 'open' },
    [
      {
        $set: {
          revision: { $add: ['$revision', 1] },
          bytes: { $add: ['$bytes', grows] },
          savedAt: '$$NOW',
          savedBy: personId,
        },
      },
    ],
    { session: tx, updatePipeline: true, returnDocument: 'after' },
  ).lean();
  if (!draft) throw notFound('This draft');
  if (draft.bytes > DRAFT_MAX_BYTES && grows > 0)
    throw new AppError(
      'DRAFT_TOO_LARGE',
      'This draft has become too large. Move a part of it to another one.',
    );
  return draft;
}

async function findParts(
  { institutionId, draftId }: DraftPlace,
  keys: readonly string[],
  tx: ClientSession,
): Promise<Map<string, StudioPartDoc>> {
  const parts = await StudioPartModel.find({ institutionId, draftId, partKey: { $in: keys } })
    .session(tx)
    .lean();
  return new Map(parts.map((part) => [part.partKey, part]));
}

/** Of the files that these changes refer to. */
const fileDigestsOf = (changes: readonly PartChange[]): string[] =>
  changes.flatMap(({ value }) =>
    value?.type === 'block' && value.block.type === 'file' ? [value.block.sha256] : [],
  );

/** What was refused is not lost: it is in the history of its part. */
async function keepRefused(
  place: DraftPlace,
  input: SaveParts,
  theirs: readonly StudioPartDoc[],
): Promise<void> {
  const { institutionId, draftId, personId } = place;
  const refused = input.changes.filter(({ key }) => theirs.some(({ partKey }) => partKey === key));
  await keepVersions(
    institutionId,
    refused.map(({ key, value }) => ({ draftId, partKey: key, value, savedBy: personId, why: 'refused' })),
  );
}

/**
 * Saves changes of parts, all of them or none. A repeat of a save whose reply was lost succeeds.
 *
 * @throws {AppError} STUDIO_CONFLICT if somebody changed one of the parts since: `details` (`PartsConflict`) has them as they are now,
 *   and the refused values are in their history. DRAFT_TOO_LARGE; VALIDATION_FAILED; NOT_FOUND if the draft is not open any more
 */
export async function saveParts(
  place: DraftPlace,
  input: SaveParts,
): Promise<{ revision: number; savedAt: string }> {
  requireKeys(input.changes);
  const keys = input.changes.map(({ key }) => key);
  try {
    return await inTransaction(async (tx) => {
      const current = await findParts(place, keys, tx);
      const theirs = conflictsIn(input.changes, current, input.windowId);
      if (theirs.length > 0) throw new PartsRefused(theirs);
      const before = [...current.values()].reduce((sum, { bytes }) => sum + bytes, 0);
      const after = input.changes.reduce((sum, { value }) => sum + bytesOf(value), 0);
      const draft = await takeRevision(place, after - before, tx);
      requireKind(draft, input.changes);
      await writeParts({ place, input, draft, current }, tx);
      await touchContentFiles(place.institutionId, fileDigestsOf(input.changes), tx);
      return { revision: draft.revision, savedAt: draft.savedAt.toISOString() };
    });
  } catch (error) {
    if (!(error instanceof PartsRefused)) throw error;
    await keepRefused(place, input, error.theirs);
    const details: PartsConflict = { theirs: error.theirs.map((part) => toSavedPart(place, part)) };
    throw new AppError('STUDIO_CONFLICT', 'Somebody else changed this while you did. Both are kept.', {
      details,
    });
  }
}

/** The parts of a draft that were saved after a revision of it; removed ones too. */
export async function listParts(
  { institutionId, draftId, personId }: DraftPlace,
  since = 0,
): Promise<SavedPart[]> {
  const parts = await StudioPartModel.find({ institutionId, draftId, revision: { $gt: since } })
    .sort({ revision: 1, _id: 1 })
    .lean();
  return parts.map((part) => toSavedPart({ personId }, part));
}

/** One page of what a part was before, newest first. */
export async function listPartVersions(
  { institutionId, draftId }: DraftPlace,
  partKey: string,
  cursor?: string,
): Promise<{ rows: PartVersion[]; next: string | null }> {
  const found = await StudioPartVersionModel.find({
    institutionId,
    draftId,
    partKey,
    ...afterTimeCursor('savedAt', cursor),
  })
    .sort({ savedAt: -1, _id: -1 })
    .limit(HISTORY_PAGE + 1)
    .lean();
  const page = found.slice(0, HISTORY_PAGE);
  const last = found.length > HISTORY_PAGE ? page.at(-1) : undefined;
  const names = await getDisplayNames(
    institutionId,
    page.map(({ savedBy }) => savedBy),
  );
  return {
    rows: page.map(({ _id, savedAt, savedBy, why, value }) => ({
      id: _id,
      savedAt: savedAt.toISOString(),
      savedBy: names.get(savedBy) ?? '',
      why,
      value,
    })),
    next: last ? toTimeCursor(last.savedAt, last._id) : null,
  };
}
