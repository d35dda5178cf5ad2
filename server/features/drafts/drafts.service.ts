import { createHash, randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { countWords, type RichDocument } from '../../../contract/richText.ts';
import type { DraftConflict, DraftVersion, DraftView, PieceKey } from '../../../contract/attempts.ts';
import { AppError, isDuplicateKey } from '../../errors.ts';
import { checkDocument, type CheckedDocument } from './checkDocument.ts';
import { DraftModel, DraftVersionModel, type DraftDoc, type DraftVersionDoc } from './draft.model.ts';

export type { DraftDoc } from './draft.model.ts';

/** The history gets a version of a text at most this often while it is being written. */
const KEEP_EVERY_MS = 5 * 60_000;
const VERSIONS_SHOWN = 50;
/** Texts that conflicts on one piece may add to its history within a day; each conflict adds two at most. */
export const CONFLICTS_PER_DAY = 100;
const CONFLICT_DAY_MS = 24 * 60 * 60_000;

/** Which text: of whom, on what, which piece. */
export interface DraftPlace {
  institutionId: string;
  personId: string;
  subjectId: string;
  pieceKey: PieceKey;
}

export interface DraftInput {
  draftId: string;
  baseRevision: number;
  document: unknown;
}

export function toDraftView(draft: DraftDoc): DraftView {
  return {
    pieceKey: draft.pieceKey,
    draftId: draft.draftId,
    revision: draft.revision,
    document: draft.document,
    text: draft.text,
    savedAt: draft.savedAt.toISOString(),
  };
}

/** What becomes of a text that the history gets. `id`: the same one is written again, for the newest words of one conflict. */
interface KeptText {
  id?: string;
  why: DraftVersionDoc['why'];
  document: RichDocument;
  text: string;
}

/** Puts a text into the history, whatever became of it; when, the database's clock says. @returns its version id */
export async function keepVersion(
  { institutionId, ...place }: DraftPlace,
  { id = randomUUID(), ...kept }: KeptText,
  session?: ClientSession,
): Promise<string> {
  const { document, text } = kept;
  const literal = { document: { $literal: document }, text: { $literal: text } };
  await DraftVersionModel.updateOne(
    { institutionId, _id: id },
    [{ $set: { ...place, why: kept.why, ...literal, savedAt: '$$NOW' } }],
    { upsert: true, updatePipeline: true, ...(session ? { session } : {}) },
  );
  return id;
}

/**
 * The version that one window's conflict writes to: as long as it goes on, from the same revision, its newest words replace
 * the ones before, as they would in the draft. A choice ends it, since what is written then builds on another revision.
 */
function conflictId(
  place: DraftPlace,
  { draftId, baseRevision }: DraftInput,
  whose: 'mine' | 'theirs',
): string {
  const parts = [place.institutionId, place.subjectId, place.pieceKey, draftId, baseRevision, whose];
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Keeps a text that could not go into its draft.
 *
 * @throws {AppError} RATE_LIMITED beyond 100 conflicts a day on one piece, before anything is dropped: the window keeps its
 *   text and comes again
 */
async function keepConflict(
  place: DraftPlace,
  input: DraftInput,
  whose: 'mine' | 'theirs',
  checked: CheckedDocument,
): Promise<string> {
  const id = conflictId(place, input, whose);
  const { institutionId, subjectId, pieceKey } = place;
  const others = await DraftVersionModel.countDocuments({
    ...{ institutionId, subjectId, pieceKey, why: 'conflict', _id: { $ne: id } },
    $expr: { $gt: ['$savedAt', { $subtract: ['$$NOW', CONFLICT_DAY_MS] }] },
  });
  const { document, text } = checked;
  if (others < CONFLICTS_PER_DAY) return keepVersion(place, { id, why: 'conflict', document, text });
  throw new AppError(
    'RATE_LIMITED',
    'You wrote in two places very often today. Copy your text, and keep one window open.',
    { retryAfterSeconds: 600 },
  );
}

/** Checks a text that can't go into its draft (locked, archived) and keeps it in the history all the same. */
export async function keepRefusedText(place: DraftPlace, input: DraftInput): Promise<void> {
  await keepConflict(place, input, 'mine', checkDocument(input.document));
}

/** What a draft gets with each save. */
function written(input: DraftInput, { document, text }: CheckedDocument): Record<string, unknown> {
  const literal = { document: { $literal: document }, text: { $literal: text } };
  return { ...literal, draftId: input.draftId, savedAt: '$$NOW' };
}

async function create(
  { institutionId, ...place }: DraftPlace,
  input: DraftInput,
  checked: CheckedDocument,
): Promise<DraftDoc | null> {
  try {
    return await DraftModel.findOneAndUpdate(
      { institutionId, _id: randomUUID() },
      [{ $set: { ...place, ...written(input, checked), revision: 1, keptAt: '$$NOW' } }],
      { upsert: true, updatePipeline: true, returnDocument: 'after' },
    ).lean();
  } catch (error) {
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}

/** When the history has to get what stood there, by the database's clock. */
const isToKeep = { $gte: [{ $subtract: ['$$NOW', '$keptAt'] }, KEEP_EVERY_MS] };

async function replace(
  place: DraftPlace,
  input: DraftInput,
  checked: CheckedDocument,
): Promise<DraftDoc | null> {
  const { institutionId, subjectId, pieceKey } = place;
  const where = { institutionId, subjectId, pieceKey, revision: input.baseRevision };
  const before = await DraftModel.findOne(where).lean();
  if (!before) return null;
  const after = await DraftModel.findOneAndUpdate(
    where,
    [
      {
        $set: {
          ...written(input, checked),
          revision: { $add: ['$revision', 1] },
          keptAt: { $cond: [isToKeep, '$$NOW', '$keptAt'] },
        },
      },
    ],
    { updatePipeline: true, returnDocument: 'after' },
  ).lean();
  if (after && after.keptAt > before.keptAt && before.text) {
    await keepVersion(place, { why: 'interval', document: before.document, text: before.text });
  }
  return after;
}

/**
 * Saves a text upon the revision that its writer saw. A repeat of a save whose answer was lost is answered as done.
 *
 * @throws {AppError} DRAFT_CONFLICT when another window was first; `details` (`DraftConflict`) hold the other text,
 *   and both are in the history. RATE_LIMITED: see `keepConflict`. VALIDATION_FAILED, TEXT_TOO_LONG: see `checkDocument`.
 */
export async function saveDraft(place: DraftPlace, input: DraftInput): Promise<DraftDoc> {
  const checked = checkDocument(input.document);
  const first = input.baseRevision === 0 ? await create(place, input, checked) : null;
  const saved = first ?? (await replace(place, input, checked));
  if (saved) return saved;
  const theirs = await findDraft(place);
  if (!theirs) return saveDraft(place, { ...input, baseRevision: 0 });
  if (theirs.draftId === input.draftId && theirs.text === checked.text) return theirs;
  // whichever text the person keeps, the other one must be found again
  const mineVersionId = await keepConflict(place, input, 'mine', checked);
  await keepConflict(place, input, 'theirs', theirs);
  const details: DraftConflict = { theirs: toDraftView(theirs), mineVersionId };
  throw new AppError('DRAFT_CONFLICT', 'You wrote in two places. Both are kept.', { details });
}

async function findDraft({ institutionId, subjectId, pieceKey }: DraftPlace): Promise<DraftDoc | null> {
  return DraftModel.findOne({ institutionId, subjectId, pieceKey }).lean();
}

/** All texts of a subject. */
export async function listDrafts(
  institutionId: string,
  subjectId: string,
  session?: ClientSession,
): Promise<DraftDoc[]> {
  return DraftModel.find({ institutionId, subjectId })
    .session(session ?? null)
    .lean();
}

/** When each of several subjects was last written to. */
export async function lastSavedBySubject(
  institutionId: string,
  subjectIds: readonly string[],
): Promise<Map<string, Date>> {
  const rows = await DraftModel.find(
    { institutionId, subjectId: { $in: subjectIds } },
    { subjectId: 1, savedAt: 1 },
  ).lean();
  const newest = new Map<string, Date>();
  for (const { subjectId, savedAt } of rows) {
    const known = newest.get(subjectId);
    if (!known || known < savedAt) newest.set(subjectId, savedAt);
  }
  return newest;
}

/** The newest 50 texts of a piece's history, newest first. */
export async function listVersions(place: DraftPlace): Promise<DraftVersion[]> {
  const { institutionId, subjectId, pieceKey } = place;
  const rows = await DraftVersionModel.find({ institutionId, subjectId, pieceKey })
    .sort({ savedAt: -1, _id: -1 })
    .limit(VERSIONS_SHOWN)
    .lean();
  return rows.map((row) => ({
    id: row._id,
    savedAt: row.savedAt.toISOString(),
    why: row.why,
    words: countWords(row.text),
    document: row.document,
    text: row.text,
  }));
}

/** Empties a piece for a new round, keeping what it said in the history. */
export async function clearDraft(place: DraftPlace, session: ClientSession): Promise<void> {
  const { institutionId, subjectId, pieceKey } = place;
  const draft = await DraftModel.findOne({ institutionId, subjectId, pieceKey }).session(session).lean();
  if (!draft) return;
  await keepVersion(place, { why: 'replaced', document: draft.document, text: draft.text }, session);
  await DraftModel.deleteOne({ institutionId, _id: draft._id }, { session });
}
