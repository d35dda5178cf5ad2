import { createHash, randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { z } from 'zod';
import { Id } from '../../../contract/common.ts';
import { applyOverlay } from '../../../contract/frameworkOverlays.ts';
import {
  FRAMEWORKS_MAX,
  type FrameworkContent,
  type FrameworkRow,
  type ItemStatement,
} from '../../../contract/frameworks.ts';
import { toCanonicalText } from '../../canonicalJson.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey, notFound } from '../../errors.ts';
import { appendAudit, type Actor } from '../audit/audit.service.ts';
import { toSlug } from './case/caseTexts.ts';
import {
  FrameworkModel,
  FrameworkVersionModel,
  type FrameworkDoc,
  type FrameworkVersionDoc,
} from './framework.model.ts';
import { parseStored } from './parseFramework.ts';

/** Largest content of one version, in bytes of its JSON: MongoDB takes documents of 16 MiB. */
export const CONTENT_MAX_BYTES = 15 * 1024 * 1024;

/** A published version of a framework. */
export interface PublishedFramework {
  n: number;
  contentHash: string;
  publishedAt: Date;
  content: FrameworkContent;
}

async function toPublished(version: FrameworkVersionDoc): Promise<PublishedFramework> {
  const { n, contentHash, publishedAt, content } = version;
  return { n, contentHash, publishedAt, content: await parseStored(content) };
}

/** The newest version of a framework, or one by its number; null if the institution has none. */
export async function findFramework(
  institutionId: string,
  frameworkKey: string,
  n?: number,
  tx?: ClientSession,
): Promise<PublishedFramework | null> {
  const which = { institutionId, frameworkKey, ...(n === undefined ? {} : { n }) };
  const found = await FrameworkVersionModel.findOne(which)
    .sort({ n: -1 })
    .session(tx ?? null)
    .lean();
  return found && toPublished(found);
}

/** The key of the framework that has a slug; null if none has it. */
export async function findFrameworkKey(institutionId: string, slug: string): Promise<string | null> {
  return (await FrameworkModel.findOne({ institutionId, slug }).lean())?.key ?? null;
}

/** A slug that no other framework has: what a file or a title suggests may be taken. */
export async function findFreeSlug(
  institutionId: string,
  { key, slug }: Pick<FrameworkContent, 'key' | 'slug'>,
): Promise<string> {
  const holder = await findFrameworkKey(institutionId, slug);
  return holder === null || holder === key ? slug : `${slug.slice(0, 51)}-${key.slice(0, 8)}`;
}

/** A free slug made from the title of a new framework. */
export async function toFreeSlug(institutionId: string, title: string, key: string): Promise<string> {
  return findFreeSlug(institutionId, { key, slug: toSlug(title, key) });
}

/** The number of frameworks that an institution has, up to the most that it may have. */
export async function countFrameworks(institutionId: string): Promise<number> {
  return FrameworkModel.countDocuments({ institutionId }, { limit: FRAMEWORKS_MAX });
}

function toRow({ key, slug, title, licence, version, publishedAt, items, core }: FrameworkDoc): FrameworkRow {
  return { key, slug, title, licence, version, publishedAt: publishedAt.toISOString(), items, core };
}

/** All frameworks of an institution, by title. */
export async function listFrameworks(institutionId: string): Promise<FrameworkRow[]> {
  const found = await FrameworkModel.find({ institutionId }).sort({ slug: 1 }).limit(FRAMEWORKS_MAX).lean();
  return found.map(toRow).sort((a, b) => a.title.localeCompare(b.title));
}

/** A version, and what an overlay makes together with its core. */
export interface AppliedFramework extends PublishedFramework {
  /** Null for a core. */
  applied: FrameworkContent | null;
}

/** One published version. @throws {AppError} NOT_FOUND, also for a framework of another institution */
export async function getFramework(institutionId: string, key: string, n: number): Promise<AppliedFramework> {
  const version = await findFramework(institutionId, key, n);
  if (!version) throw notFound('This version');
  return { ...version, applied: await findApplied(institutionId, version.content) };
}

/** What an overlay makes together with its core; null for a core. A published overlay fits the version that it names. */
export async function findApplied(
  institutionId: string,
  content: FrameworkContent,
): Promise<FrameworkContent | null> {
  if (!content.overlay) return null;
  const { key, version } = content.overlay.core;
  const core = await findFramework(institutionId, key, version);
  return core ? (applyOverlay(core.content, content).framework ?? null) : null;
}

/**
 * What some items say in the newest version; of an overlay, what they say there. Items that it does not have are left out.
 *
 * @throws {AppError} NOT_FOUND, also for a framework of another institution
 */
export async function readStatements(
  institutionId: string,
  key: string,
  itemKeys: readonly string[],
): Promise<{ version: number; rows: ItemStatement[] }> {
  const newest = await findFramework(institutionId, key);
  if (!newest) throw notFound('This framework');
  const { items } = (await findApplied(institutionId, newest.content)) ?? newest.content;
  const wanted = new Set(itemKeys);
  const found = items.filter((item) => wanted.has(item.key));
  return {
    version: newest.n,
    rows: found.map(({ key, code, title, canDo }) => ({ key, code, title, canDo })),
  };
}

/** Which version is the newest after publishing, and whether it was made by that. */
export const PublishedVersion = z.object({ key: Id, n: z.number().int(), isNew: z.boolean() });
export type PublishedVersion = z.infer<typeof PublishedVersion>;

async function storeVersion(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  { version, content }: { version: FrameworkVersionDoc; content: FrameworkContent },
  tx: ClientSession,
): Promise<void> {
  const { institutionId, frameworkKey: key, n, publishedAt } = version;
  const { slug, title, licence, items, overlay } = content;
  await FrameworkVersionModel.create([version], { session: tx });
  const core = overlay?.core ?? null;
  await FrameworkModel.updateOne(
    { institutionId, key },
    {
      $set: { slug, title, licence, version: n, publishedAt, items: items.length, core },
      $setOnInsert: { _id: randomUUID() },
    },
    { upsert: true, session: tx },
  );
  const subject = { kind: 'framework', id: key };
  await appendAudit(deps, actor, { action: 'framework.published', subject, facts: { version: n } }, tx);
}

/** Which framework has the slug that was wanted. */
async function slugTaken(institutionId: string, { key, slug }: FrameworkContent): Promise<AppError | null> {
  const holder = await findFrameworkKey(institutionId, slug);
  if (holder === null || holder === key) return null;
  return new AppError(
    'FRAMEWORK_REFUSED',
    `Another framework has the short name ${slug}. Choose another one.`,
  );
}

/** `publishFramework` within a transaction that does more. @throws a duplicate key if somebody else publishes at the same moment */
export async function publishInTransaction(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  content: FrameworkContent,
  tx: ClientSession,
): Promise<PublishedVersion> {
  const { institutionId } = actor;
  const text = await toCanonicalText(content);
  const contentHash = createHash('sha256').update(text).digest('hex');
  const newest = await findFramework(institutionId, content.key, undefined, tx);
  if (newest?.contentHash === contentHash) return { key: content.key, n: newest.n, isNew: false };
  const version: FrameworkVersionDoc = {
    _id: randomUUID(),
    institutionId,
    frameworkKey: content.key,
    n: (newest?.n ?? 0) + 1,
    schemaVersion: content.schemaVersion,
    contentHash,
    content: text,
    publishedAt: deps.clock.now(),
  };
  await storeVersion(deps, actor, { version, content }, tx);
  return { key: content.key, n: version.n, isNew: true };
}

/**
 * Publishes content as the next version of its framework, or finds that the newest version has the same content. Versions never
 * change afterwards.
 *
 * @param content  without faults, see `findFrameworkFaults`
 * @returns the version that is the newest now, and whether it is new
 * @throws {AppError} FRAMEWORK_REFUSED if another framework has its slug
 */
export async function publishFramework(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  content: FrameworkContent,
): Promise<PublishedVersion> {
  try {
    return await inTransaction((tx) => publishInTransaction(deps, actor, content, tx));
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const taken = await slugTaken(actor.institutionId, content);
    if (taken) throw taken;
    // another process published at the same moment: check again
    return publishFramework(deps, actor, content);
  }
}
