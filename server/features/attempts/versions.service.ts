import { createHash, randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type { DraftVersion, PieceKey } from '../../../contract/attempts.ts';
import { countWords, type RichDocument } from '../../../contract/richText.ts';
import { AppError } from '../../errors.ts';
import { afterTimeCursor, toTimeCursor } from '../../timeCursor.ts';
import { DraftVersionModel, type DraftDoc, type DraftVersionDoc } from './draft.model.ts';

const PAGE = 50;
/** Texts that conflicts on one piece may add to its history within a day; each conflict adds two at most. */
export const CONFLICTS_PER_DAY = 100;
/** Versions of one piece within a day beyond which windows no longer take turns in replacing each other's text. */
const VERSIONS_PER_DAY = 500;
const DAY_MS = 24 * 60 * 60_000;

/** Which text: of whom, on what, which piece. */
export interface DraftPlace {
  institutionId: string;
  personId: string;
  subjectId: string;
  pieceKey: PieceKey;
}

/** What becomes of a text that the history gets. */
interface KeptText {
  /** The same one is written again: for the newest words of one conflict, and for what is replaced twice. */
  id?: string;
  why: DraftVersionDoc['why'];
  document: RichDocument;
  text: string;
  /** By this, of two that write the same one the later stays, whichever comes first. */
  sequence?: number;
  /** When it was saved; the database's time without it. */
  savedAt?: Date;
}

/** Puts a text into the history, whatever became of it. @returns its version id */
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

/** An id that is the same for the same parts: what is written twice is there once. */
function idFrom(...parts: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** How many versions a piece got within a day, this one aside. */
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
 * @param isOthers  another window wrote it, so that it is kept however soon it comes
 * @throws {AppError} RATE_LIMITED where windows replaced each other's text beyond 500 versions a day, before anything is
 *   replaced
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
 * Keeps a text that could not go into its draft, and the one that stands there. As long as one window's conflict goes on, from
 * the same revision, its newest words replace the ones before, as they would in the draft; an older save that comes late
 * changes nothing. A choice ends it, since what is written then builds on another revision.
 *
 * @returns the version's id, or null where conflicts on the piece have filled a day's history: nothing is kept then, and
 *   nothing is dropped
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

/** One page of a piece's history, newest first, by when the database took each text. */
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
