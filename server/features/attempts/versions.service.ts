import { createHash, randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type { DraftVersion, PieceKey } from '../../../contract/attempts.ts';
import { countWords, type RichDocument } from '../../../contract/richText.ts';
import { AppError } from '../../errors.ts';
import { afterTimeCursor, toTimeCursor } from '../../timeCursor.ts';
import { DraftVersionModel, type DraftDoc, type DraftVersionDoc } from './draft.model.ts';

const PAGE = 50;
/** Texts that conflicts on one piece may add to its history within a day; each conflict adds at most two. */
export const CONFLICTS_PER_DAY = 100;
/** Versions of one piece within a day beyond which windows may no longer replace each other's text. */
const VERSIONS_PER_DAY = 500;
const DAY_MS = 24 * 60 * 60_000;

/** Identifies a text: whose, on what, which piece. */
export interface DraftPlace {
  institutionId: string;
  personId: string;
  subjectId: string;
  pieceKey: PieceKey;
}

/** What happens to a text that goes into the history. */
interface KeptText {
  /** The same version is written again: for the newest text of one conflict, and for what is replaced twice. */
  id?: string;
  why: DraftVersionDoc['why'];
  document: RichDocument;
  text: string;
  /** Of two writes of the same version the one that is later by this value stays, whichever arrives first. */
  sequence?: number;
  /** When it was saved; the database's time by default. */
  savedAt?: Date;
}

/** Adds a text to the history, whatever happened to it. @returns its version id */
export async function keepVersion(
  { institutionId, ...place }: DraftPlace,
  { id = randomUUID(), sequence = 0, ...kept }: KeptText,
  tx?: ClientSession,
): Promise<string> {
  const isOlder = { $gt: [{ $ifNull: ['$sequence', -1] }, sequence] };
  const unlessOlder = (path: string, value: unknown) => ({ $cond: [isOlder, path, value] });
  await DraftVersionModel.updateOne(
    { institutionId, _id: id },
    [
      {
        $set: {
          ...place,
          why: { $ifNull: ['$why', kept.why] },
          document: unlessOlder('$document', { $literal: kept.document }),
          text: unlessOlder('$text', { $literal: kept.text }),
          savedAt: unlessOlder('$savedAt', kept.savedAt ?? '$$NOW'),
          sequence: unlessOlder('$sequence', sequence),
        },
      },
    ],
    { upsert: true, updatePipeline: true, ...(tx ? { session: tx } : {}) },
  );
  return id;
}

/** An id derived from the parts, so that what is written twice is stored once. */
function idFrom(...parts: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** How many versions a piece got within a day, not counting this one. */
async function countOfDay(
  { institutionId, subjectId, pieceKey }: DraftPlace,
  id: string,
  why?: DraftVersionDoc['why'],
): Promise<number> {
  return DraftVersionModel.countDocuments({
    institutionId,
    subjectId,
    pieceKey,
    _id: { $ne: id },
    ...(why ? { why } : {}),
    $expr: { $gt: ['$savedAt', { $subtract: ['$$NOW', DAY_MS] }] },
  });
}

/** One revision of a draft is one version, however often it is kept. */
async function keepRevision(place: DraftPlace, draft: DraftDoc, why: DraftVersionDoc['why']): Promise<void> {
  const { document, text, savedAt } = draft;
  if (text === '') return;
  await keepVersion(place, { id: idFrom(draft._id, draft.revision), why, document, text, savedAt });
}

/**
 * Keeps the text that is about to be replaced.
 *
 * @param isOthers  another window wrote it, so it is kept however recent the last version is
 * @throws {AppError} RATE_LIMITED if windows replaced each other's text beyond 500 versions a day, before anything is replaced
 */
export async function keepReplaced(place: DraftPlace, draft: DraftDoc, isOthers: boolean): Promise<void> {
  const isMany = isOthers && (await countOfDay(place, idFrom(draft._id, draft.revision))) >= VERSIONS_PER_DAY;
  if (!isMany) return keepRevision(place, draft, 'interval');
  throw new AppError(
    'RATE_LIMITED',
    'You wrote in many windows today. Copy your text, and keep only one window open.',
    { retryAfterSeconds: 600 },
  );
}

/**
 * Keeps a text that could not go into its draft, and the present one. While one window's conflict continues, from the same
 * revision, its newest text replaces the previous one, as it would in the draft; an older save that arrives late changes nothing.
 * A choice ends the conflict, since later text is based on another revision.
 *
 * @returns the version's id, or null if conflicts on the piece have filled a day's history: nothing is kept then, and nothing is
 *   dropped
 */
export async function keepConflict(
  place: DraftPlace,
  mine: { draftId: string; baseRevision: number; sequence?: number | undefined },
  { document, text }: { document: RichDocument; text: string },
  theirs?: DraftDoc,
): Promise<string | null> {
  const { institutionId, subjectId, pieceKey } = place;
  const { draftId, baseRevision, sequence = 0 } = mine;
  const id = idFrom(institutionId, subjectId, pieceKey, draftId, baseRevision, 'mine');
  if ((await countOfDay(place, id, 'conflict')) >= CONFLICTS_PER_DAY) return null;
  await keepVersion(place, { id, why: 'conflict', document, text, sequence });
  if (theirs) await keepRevision(place, theirs, 'conflict');
  return id;
}

/** One page of a piece's history, newest first, by when the database accepted each text. */
export async function listVersions(
  { institutionId, subjectId, pieceKey }: DraftPlace,
  cursor?: string,
): Promise<{ rows: DraftVersion[]; next: string | null }> {
  const found = await DraftVersionModel.find({
    institutionId,
    subjectId,
    pieceKey,
    ...afterTimeCursor('savedAt', cursor),
  })
    .sort({ savedAt: -1, _id: -1 })
    .limit(PAGE + 1)
    .lean();
  const page = found.slice(0, PAGE);
  const last = found.length > PAGE ? page.at(-1) : undefined;
  return {
    rows: page.map((row) => ({
      id: row._id,
      savedAt: row.savedAt.toISOString(),
      why: row.why,
      words: countWords(row.text),
      document: row.document,
      text: row.text,
    })),
    next: last ? toTimeCursor(last.savedAt, last._id) : null,
  };
}
