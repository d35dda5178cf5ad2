import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type { PathwayContent } from '../../../contract/content.ts';
import { copyContent } from '../../../contract/contentCopies.ts';
import { ALWAYS } from '../../../contract/rules.ts';
import type { DraftSource, StudioDraft } from '../../../contract/studio.ts';
import { keyOfPart, splitPathway, type Part, type PathwayPart } from '../../../contract/studioParts.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey, notFound } from '../../errors.ts';
import type { LiveSession, SessionIds } from '../../http/liveSession.ts';
import { appendAudit, type Actor } from '../audit/audit.service.ts';
import { findPublishedContent } from '../catalog/publishedContent.service.ts';
import { listParts } from './parts.service.ts';
import { StudioDraftModel, StudioPartModel, type StudioDraftDoc } from './studio.model.ts';

type Clocked = Pick<Deps, 'clock'>;

/** "Quick checks, quickly" → "quick-checks-quickly". */
function toSlug(title: string, key: string): string {
  const words =
    title
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  const slug = words.join('-').slice(0, 60).replace(/-+$/, '');
  return slug.length >= 3 ? slug : `pathway-${key.slice(0, 8)}`;
}

function blankPart({ pathwayKey, title, strand }: Extract<DraftSource, { from: 'blank' }>): PathwayPart {
  return {
    type: 'pathway',
    key: pathwayKey,
    slug: toSlug(title, pathwayKey),
    title,
    framework: null,
    strand,
    vision: '',
    licence: '',
    source: '',
    modules: [],
    tracks: [],
    completes: ALWAYS,
    badge: null,
  };
}

interface Beginning {
  parts: Part[];
  baseVersion: number | null;
}

async function getPublished(
  institutionId: string,
  key: string,
): Promise<{ n: number; content: PathwayContent }> {
  const published = await findPublishedContent(institutionId, key);
  if (!published) throw notFound('This pathway');
  return published;
}

/** What a new draft holds. @throws {AppError} NOT_FOUND if what it is to begin from is not there */
async function toBeginning(institutionId: string, source: DraftSource): Promise<Beginning> {
  switch (source.from) {
    case 'blank':
      return { parts: [blankPart(source)], baseVersion: null };
    case 'version': {
      const { n, content } = await getPublished(institutionId, source.pathwayKey);
      return { parts: splitPathway(content), baseVersion: n };
    }
    case 'copy': {
      const { content } = await getPublished(institutionId, source.of);
      return { parts: splitPathway(copyContent(content, source.pathwayKey, randomUUID)), baseVersion: null };
    }
  }
}

async function findOpenDraft(institutionId: string, pathwayKey: string): Promise<StudioDraftDoc | null> {
  return StudioDraftModel.findOne({ institutionId, pathwayKey, state: 'open' }).lean();
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

/**
 * Begins the draft of a pathway's next version, or finds the one that is open: two who begin at once get the same.
 *
 * @returns its id
 * @throws {AppError} NOT_FOUND if what it is to begin from is not there
 */
export async function beginDraft(
  deps: Clocked,
  actor: Actor & { personId: string },
  source: DraftSource,
): Promise<string> {
  const { institutionId, personId } = actor;
  const { pathwayKey } = source;
  const open = await findOpenDraft(institutionId, pathwayKey);
  if (open) return open._id;
  const { parts, baseVersion } = await toBeginning(institutionId, source);
  const now = deps.clock.now();
  const draft: StudioDraftDoc = {
    _id: randomUUID(),
    institutionId,
    pathwayKey,
    state: 'open',
    baseVersion,
    revision: 1,
    bytes: parts.reduce((sum, part) => sum + Buffer.byteLength(JSON.stringify(part)), 0),
    begunAt: now,
    begunBy: personId,
    savedAt: now,
    savedBy: personId,
  };
  try {
    await inTransaction(async (tx) => {
      await insertDraft(draft, parts, tx);
      const facts = { from: source.from, pathwayKey };
      const subject = { kind: 'draft', id: draft._id };
      await appendAudit(deps, actor, { action: 'draft.begun', subject, facts }, tx);
    });
    return draft._id;
  } catch (error) {
    const other = isDuplicateKey(error) ? await findOpenDraft(institutionId, pathwayKey) : null;
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

/** A draft with all its parts. @throws {AppError} NOT_FOUND */
export async function openDraft(
  { institutionId, personId }: Pick<SessionIds, 'institutionId' | 'personId'>,
  draftId: string,
): Promise<StudioDraft> {
  // the draft first: parts that are saved in between are newer than it says, and come again with the next changes
  const { pathwayKey, baseVersion, revision } = await getDraft(institutionId, draftId);
  const parts = await listParts({ institutionId, personId, draftId });
  const present = parts.filter(({ value }) => value !== null);
  return { id: draftId, pathwayKey, baseVersion, revision, parts: present };
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
