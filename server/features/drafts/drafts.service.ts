import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { countWords, type RichDocument } from '../../../contract/richText.ts';
import type { DraftConflict, DraftVersion, DraftView, PieceKey } from '../../../contract/attempts.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey } from '../../errors.ts';
import { checkDocument, type CheckedDocument } from './checkDocument.ts';
import { DraftModel, DraftVersionModel, type DraftDoc, type DraftVersionDoc } from './draft.model.ts';

export type { DraftDoc } from './draft.model.ts';

/** The history gets a version of a text at most this often while it is being written. */
const KEEP_EVERY_MS = 5 * 60_000;
const VERSIONS_SHOWN = 50;

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

/** Puts a text into the history, whatever became of it; returns its version id. */
export async function keepVersion(
  { clock }: Pick<Deps, 'clock'>,
  place: DraftPlace,
  kept: { why: DraftVersionDoc['why']; document: RichDocument; text: string },
  session?: ClientSession,
): Promise<string> {
  const version = { _id: randomUUID(), ...place, ...kept, savedAt: clock.now() };
  await DraftVersionModel.create([version], { ...(session ? { session } : {}) });
  return version._id;
}

/** Checks a text that can't go into its draft (locked, archived) and keeps it in the history all the same. */
export async function keepRefusedText(
  deps: Pick<Deps, 'clock'>,
  place: DraftPlace,
  raw: unknown,
): Promise<void> {
  await keepVersion(deps, place, { why: 'conflict', ...checkDocument(raw) });
}

async function create(
  deps: Pick<Deps, 'clock'>,
  place: DraftPlace,
  input: DraftInput,
  checked: CheckedDocument,
): Promise<DraftDoc | null> {
  const now = deps.clock.now();
  const draft = {
    _id: randomUUID(),
    ...place,
    draftId: input.draftId,
    revision: 1,
    ...checked,
    savedAt: now,
    keptAt: now,
  };
  try {
    await DraftModel.create(draft);
    return draft;
  } catch (error) {
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}

async function replace(
  deps: Pick<Deps, 'clock'>,
  place: DraftPlace,
  input: DraftInput,
  checked: CheckedDocument,
): Promise<DraftDoc | null> {
  const now = deps.clock.now();
  const { institutionId, subjectId, pieceKey } = place;
  const before = await DraftModel.findOneAndUpdate(
    { institutionId, subjectId, pieceKey, revision: input.baseRevision },
    { $set: { ...checked, draftId: input.draftId, savedAt: now }, $inc: { revision: 1 } },
    { returnDocument: 'before' },
  ).lean();
  if (!before) return null;
  if (now.getTime() - before.keptAt.getTime() >= KEEP_EVERY_MS && before.text) {
    await keepVersion(deps, place, { why: 'interval', document: before.document, text: before.text });
    await DraftModel.updateOne({ institutionId, _id: before._id }, { $set: { keptAt: now } });
  }
  return { ...before, ...checked, draftId: input.draftId, revision: before.revision + 1, savedAt: now };
}

/**
 * Saves a text upon the revision that its writer saw. A repeat of a save whose answer was lost is answered as done.
 *
 * @throws {AppError} DRAFT_CONFLICT when another window was first; `details` (`DraftConflict`) hold the other text,
 *   and both are in the history. VALIDATION_FAILED, TEXT_TOO_LONG: see `checkDocument`.
 */
export async function saveDraft(
  deps: Pick<Deps, 'clock'>,
  place: DraftPlace,
  input: DraftInput,
): Promise<DraftDoc> {
  const checked = checkDocument(input.document);
  const first = input.baseRevision === 0 ? await create(deps, place, input, checked) : null;
  const saved = first ?? (await replace(deps, place, input, checked));
  if (saved) return saved;
  const theirs = await findDraft(place);
  if (!theirs) return saveDraft(deps, place, { ...input, baseRevision: 0 });
  if (theirs.draftId === input.draftId && theirs.text === checked.text) return theirs;
  // whichever text the person keeps, the other one must be found again
  await keepVersion(deps, place, { why: 'conflict', document: theirs.document, text: theirs.text });
  const mineVersionId = await keepVersion(deps, place, { why: 'conflict', ...checked });
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
    .sort({ savedAt: -1 })
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
export async function clearDraft(
  deps: Pick<Deps, 'clock'>,
  place: DraftPlace,
  session: ClientSession,
): Promise<void> {
  const { institutionId, subjectId, pieceKey } = place;
  const draft = await DraftModel.findOne({ institutionId, subjectId, pieceKey }).session(session).lean();
  if (!draft) return;
  await keepVersion(deps, place, { why: 'replaced', document: draft.document, text: draft.text }, session);
  await DraftModel.deleteOne({ institutionId, _id: draft._id }, { session });
}
