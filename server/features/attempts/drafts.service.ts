import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ClientSession, PipelineStage } from 'mongoose';
import type { DraftConflict, DraftView } from '../../../contract/attempts.ts';
import { join, part, type ReadPart } from '../../combinedRead.ts';
import { AppError, isDuplicateKey } from '../../errors.ts';
import { checkDocument, type CheckedDocument } from './checkDocument.ts';
import { DraftModel, type DraftDoc } from './draft.model.ts';
import { keepConflict, keepReplaced, type DraftPlace } from './versions.service.ts';

export type { DraftDoc } from './draft.model.ts';

/** The history gets a version of a text at least this often while it is being written. */
const KEEP_EVERY_MS = 5 * 60_000;

export interface DraftInput {
  draftId: string;
  baseRevision: number;
  /** Increases with each change under this draft id; identifies a late repeat of an older save. */
  sequence?: number | undefined;
  document: unknown;
}

/** A draft as its author's page gets it. */
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

/**
 * Validates a text that cannot go into its draft (locked, archived) and keeps it in the history all the same.
 *
 * @throws {AppError} RATE_LIMITED if conflicts on this piece have filled a day's history: the window keeps its text and tries
 *   again. VALIDATION_FAILED, TEXT_TOO_LONG: see `checkDocument`
 */
export async function keepRefusedText(place: DraftPlace, input: DraftInput): Promise<void> {
  const kept = await keepConflict(place, input, checkDocument(input.document));
  if (kept !== null) return;
  throw new AppError(
    'RATE_LIMITED',
    'You wrote in two places very often today. Copy your text, and keep only one window open.',
    { retryAfterSeconds: 600 },
  );
}

/** What a draft gets with each save. */
function toFields(input: DraftInput, { document, text }: CheckedDocument): Record<string, unknown> {
  const literal = { document: { $literal: document }, text: { $literal: text } };
  const { draftId, sequence = 0 } = input;
  return { ...literal, draftId, sequence, savedAt: '$$NOW' };
}

async function create(
  { institutionId, ...place }: DraftPlace,
  input: DraftInput,
  checked: CheckedDocument,
): Promise<DraftDoc | null> {
  try {
    return await DraftModel.findOneAndUpdate(
      { institutionId, _id: randomUUID() },
      [{ $set: { ...place, ...toFields(input, checked), revision: 1, keptAt: '$$NOW' } }],
      { upsert: true, updatePipeline: true, returnDocument: 'after' },
    ).lean();
  } catch (error) {
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}

/** When the previous text must go into the history, by the database's clock. */
const isToKeep = { $gte: [{ $subtract: ['$$NOW', '$keptAt'] }, KEEP_EVERY_MS] };

/**
 * Replaces the text on top of the revision that the writer last saw. The replaced text goes into the history first, every few
 * minutes and always if another window wrote it: a process that dies in between leaves one version too many, never one too few.
 *
 * @throws {AppError} RATE_LIMITED: see `keepReplaced`
 */
async function replace(
  place: DraftPlace,
  input: DraftInput,
  checked: CheckedDocument,
): Promise<DraftDoc | null> {
  const { institutionId, subjectId, pieceKey } = place;
  const where = { institutionId, subjectId, pieceKey, revision: input.baseRevision };
  const [before] = await DraftModel.aggregate<DraftDoc & { isDue: boolean }>([
    { $match: where },
    { $set: { isDue: isToKeep } },
  ]);
  if (!before) return null;
  const isOthers = before.draftId !== input.draftId;
  const isKept = before.isDue || isOthers;
  if (isKept) await keepReplaced(place, before, isOthers);
  return DraftModel.findOneAndUpdate(
    where,
    [
      {
        $set: {
          ...toFields(input, checked),
          revision: { $add: ['$revision', 1] },
          ...(isKept ? { keptAt: '$$NOW' } : {}),
        },
      },
    ],
    { updatePipeline: true, returnDocument: 'after' },
  ).lean();
}

/** True if the same window wrote the present text, and this one after it: the response to the previous save was lost. */
function isNextOf(theirs: DraftDoc, { draftId, sequence }: DraftInput): boolean {
  return theirs.draftId === draftId && (sequence ?? 0) > (theirs.sequence ?? Infinity);
}

/**
 * Saves a text on top of the revision that its writer last saw. A repeat of a save whose response was lost succeeds.
 *
 * @throws {AppError} DRAFT_CONFLICT if another window was first; `details` (`DraftConflict`) contain the other text, and both are
 *   in the history, unless conflicts have filled a day of it: then `mineVersionId` is null and the window keeps its text.
 *   RATE_LIMITED: see `keepReplaced`. VALIDATION_FAILED, TEXT_TOO_LONG: see `checkDocument`.
 */
export async function saveDraft(place: DraftPlace, input: DraftInput): Promise<DraftDoc> {
  const checked = checkDocument(input.document);
  const first = input.baseRevision === 0 ? await create(place, input, checked) : null;
  const saved = first ?? (await replace(place, input, checked));
  if (saved) return saved;
  const theirs = await findDraft(place);
  if (!theirs) return saveDraft(place, { ...input, baseRevision: 0 });
  if (theirs.draftId === input.draftId && isDeepStrictEqual(theirs.document, checked.document)) return theirs;
  if (isNextOf(theirs, input)) return saveDraft(place, { ...input, baseRevision: theirs.revision });
  // whichever text the person keeps, they must be able to find the other one
  const mineVersionId = await keepConflict(place, input, checked, theirs);
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
  tx?: ClientSession,
): Promise<DraftDoc[]> {
  return DraftModel.find({ institutionId, subjectId })
    .session(tx ?? null)
    .lean();
}

/** All texts of a subject, read together with what else belongs to a page. */
export function draftsPart(institutionId: string, subjectId: string): ReadPart<DraftDoc> {
  return part(DraftModel, { institutionId, subjectId });
}

export type SavedDraft = Pick<DraftDoc, 'subjectId' | 'savedAt'>;

/** Joins, as `drafts`, when the texts of the subjects whose ids are in `local` were saved: `lastSavedBySubject` reads it. */
export function savedDraftsJoin(institutionId: string, local: string): PipelineStage.Lookup {
  return join(DraftModel, { institutionId, local, foreign: 'subjectId', as: 'drafts' }, [
    { $project: { subjectId: 1, savedAt: 1 } },
  ]);
}

/** When each of several subjects was last written to. */
export function lastSavedBySubject(rows: readonly SavedDraft[]): Map<string, Date> {
  const newest = new Map<string, Date>();
  for (const { subjectId, savedAt } of rows) {
    const known = newest.get(subjectId);
    if (!known || known < savedAt) newest.set(subjectId, savedAt);
  }
  return newest;
}
