import { randomUUID } from 'node:crypto';
import { FRAMEWORKS_MAX } from '../../../contract/frameworks.ts';
import { toEdits } from '../../../contract/overlayEdits.ts';
import {
  OVERLAY_MAX_BYTES,
  OverlayEdits,
  type EditsConflict,
  type OverlayDraft,
  type OverlayDraftRow,
  type OverlaySource,
  type SaveEdits,
  type SavedEdits,
} from '../../../contract/overlays.ts';
import { toCanonicalJson } from '../../canonicalJson.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey, notFound } from '../../errors.ts';
import type { SessionIds } from '../../http/liveSession.ts';
import { appendAudit, type Actor } from '../audit/audit.service.ts';
import { countFrameworks, findFramework, getFramework } from '../frameworks/frameworks.service.ts';
import { getDisplayNames } from '../launches/people.service.ts';
import { OverlayDraftModel, type OverlayDraftDoc } from './overlayDraft.model.ts';

type Clocked = Pick<Deps, 'clock'>;
/** Who writes. */
export type Writer = Actor & { personId: string };

/** What a draft holds. */
export function editsOf({ edits }: Pick<OverlayDraftDoc, 'edits'>): OverlayEdits {
  return OverlayEdits.parse(JSON.parse(edits));
}

function toSaved(draft: OverlayDraftDoc): SavedEdits {
  return { revision: draft.revision, savedAt: draft.savedAt.toISOString(), edits: editsOf(draft) };
}

interface Beginning {
  edits: OverlayEdits;
  baseVersion: number | null;
}

/** @throws {AppError} FRAMEWORK_REFUSED if there can be no more frameworks */
async function requireRoom(institutionId: string): Promise<void> {
  if ((await countFrameworks(institutionId)) < FRAMEWORKS_MAX) return;
  throw new AppError(
    'FRAMEWORK_REFUSED',
    `There are ${FRAMEWORKS_MAX} frameworks here, which is the most there can be.`,
  );
}

async function adaptCore(
  institutionId: string,
  { title, source, core }: Extract<OverlaySource, { from: 'core' }>,
): Promise<Beginning> {
  const { content } = await getFramework(institutionId, core.key, core.version);
  if (content.overlay)
    throw new AppError(
      'FRAMEWORK_REFUSED',
      `${content.title} is an overlay itself. Adapt ${content.overlay.core.title} instead, or change this overlay.`,
    );
  await requireRoom(institutionId);
  const edits: OverlayEdits = {
    core: { ...core, title: content.title },
    title,
    source,
    description: '',
    strands: [],
    items: [],
    ownStrands: [],
    ownItems: [],
  };
  return { edits, baseVersion: null };
}

async function continueOverlay(institutionId: string, key: string): Promise<Beginning> {
  const newest = await findFramework(institutionId, key);
  if (!newest) throw notFound('This overlay');
  const { overlay } = newest.content;
  if (!overlay)
    throw new AppError('FRAMEWORK_REFUSED', `${newest.content.title} is no overlay. Adapt it instead.`);
  const core = await getFramework(institutionId, overlay.core.key, overlay.core.version);
  const edits = toEdits(newest.content, core.content);
  if (!edits) throw notFound('This overlay');
  return { edits, baseVersion: newest.n };
}

/** The open draft of an overlay; null if there is none. */
async function findOpen(institutionId: string, frameworkKey: string): Promise<OverlayDraftDoc | null> {
  return OverlayDraftModel.findOne({ institutionId, frameworkKey, state: 'open' }).lean();
}

/**
 * Begins the draft of an overlay's next version, or finds the one that is open: two who begin at once get the same.
 *
 * @returns its id
 * @throws {AppError} NOT_FOUND if what it is to begin from is not there; FRAMEWORK_REFUSED if that is no core, or no overlay
 */
export async function beginOverlay(deps: Clocked, writer: Writer, source: OverlaySource): Promise<string> {
  const { institutionId, personId } = writer;
  const open = await findOpen(institutionId, source.key);
  if (open) return open._id;
  const { edits, baseVersion } =
    source.from === 'core'
      ? await adaptCore(institutionId, source)
      : await continueOverlay(institutionId, source.key);
  const [now, draftId] = [deps.clock.now(), randomUUID()];
  const draft: OverlayDraftDoc = {
    _id: draftId,
    institutionId,
    frameworkKey: source.key,
    state: 'open',
    baseVersion,
    revision: 1,
    edits: toCanonicalJson(edits),
    title: edits.title,
    core: edits.core,
    windowId: draftId,
    begunAt: now,
    begunBy: personId,
    savedAt: now,
    savedBy: personId,
  };
  try {
    await inTransaction(async (tx) => {
      await OverlayDraftModel.create([draft], { session: tx });
      const facts = { from: source.from, frameworkKey: source.key };
      const subject = { kind: 'overlay', id: draftId };
      await appendAudit(deps, writer, { action: 'overlay.begun', subject, facts }, tx);
    });
    return draftId;
  } catch (error) {
    const other = isDuplicateKey(error) ? await findOpen(institutionId, source.key) : null;
    if (!other) throw error;
    return other._id;
  }
}

/** Drafts that are open, newest save first. */
export async function listOverlays(institutionId: string): Promise<OverlayDraftRow[]> {
  const drafts = await OverlayDraftModel.find({ institutionId, state: 'open' }, { edits: 0 })
    .sort({ savedAt: -1 })
    .limit(FRAMEWORKS_MAX)
    .lean();
  const names = await getDisplayNames(
    institutionId,
    drafts.map(({ savedBy }) => savedBy),
  );
  return drafts.map(({ _id, frameworkKey, title, core, baseVersion, savedAt, savedBy }) => ({
    id: _id,
    key: frameworkKey,
    title,
    core,
    baseVersion,
    savedAt: savedAt.toISOString(),
    savedBy: names.get(savedBy) ?? '',
  }));
}

async function getOpen(institutionId: string, draftId: string): Promise<OverlayDraftDoc> {
  const draft = await OverlayDraftModel.findOne({ institutionId, _id: draftId, state: 'open' }).lean();
  if (!draft) throw notFound('This draft');
  return draft;
}

/** An open draft with what is written in it. @throws {AppError} NOT_FOUND */
export async function getOverlay(institutionId: string, draftId: string): Promise<OverlayDraft> {
  const draft = await getOpen(institutionId, draftId);
  const newest = await findFramework(institutionId, draft.frameworkKey);
  return {
    ...toSaved(draft),
    id: draftId,
    key: draft.frameworkKey,
    baseVersion: draft.baseVersion,
    newest: newest?.n ?? null,
  };
}

/**
 * Saves a draft on top of the revision that the window knows. A repeat of a save whose reply was lost succeeds.
 *
 * @throws {AppError} STUDIO_CONFLICT if something was saved since: `details` (`EditsConflict`) has that. DRAFT_TOO_LARGE; NOT_FOUND if
 *   the draft is not open any more
 */
export async function saveOverlay(
  { institutionId, personId }: Pick<SessionIds, 'institutionId' | 'personId'>,
  draftId: string,
  { windowId, baseRevision, edits }: SaveEdits,
): Promise<{ revision: number; savedAt: string }> {
  const text = toCanonicalJson(edits);
  if (Buffer.byteLength(text) > OVERLAY_MAX_BYTES)
    throw new AppError('DRAFT_TOO_LARGE', 'This overlay has become too large. Take some of its items out.');
  const { title, core } = edits;
  const written = { edits: text, title, core, windowId, savedBy: personId };
  const saved = await OverlayDraftModel.findOneAndUpdate(
    { institutionId, _id: draftId, state: 'open', revision: baseRevision },
    [{ $set: { ...toLiterals(written), revision: { $add: ['$revision', 1] }, savedAt: '$$NOW' } }],
    { updatePipeline: true, returnDocument: 'after' },
  ).lean();
  const now = saved ?? (await getOpen(institutionId, draftId));
  const isRepeat = now.windowId === windowId && now.edits === text;
  if (saved || isRepeat) return { revision: now.revision, savedAt: now.savedAt.toISOString() };
  const details: EditsConflict = { theirs: toSaved(now) };
  throw new AppError('STUDIO_CONFLICT', 'Somebody else changed this while you did. Both are kept.', {
    details,
  });
}

/** Values for a pipeline: what people write may begin with a dollar sign. */
function toLiterals(values: Readonly<Record<string, unknown>>): Record<string, { $literal: unknown }> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { $literal: value }]));
}

/** Puts a draft away. What is published stays as it is. @throws {AppError} NOT_FOUND */
export async function discardOverlay(deps: Clocked, actor: Actor, draftId: string): Promise<void> {
  const { institutionId } = actor;
  await inTransaction(async (tx) => {
    const { modifiedCount } = await OverlayDraftModel.updateOne(
      { institutionId, _id: draftId, state: 'open' },
      { $set: { state: 'discarded' } },
      { session: tx },
    );
    if (modifiedCount === 0) throw notFound('This draft');
    const subject = { kind: 'overlay', id: draftId };
    await appendAudit(deps, actor, { action: 'overlay.discarded', subject }, tx);
  });
}
