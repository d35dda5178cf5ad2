import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { fileBlocksOf } from '../../../contract/contentFiles.ts';
import type { PathwayContent } from '../../../contract/content.ts';
import type { Config } from '../../config.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey, notFound } from '../../errors.ts';
import type { CheckedContent } from '../artifacts/artifacts.deps.ts';
import {
  releaseContentBytes,
  requireRoomFor,
  reserveContentBytes,
} from '../artifacts/contentUsage.service.ts';
import { deleteBytes, readBytes, storeBytes } from '../artifacts/storedBytes.service.ts';
import { ContentFileModel, type ContentFileDoc } from './contentFile.model.ts';

const HOUR_MS = 3_600_000;
/** How long bytes may take to arrive. */
const STORING_MS = HOUR_MS;
/** How long a file is kept that nothing refers to: whoever takes a removed block back out of a draft's history finds it. */
const UNUSED_LIFE_MS = 30 * 24 * HOUR_MS;

export type ContentFileDeps = Pick<Deps, 'clock' | 'log'> & { config: Pick<Config, 'quotaBytes'> };

/** The institution's file with these bytes; null if it has none. */
export async function findContentFile(
  institutionId: string,
  sha256: string,
  tx?: ClientSession,
): Promise<ContentFileDoc | null> {
  return ContentFileModel.findOne({ institutionId, sha256, state: 'stored' })
    .session(tx ?? null)
    .lean();
}

/** What a new document is, before its bytes are kept. */
function toDoc(
  file: CheckedContent,
  { state, now, lifeMs }: { state: 'storing' | 'stored'; now: Date; lifeMs: number },
): ContentFileDoc {
  const sweepAt = new Date(now.getTime() + lifeMs);
  return { _id: randomUUID(), ...file, state, published: false, sweepAt, createdAt: now };
}

/**
 * Puts the sweep of files off, in the transaction that makes a draft refer to them: a sweep that has begun to drop one conflicts with
 * it, and one of the two begins again.
 */
export async function touchContentFiles(
  institutionId: string,
  digests: readonly string[],
  tx: ClientSession,
): Promise<void> {
  if (digests.length === 0) return;
  await ContentFileModel.updateMany(
    { institutionId, sha256: { $in: [...digests] }, state: 'stored', published: false },
    [{ $set: { sweepAt: { $add: ['$$NOW', UNUSED_LIFE_MS] } } }],
    { session: tx, updatePipeline: true },
  );
}

/**
 * Makes checked bytes a file of the institution's content, in a transaction.
 *
 * @returns false if it has a file with these bytes already: then the new ones belong to nobody
 */
export async function keepContent(
  deps: Pick<Deps, 'clock'>,
  file: CheckedContent,
  tx: ClientSession,
): Promise<boolean> {
  const { institutionId, sha256, size } = file;
  if (await findContentFile(institutionId, sha256, tx)) {
    await touchContentFiles(institutionId, [sha256], tx);
    return false;
  }
  const doc = toDoc(file, { state: 'stored', now: deps.clock.now(), lifeMs: UNUSED_LIFE_MS });
  await ContentFileModel.create([doc], { session: tx });
  await reserveContentBytes(institutionId, size, tx);
  return true;
}

/** Lets a file go whose bytes nobody needs: the sweep does what a crash leaves undone. */
export async function dropContentFile({ _id, institutionId, fileId }: ContentFileDoc): Promise<void> {
  await deleteBytes({ institutionId, fileId });
  await ContentFileModel.deleteOne({ _id, institutionId, state: { $ne: 'stored' } });
}

const dropped = ({ clock }: Pick<Deps, 'clock'>) => ({ state: 'dropped', sweepAt: clock.now() }) as const;

/** Gives up storing. Whether the last transaction was committed after all is settled first. */
async function abandon(deps: Pick<Deps, 'clock'>, doc: ContentFileDoc): Promise<void> {
  const { _id, institutionId } = doc;
  await ContentFileModel.updateOne({ _id, institutionId, state: 'storing' }, { $set: dropped(deps) });
  const isStored = await ContentFileModel.exists({ _id, institutionId, state: 'stored' });
  if (!isStored) await dropContentFile(doc);
}

/** Ends storing: the bytes are the institution's, or it has had the same for some moments and they are dropped. */
async function settleStored(deps: Pick<Deps, 'clock'>, stored: ContentFileDoc): Promise<void> {
  const { _id, institutionId, sha256, size } = stored;
  const mine = { _id, institutionId, state: 'storing' } as const;
  const isKept = await inTransaction(async (tx) => {
    if (await findContentFile(institutionId, sha256, tx)) {
      await touchContentFiles(institutionId, [sha256], tx);
      await ContentFileModel.updateOne(mine, { $set: dropped(deps) }, { session: tx });
      return false;
    }
    const sweepAt = new Date(deps.clock.now().getTime() + UNUSED_LIFE_MS);
    const set = { $set: { state: 'stored', sweepAt } };
    const { matchedCount } = await ContentFileModel.updateOne(mine, set, { session: tx });
    if (matchedCount === 0) throw new Error('storing a file took so long that it was swept');
    await reserveContentBytes(institutionId, size, tx);
    return true;
  });
  if (!isKept) await dropContentFile(stored);
}

/** Takes back what an institution has no room for. */
async function takeBack(deps: Pick<Deps, 'clock'>, doc: ContentFileDoc): Promise<void> {
  const { _id, institutionId, size } = doc;
  const isMine = await inTransaction(async (tx) => {
    const { matchedCount } = await ContentFileModel.updateOne(
      { _id, institutionId, state: 'stored', published: false },
      { $set: dropped(deps) },
      { session: tx },
    );
    if (matchedCount > 0) await releaseContentBytes(institutionId, size, tx);
    return matchedCount > 0;
  });
  if (isMine) await dropContentFile(doc);
}

/** Whether the institution has these bytes; if so, they stay for a while longer. */
async function isKnown(institutionId: string, sha256: string): Promise<boolean> {
  return inTransaction(async (tx) => {
    if (!(await findContentFile(institutionId, sha256, tx))) return false;
    await touchContentFiles(institutionId, [sha256], tx);
    return true;
  });
}

/**
 * Stores a file that was checked, unless the institution has one with the same bytes; may be repeated and done by several at once.
 * Until a draft or a published version refers to it, it is swept after a while.
 *
 * @param file  what its bytes are said to be
 * @param bytes  are read once, in constant memory
 * @throws {AppError} QUOTA_EXCEEDED
 * @throws if the bytes are not what was said
 */
export async function storeContentFile(
  deps: ContentFileDeps,
  file: Omit<CheckedContent, 'fileId'>,
  bytes: () => AsyncIterable<Buffer>,
): Promise<void> {
  const { institutionId, sha256, size } = file;
  if (await isKnown(institutionId, sha256)) return;
  const room = await requireRoomFor(deps, institutionId, size);
  const now = deps.clock.now();
  const doc = toDoc({ ...file, fileId: randomUUID() }, { state: 'storing', now, lifeMs: STORING_MS });
  await ContentFileModel.create([doc]);
  try {
    const about = { filename: doc._id, uploadDate: now };
    const stored = await storeBytes(doc, bytes(), about);
    if (stored.size !== size || stored.sha256 !== sha256)
      throw new Error('the bytes of a file are not those that were announced');
    await settleStored(deps, doc).catch((error: unknown) => {
      if (isDuplicateKey(error)) return settleStored(deps, doc);
      throw error;
    });
  } catch (error) {
    await abandon(deps, doc);
    throw error;
  }
  await room.enforce(() => takeBack(deps, doc));
}

const digestsOf = (content: Pick<PathwayContent, 'modules'>): string[] => [
  ...new Set(fileBlocksOf(content).map(({ sha256 }) => sha256)),
];

/** Keeps for good what a version offers, in the transaction that publishes it. */
export async function publishContentFiles(
  institutionId: string,
  content: Pick<PathwayContent, 'modules'>,
  tx: ClientSession,
): Promise<void> {
  const digests = digestsOf(content);
  if (digests.length === 0) return;
  await ContentFileModel.updateMany(
    { institutionId, sha256: { $in: digests }, state: 'stored', published: false },
    { $set: { published: true, sweepAt: null } },
    { session: tx },
  );
}

/**
 * Returns if every file that this content offers is stored.
 *
 * @throws {AppError} CONTENT_FILE_MISSING, naming those that are not
 */
export async function requireContentFiles(
  institutionId: string,
  content: Pick<PathwayContent, 'modules'>,
  tx?: ClientSession,
): Promise<void> {
  const blocks = fileBlocksOf(content);
  if (blocks.length === 0) return;
  const stored = await ContentFileModel.find(
    { institutionId, sha256: { $in: digestsOf(content) }, state: 'stored' },
    { sha256: 1 },
  )
    .session(tx ?? null)
    .lean();
  const known = new Set(stored.map(({ sha256 }) => sha256));
  const missing = blocks.filter(({ sha256 }) => !known.has(sha256));
  if (missing.length === 0) return;
  const names = [...new Set(missing.map(({ title, path }) => `“${title || path}”`))].join(', ');
  throw new AppError(
    'CONTENT_FILE_MISSING',
    `These files are not stored here: ${names}. Choose them again in their modules, or import the bundle that has them.`,
  );
}

/** The bytes of a file of the institution, in parts. @throws {AppError} NOT_FOUND */
export async function* openContentFile(institutionId: string, sha256: string): AsyncGenerator<Buffer> {
  const file = await findContentFile(institutionId, sha256);
  if (!file) throw notFound('This file');
  yield* readBytes(file.fileId, 0, file.size);
}
