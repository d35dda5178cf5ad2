import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type { PathwayContent } from '../../../contract/content.ts';
import { fileBlocksOf } from '../../../contract/contentFiles.ts';
import { toCaps } from '../../../contract/lint/findings.ts';
import { splitForm } from '../../../contract/formParts.ts';
import type { FormContent } from '../../../contract/observationForms.ts';
import { DRAFT_MAX_BYTES, type StudioDraft } from '../../../contract/studio.ts';
import { keyOfPart, splitPathway, type Part } from '../../../contract/studioParts.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey, notFound } from '../../errors.ts';
import type { LiveSession, SessionIds } from '../../http/liveSession.ts';
import { appendAudit, type Actor } from '../audit/audit.service.ts';
import { requireContentFiles, touchContentFiles } from '../contentFiles/contentFiles.service.ts';
import { getSettings } from '../institutions/settings.service.ts';
import { listParts } from './parts.service.ts';
import { StudioDraftModel, StudioPartModel, type StudioDraftDoc } from './studio.model.ts';

type Clocked = Pick<Deps, 'clock'>;

/** What a new draft holds. */
export interface Beginning {
  parts: Part[];
  baseVersion: number | null;
}

/** A pathway or form whose draft is meant. */
export type DraftOf = Pick<StudioDraftDoc, 'kind' | 'contentKey'>;

/** The open draft of a pathway or form; null if there is none. */
export async function findOpenDraft(
  institutionId: string,
  { kind, contentKey }: DraftOf,
  tx?: ClientSession,
): Promise<StudioDraftDoc | null> {
  return StudioDraftModel.findOne({ institutionId, kind, contentKey, state: 'open' })
    .session(tx ?? null)
    .lean();
}

async function insertDraft(draft: StudioDraftDoc, parts: readonly Part[], tx: ClientSession): Promise<void> {
  const { institutionId, _id: draftId, begunAt, begunBy } = draft;
  await StudioDraftModel.create([draft], { session: tx });
  await StudioPartModel.insertMany(
    parts.map((value) => ({
      _id: randomUUID(),
      institutionId,
      draftId,
      partKey: keyOfPart(value),
      revision: 1,
      value,
      bytes: Buffer.byteLength(JSON.stringify(value)),
      windowId: draftId,
      savedBy: begunBy,
      savedAt: begunAt,
      keptAt: begunAt,
    })),
    { session: tx },
  );
}

function toDraft(
  place: Pick<StudioDraftDoc, '_id' | 'institutionId' | 'kind' | 'contentKey' | 'baseVersion'>,
  parts: readonly Part[],
  { personId, now }: { personId: string; now: Date },
): StudioDraftDoc {
  return {
    ...place,
    state: 'open',
    revision: 1,
    bytes: parts.reduce((sum, part) => sum + Buffer.byteLength(JSON.stringify(part)), 0),
    begunAt: now,
    begunBy: personId,
    savedAt: now,
    savedBy: personId,
  };
}

/** Content that becomes a draft as it is. */
export type ImportedContent =
  { kind: 'pathway'; content: PathwayContent } | { kind: 'form'; content: FormContent };

/**
 * Makes content a draft, in a transaction.
 *
 * @param draft.draftId  of the new draft
 * @throws {AppError} DRAFT_TOO_LARGE, CONTENT_FILE_MISSING; a duplicate key if the pathway or form has an open draft
 */
export async function importDraft(
  deps: Clocked,
  { institutionId, personId }: Pick<SessionIds, 'institutionId' | 'personId'>,
  draft: ImportedContent & { draftId: string; baseVersion: number | null; tx: ClientSession },
): Promise<void> {
  const { draftId, kind, content, baseVersion, tx } = draft;
  const parts = draft.kind === 'form' ? splitForm(draft.content) : splitPathway(draft.content);
  const place = { _id: draftId, institutionId, kind, contentKey: content.key, baseVersion };
  const doc = toDraft(place, parts, { personId, now: deps.clock.now() });
  if (doc.bytes > DRAFT_MAX_BYTES)
    throw new AppError(
      'DRAFT_TOO_LARGE',
      'This is too large for a draft. Publish it as it is, or split it into two.',
    );
  if (draft.kind === 'pathway') {
    await requireContentFiles(institutionId, draft.content, tx);
    const digests = fileBlocksOf(draft.content).map(({ sha256 }) => sha256);
    await touchContentFiles(institutionId, digests, tx);
  }
  await insertDraft(doc, parts, tx);
}

/** What is begun: `facts` are for the audit. */
interface NewDraft extends DraftOf {
  facts: Readonly<Record<string, string>>;
  /** Called only if no draft is open. @throws {AppError} NOT_FOUND if what it is to begin from is not there */
  begin: () => Promise<Beginning>;
}

/**
 * Begins a draft, or finds the one that is open: two who begin at once get the same.
 *
 * @returns its id
 * @throws {AppError} what `begin` throws
 */
export async function findOrBegin(
  deps: Clocked,
  actor: Actor & { personId: string },
  { kind, contentKey, facts, begin }: NewDraft,
): Promise<string> {
  const { institutionId, personId } = actor;
  const open = await findOpenDraft(institutionId, { kind, contentKey });
  if (open) return open._id;
  const { parts, baseVersion } = await begin();
  const place = { _id: randomUUID(), institutionId, kind, contentKey, baseVersion };
  const draft = toDraft(place, parts, { personId, now: deps.clock.now() });
  try {
    await inTransaction(async (tx) => {
      await insertDraft(draft, parts, tx);
      const subject = { kind: 'draft', id: draft._id };
      await appendAudit(deps, actor, { action: 'draft.begun', subject, facts }, tx);
    });
    return draft._id;
  } catch (error) {
    const other = isDuplicateKey(error) ? await findOpenDraft(institutionId, { kind, contentKey }) : null;
    if (!other) throw error;
    return other._id;
  }
}

/** An open draft of the institution. @throws {AppError} NOT_FOUND */
export async function getDraft(institutionId: string, draftId: string): Promise<StudioDraftDoc> {
  const draft = await StudioDraftModel.findOne({ institutionId, _id: draftId, state: 'open' }).lean();
  if (!draft) throw notFound('This draft');
  return draft;
}

/**
 * Returns if this session may write an open draft, or, without a draft, content at all.
 *
 * @throws {AppError} FORBIDDEN, NOT_FOUND
 */
export async function requireMayWrite(session: LiveSession, draftId: string | null): Promise<void> {
  if (!session.rights.reach(['designer', 'admin']))
    throw new AppError('FORBIDDEN', 'Only course designers can add files to content.');
  if (draftId !== null) await getDraft(session.institutionId, draftId);
}

/** A draft with all its parts, and the caps that it is checked against when it is published. @throws {AppError} NOT_FOUND */
export async function openDraft(
  deps: Pick<Deps, 'log'>,
  { institutionId, personId }: Pick<SessionIds, 'institutionId' | 'personId'>,
  draftId: string,
): Promise<StudioDraft> {
  // the draft first: parts that are saved in between are newer than it says, and come again with the next changes
  const { kind, contentKey, baseVersion, revision } = await getDraft(institutionId, draftId);
  const [parts, settings] = await Promise.all([
    listParts({ institutionId, personId, draftId }),
    getSettings(deps, institutionId),
  ]);
  const present = parts.filter(({ value }) => value !== null);
  const caps = toCaps(settings);
  return { id: draftId, kind, contentKey, baseVersion, revision, caps, parts: present };
}

/** Puts a draft away. What is published stays as it is. @throws {AppError} NOT_FOUND */
export async function discardDraft(deps: Clocked, session: LiveSession, draftId: string): Promise<void> {
  const { institutionId } = session;
  await inTransaction(async (tx) => {
    const { modifiedCount } = await StudioDraftModel.updateOne(
      { institutionId, _id: draftId, state: 'open' },
      { $set: { state: 'discarded' } },
      { session: tx },
    );
    if (modifiedCount === 0) throw notFound('This draft');
    const subject = { kind: 'draft', id: draftId };
    await appendAudit(deps, session, { action: 'draft.discarded', subject }, tx);
  });
}
