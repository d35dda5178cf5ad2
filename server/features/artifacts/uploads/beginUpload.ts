import { randomUUID } from 'node:crypto';
import {
  ARTIFACTS_PER_ATTEMPT,
  ContentMetadata,
  EvidenceMetadata,
  OPEN_UPLOADS_PER_PERSON,
} from '../../../../contract/artifacts.ts';
import type { ClientSession } from 'mongoose';
import { AppError, isDuplicateKey } from '../../../errors.ts';
import { parseSources } from '../../../http/parse.ts';
import type { LiveSession } from '../../../http/liveSession.ts';
import { ArtifactModel, WITHOUT_TAIL, type ArtifactDoc } from '../artifact.model.ts';
import { BUNDLE_BYTES_MAX } from '../../../../contract/bundle.ts';
import { CONTENT_FILE_BYTES_MAX } from '../../../../contract/contentFiles.ts';
import type { ArtifactDeps } from '../artifacts.deps.ts';
import {
  reserveBytes,
  ensureUsage,
  releaseBytes,
  enforceQuota,
  requireRoom,
  contentOwner,
} from '../artifactUsage.ts';
import { getSettings } from '../../institutions/settings.service.ts';
import { toRefusal } from '../checks/refusals.ts';
import { inPersonTransaction } from '../personTransaction.ts';
import { uploadGone } from '../uploads.service.ts';

/** An unfinished upload is deleted after this; tus reports it to the client as `Upload-Expires`. */
export const UPLOAD_LIFE_MS = 7 * 24 * 3600 * 1000;

export interface BeginUploadResult {
  /** Decoded `Upload-Metadata`. */
  metadata: Readonly<Record<string, string | null>>;
  /** Bytes announced in `Upload-Length`. */
  size: number;
}

function checkSize(size: number, max: number): void {
  if (size === 0)
    throw new AppError('ARTIFACT_REFUSED', toRefusal('empty').message, { details: { code: 'empty' } });
  if (size > max) throw tooLarge(max);
}

/** Bytes in human-readable form. */
function sizeText(bytes: number): string {
  const [amount, unit] = bytes >= 1024 ** 3 ? [bytes / 1024 ** 3, 'GB'] : [bytes / 1024 ** 2, 'MB'];
  return `${Math.round(amount * 10) / 10} ${unit}`;
}

/** @param max  bytes */
function tooLarge(max: number): AppError {
  return new AppError(
    'ARTIFACT_TOO_LARGE',
    `This file is larger than ${sizeText(max)}. Make it smaller, or add a link to it.`,
  );
}

async function findByClientId(session: LiveSession, clientId: string): Promise<ArtifactDoc | null> {
  const { institutionId, personId } = session;
  return ArtifactModel.findOne({ institutionId, personId, clientId }, WITHOUT_TAIL).lean();
}

type UploadMetadata = EvidenceMetadata | ContentMetadata;

/** What an upload is for: the same fields in its document. */
type Belonging = Pick<ArtifactDoc, 'purpose' | 'attemptId' | 'draftId'>;

function toBelonging(metadata: UploadMetadata): Belonging {
  if (!('purpose' in metadata)) return { attemptId: metadata.attemptId };
  const { purpose } = metadata;
  return purpose === 'content'
    ? { purpose, attemptId: null, draftId: metadata.draftId }
    : { purpose, attemptId: null };
}

/** An upload that was started before. The write, though it changes nothing, waits until a majority has what was read. */
async function sameUpload(known: ArtifactDoc, metadata: UploadMetadata, size: number): Promise<string> {
  if (known.removedAt ?? known.withdrawnAt)
    throw new AppError('UPLOAD_GONE', 'This file was removed. Choose it again to add it.');
  const { purpose, attemptId, draftId } = toBelonging(metadata);
  const isSame = known.purpose === purpose && known.attemptId === attemptId && known.draftId === draftId;
  if (!isSame || known.originalSize !== size) {
    throw new AppError('IDEMPOTENCY_KEY_REUSED', 'Another upload began under the same client id.');
  }
  const { _id, institutionId, clientId } = known;
  const still = await ArtifactModel.updateOne({ _id, institutionId }, { $set: { clientId } });
  if (still.matchedCount === 0) throw uploadGone();
  return _id;
}

function toNewDoc(session: LiveSession, metadata: UploadMetadata, size: number, now: Date): ArtifactDoc {
  return {
    _id: randomUUID(),
    institutionId: session.institutionId,
    personId: session.personId,
    ...toBelonging(metadata),
    clientId: metadata.clientId,
    name: metadata.filename,
    criteria: 'criteria' in metadata ? metadata.criteria : [],
    requirementKey: ('requirementKey' in metadata ? metadata.requirementKey : null) ?? null,
    state: 'uploading',
    removedAt: null,
    withdrawnAt: null,
    kind: null,
    mediaType: null,
    size,
    originalSize: size,
    counted: size,
    sha256: null,
    strippedMetadata: false,
    notes: [],
    refusal: null,
    fileId: randomUUID(),
    garbage: [],
    holds: 0,
    upload: { offset: 0, n: 0, tail: null, epoch: 0, open: false, stamp: null },
    checking: null,
    checkTries: 0,
    checkFault: null,
    sweepAt: new Date(now.getTime() + UPLOAD_LIFE_MS),
    createdAt: now,
  };
}

/**
 * A person's unfinished uploads use room that nobody else can use: at most this many of them, and this many bytes.
 *
 * @throws {AppError} TOO_MANY_UPLOADS
 */
async function checkOpen(deps: ArtifactDeps, doc: ArtifactDoc, tx: ClientSession): Promise<void> {
  const { institutionId, personId } = doc;
  const [open] = await ArtifactModel.aggregate<{ uploads: number; bytes: number }>(
    [
      { $match: { institutionId, personId, state: 'uploading', removedAt: null } },
      { $group: { _id: null, uploads: { $sum: 1 }, bytes: { $sum: '$counted' } } },
    ],
    { session: tx },
  );
  if (!open) return;
  const wayOut =
    'Let them finish, or remove one that you don’t need; then add this file. Unfinished ones are removed by themselves after a week.';
  if (open.uploads >= OPEN_UPLOADS_PER_PERSON)
    throw new AppError(
      'TOO_MANY_UPLOADS',
      `You have ${open.uploads} uploads that are not finished. ${wayOut}`,
    );
  if (open.bytes + doc.counted > deps.config.openUploadBytes)
    throw new AppError(
      'TOO_MANY_UPLOADS',
      `Your unfinished uploads already hold ${sizeText(open.bytes)}. ${wayOut}`,
    );
}

/** @throws {AppError} ARTIFACT_LIMIT */
async function checkAttempt({ institutionId, attemptId }: ArtifactDoc, tx: ClientSession): Promise<void> {
  if (attemptId === null) return;
  const held = await ArtifactModel.countDocuments(
    { institutionId, attemptId, removedAt: null, withdrawnAt: null, state: { $ne: 'refused' } },
    { session: tx },
  );
  if (held < ARTIFACTS_PER_ATTEMPT) return;
  throw new AppError(
    'ARTIFACT_LIMIT',
    `There is room for ${ARTIFACTS_PER_ATTEMPT} files here. Remove one to add another.`,
  );
}

/** The person's counter is written in the same transaction, so that two simultaneous starts are counted one after the other. */
async function insertCounted(deps: ArtifactDeps, doc: ArtifactDoc): Promise<void> {
  await inPersonTransaction(doc, async (tx) => {
    await reserveBytes(tx, doc, doc.counted);
    await checkAttempt(doc, tx);
    await checkOpen(deps, doc, tx);
    await ArtifactModel.create([doc], { session: tx });
  });
}

/** Bytes that an institution's files may weigh together: its own setting, else what holds for all. */
async function findQuota(deps: ArtifactDeps, institutionId: string): Promise<number> {
  return (await getSettings(deps, institutionId)).quotaBytes ?? deps.config.quotaBytes;
}

/** Takes back an upload that nobody has written to: nobody was told about it, and it leaves no trace. */
async function rollBackUpload(doc: ArtifactDoc): Promise<void> {
  const { _id, institutionId } = doc;
  await inPersonTransaction(doc, async (tx) => {
    const untouched = { _id, institutionId, state: 'uploading', removedAt: null, 'upload.epoch': 0 } as const;
    const gone = await ArtifactModel.deleteOne(untouched, { session: tx });
    if (gone.deletedCount > 0) await releaseBytes(tx, doc, doc.counted);
  });
}

/** Bytes that a file may have at most. */
function largest({ config }: ArtifactDeps, metadata: UploadMetadata): number {
  const { maxArtifactBytes } = config;
  if (!('purpose' in metadata)) return maxArtifactBytes;
  return Math.min(
    maxArtifactBytes,
    metadata.purpose === 'bundle' ? BUNDLE_BYTES_MAX : CONTENT_FILE_BYTES_MAX,
  );
}

/** @throws {AppError} what `mayAddArtifact` and `mayWriteContent` throw */
async function requireMayAdd(
  { ports }: ArtifactDeps,
  session: LiveSession,
  metadata: UploadMetadata,
): Promise<void> {
  if ('purpose' in metadata)
    return ports.mayWriteContent(session, metadata.purpose === 'content' ? metadata.draftId : null);
  const { attemptId, criteria, requirementKey } = metadata;
  return ports.mayAddArtifact(session, attemptId, criteria, requirementKey);
}

/**
 * Starts an upload, or finds the one that this client id started: a repeated request creates no second artifact.
 *
 * @returns the artifact's id
 * @throws {AppError} VALIDATION_FAILED, ARTIFACT_REFUSED (empty), ARTIFACT_TOO_LARGE, ARTIFACT_LIMIT, QUOTA_EXCEEDED,
 *   TOO_MANY_UPLOADS, UPLOAD_GONE, IDEMPOTENCY_KEY_REUSED, and what `mayAddArtifact` and `mayWriteContent` throw
 */
export async function beginUpload(
  deps: ArtifactDeps,
  session: LiveSession,
  begin: BeginUploadResult,
): Promise<string> {
  // tus reads a key without a value as null
  const given = Object.fromEntries(Object.entries(begin.metadata).map(([key, value]) => [key, value ?? '']));
  const schema = 'purpose' in given ? ContentMetadata : EvidenceMetadata;
  const parsed = parseSources({ metadata: [schema, given] });
  const metadata = parsed.metadata as UploadMetadata;
  checkSize(begin.size, largest(deps, metadata));
  const quotaBytes = await findQuota(deps, session.institutionId);
  const fit = (booked: ArtifactDoc): Promise<void> =>
    enforceQuota(session.institutionId, quotaBytes, () => rollBackUpload(booked));
  const again = async (known: ArtifactDoc): Promise<string> => {
    const id = await sameUpload(known, metadata, begin.size);
    // the process that started it may have died before it checked
    if (known.upload.epoch === 0) await fit(known);
    return id;
  };
  const known = await findByClientId(session, metadata.clientId);
  if (known) return again(known);
  await requireMayAdd(deps, session, metadata);
  await requireRoom(session.institutionId, begin.size, quotaBytes);
  await ensureUsage(session);
  if ('purpose' in metadata) await ensureUsage(contentOwner(session.institutionId));
  const doc = toNewDoc(session, metadata, begin.size, deps.clock.now());
  try {
    await insertCounted(deps, doc);
  } catch (error) {
    if (!isDuplicateKey(error, 'artifact_by_client_id')) throw error;
    const first = await findByClientId(session, metadata.clientId);
    if (!first) throw error;
    return again(first);
  }
  await fit(doc);
  return doc._id;
}
