import { randomUUID } from 'node:crypto';
import mongoose, { type ClientSession } from 'mongoose';
import type { ArtifactNote, RefusalCode } from '../../../contract/artifacts.ts';
import { statesBefore, ARTIFACT } from '../../../contract/states.ts';
import { isDatabaseAway } from '../../db.ts';
import { toError } from './toError.ts';
import { ArtifactModel, WITHOUT_TAIL, type ArtifactDoc } from './artifact.model.ts';
import { ArtifactFileModel } from './artifactFile.model.ts';
import { deleteFiles, findOwner, LATE_WRITE_MS } from './artifactRemoval.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';
import { releaseBytes } from './artifactUsage.ts';
import { extendCheck, releaseCheck, HEARTBEAT_MS, claimCheck } from './checkLease.ts';
import { inspect, type Inspection } from './checks/inspect.ts';
import { Refused, toRefusal } from './checks/refusals.ts';
import { inPersonTransaction } from './personTransaction.ts';
import { applyPlan, type StripPlan } from './metadata/stripPlan.ts';
import {
  ChunkMissingError,
  digestStored,
  isChunkLost,
  readChunks,
  StoredSource,
  type Source,
} from './storage/chunkReader.ts';
import { CHUNK_BYTES } from './storage/chunks.ts';
import { ChunkWriter } from './storage/chunkWriter.ts';
import type { UploadKey } from './uploads/uploadId.ts';

/** A database or scanner that was briefly unavailable must cost only a short delay. */
const BACKOFF_MS = 4_000;
const BACKOFF_MAX_MS = 3_600_000;
/**
 * Checks that may die, or fail at the file itself, before it is refused: a file that crashes every process that reads it must not
 * continue.
 */
const FAILED_CHECKS_MAX = 8;

/** A bundle is an archive: its reader checks it, and what is in it, before anything of it is used. */
const UNREAD = { kind: null, mediaType: 'application/zip', notes: [], strip: null } as const;

/** What a check found, and the content that is kept. */
interface Outcome {
  inspection: Inspection | typeof UNREAD;
  kept: { fileId: string; size: number; sha256: string };
  notes: ArtifactNote[];
  virus: boolean;
}

const filterOf = (key: UploadKey) => ({ _id: key.artifactId, institutionId: key.institutionId });

/** Writes what a plan keeps as a separate file, recorded in `garbage` first: a crash leaves no orphan. */
async function writeStripped(
  doc: ArtifactDoc,
  source: Source,
  plan: StripPlan,
): Promise<{ fileId: string; size: number }> {
  const fileId = randomUUID();
  const { _id, institutionId } = doc;
  const noted = await ArtifactModel.updateOne(
    { _id, institutionId, 'checking.by': doc.checking?.by ?? '' },
    { $push: { garbage: fileId } },
  );
  if (noted.matchedCount === 0) throw new Error('the check went on elsewhere');
  doc.garbage.push(fileId);
  const writer = new ChunkWriter({ fileId, n: 0 });
  try {
    for await (const part of applyPlan(source, plan.pieces)) await writer.write(part);
    return { fileId, size: await writer.end() };
  } finally {
    await writer.release();
  }
}

/** The scanner did not respond: that says nothing about the file. */
class ScannerFault extends Error {
  constructor(cause: unknown) {
    super(faultText(cause), { cause });
    this.name = 'ScannerFault';
  }
}

async function scanNotes(
  deps: ArtifactDeps,
  kept: Outcome['kept'],
): Promise<{ notes: ArtifactNote[]; virus: boolean }> {
  if (deps.scanner.kind === 'none') return { notes: ['not_scanned'], virus: false };
  const scan = await deps.scanner.scan(readChunks(kept.fileId, 0, kept.size)).catch((error: unknown) => {
    throw new ScannerFault(error);
  });
  return {
    notes: scan.verdict === 'too_large' ? ['too_large_to_scan'] : [],
    virus: scan.verdict === 'found',
  };
}

async function examine(deps: ArtifactDeps, doc: ArtifactDoc): Promise<Outcome> {
  const source = new StoredSource(doc.fileId, doc.originalSize);
  const inspection = doc.purpose === 'bundle' ? UNREAD : await inspect(source);
  const stored = inspection.strip
    ? await writeStripped(doc, source, inspection.strip)
    : { fileId: doc.fileId, size: doc.originalSize };
  // of what is stored, never of what was sent: a digest calculated along the way would hide a hole
  const kept = { ...stored, sha256: await digestStored(stored.fileId, stored.size) };
  const { notes, virus } = await scanNotes(deps, kept);
  return { inspection, kept, notes: [...inspection.notes, ...notes], virus };
}

/** Names the content as a GridFS file, so that any GridFS tool finds it. */
async function nameFile(doc: ArtifactDoc, kept: Outcome['kept']): Promise<void> {
  await ArtifactFileModel.updateOne(
    { _id: kept.fileId, institutionId: doc.institutionId },
    {
      $setOnInsert: {
        length: kept.size,
        chunkSize: CHUNK_BYTES,
        uploadDate: doc.createdAt,
        filename: doc._id,
      },
    },
    { upsert: true },
  );
}

/** Ends the transaction of a check that settles nothing. */
class CheckOvertaken extends Error {}

/** How long an imported bundle, or one that was not imported, takes up room. */
const BUNDLE_LIFE_MS = 24 * 3_600_000;

/** Where the bytes of a checked file are, and whose they are. */
type Placed = Pick<ArtifactDoc, 'fileId' | 'counted' | 'garbage' | 'sweepAt'>;

/** Bytes of content belong to the institution from here on, or to nobody if it has the same already; all others stay the upload's. */
async function placeBytes(
  deps: ArtifactDeps,
  doc: ArtifactDoc,
  { kept, inspection, virus }: Outcome,
  tx: ClientSession,
): Promise<Placed> {
  const now = deps.clock.now();
  const garbage = [...doc.garbage, doc.fileId].filter((id) => id !== kept.fileId);
  const own: Placed = { fileId: kept.fileId, counted: kept.size, garbage, sweepAt: null };
  if (doc.purpose !== 'content' || virus) {
    const end = doc.purpose === 'bundle' ? new Date(now.getTime() + BUNDLE_LIFE_MS) : null;
    return { ...own, sweepAt: garbage.length > 0 ? now : end };
  }
  const { institutionId } = doc;
  const isKept = await deps.ports.keepContent(
    { institutionId, mediaType: inspection.mediaType, ...kept },
    tx,
  );
  if (!isKept) garbage.push(kept.fileId);
  // a file of its own that has no bytes: what removes this document must not take those of the content
  return { fileId: randomUUID(), counted: 0, garbage, sweepAt: garbage.length > 0 ? now : null };
}

/** @returns the files to be deleted now; null if another check, or a removal, was first */
async function settle(deps: ArtifactDeps, doc: ArtifactDoc, outcome: Outcome): Promise<string[] | null> {
  const { _id, institutionId, checking, counted } = doc;
  const { kept, inspection, virus } = outcome;
  await nameFile(doc, kept);
  return inPersonTransaction(doc, async (tx) => {
    const placed = await placeBytes(deps, doc, outcome, tx);
    const settled = await ArtifactModel.updateOne(
      { _id, institutionId, state: 'checking', removedAt: null, 'checking.by': checking?.by ?? '' },
      {
        $set: {
          state: virus ? 'quarantined' : 'ready',
          refusal: virus ? toRefusal('virus') : null,
          kind: inspection.kind,
          mediaType: inspection.mediaType,
          size: kept.size,
          sha256: kept.sha256,
          strippedMetadata: inspection.strip !== null,
          notes: outcome.notes,
          ...placed,
          checking: null,
          checkFault: null,
        },
      },
      { session: tx },
    );
    if (settled.matchedCount === 0) throw new CheckOvertaken('another check, or a removal, was first');
    await releaseBytes(tx, doc, counted - placed.counted);
    return placed.garbage;
  }).catch((error: unknown) => {
    if (error instanceof CheckOvertaken) return null;
    throw error;
  });
}

/** Deletes the files to be deleted; the sweep does what a crash leaves undone. */
export async function collectGarbage(
  doc: Pick<ArtifactDoc, '_id' | 'institutionId' | 'garbage'>,
): Promise<void> {
  const { _id, institutionId, garbage } = doc;
  await deleteFiles(institutionId, garbage);
  await ArtifactModel.updateOne({ _id, institutionId, garbage }, { $set: { garbage: [], sweepAt: null } });
}

/** Refuses what is being uploaded or checked: its content is deleted, the fact and the reason stay. */
export async function refuseArtifact(deps: ArtifactDeps, key: UploadKey, code: RefusalCode): Promise<void> {
  const sweepAt = new Date(deps.clock.now().getTime() + LATE_WRITE_MS);
  const owner = await findOwner(key);
  if (!owner) return;
  const doc = await inPersonTransaction(owner, async (tx) => {
    const before = await ArtifactModel.findOneAndUpdate(
      { ...filterOf(key), state: { $in: statesBefore(ARTIFACT, 'refused') }, removedAt: null },
      {
        $inc: { 'upload.epoch': 1 },
        $set: {
          state: 'refused',
          refusal: toRefusal(code),
          counted: 0,
          sha256: null,
          checking: null,
          sweepAt,
          'upload.tail': null,
        },
      },
      { session: tx, projection: WITHOUT_TAIL },
    ).lean();
    if (before) await releaseBytes(tx, before, before.counted);
    return before;
  });
  // the files stay recorded until the sweep has deleted stragglers' chunks too
  if (doc) await deleteFiles(key.institutionId, [doc.fileId, ...doc.garbage]);
}

/** Message and, if node combines several connection errors in one, its code. */
function faultText(thrown: unknown): string {
  const error = toError(thrown);
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code} ` : '';
  return `${code}${error.message}`.slice(0, 500);
}

const isOriginalsChunk = (doc: ArtifactDoc, error: unknown): error is ChunkMissingError =>
  // another copy without metadata can be made
  error instanceof ChunkMissingError && error.fileId === doc.fileId;

/** Errors in what surrounds the file: such a check is retried until it succeeds, however long that takes. */
function isTransient(doc: ArtifactDoc, error: unknown): boolean {
  return (
    error instanceof ScannerFault ||
    error instanceof mongoose.mongo.MongoError ||
    isDatabaseAway(error) ||
    isOriginalsChunk(doc, error)
  );
}

/** Why checking this file again is pointless; null if it may help. */
async function permanentFault(doc: ArtifactDoc, error: unknown): Promise<RefusalCode | null> {
  if (error instanceof Refused) return error.code;
  if (isOriginalsChunk(doc, error)) {
    const lost = await isChunkLost(doc.fileId, error.n, doc.originalSize).catch(() => false);
    return lost ? 'incomplete' : null;
  }
  return !isTransient(doc, error) && (doc.failedChecks ?? 0) + 1 >= FAILED_CHECKS_MAX ? 'unchecked' : null;
}

async function noteFault(deps: ArtifactDeps, doc: ArtifactDoc, error: unknown): Promise<void> {
  const { _id, institutionId } = doc;
  const wait = Math.min(BACKOFF_MS * 2 ** doc.checkTries, BACKOFF_MAX_MS);
  deps.log.warn({ err: error, artifactId: _id }, 'the check of an artifact will be retried');
  await ArtifactModel.updateOne(
    { _id, institutionId, state: 'checking', 'checking.by': doc.checking?.by ?? '' },
    {
      $inc: { checkTries: 1, failedChecks: isTransient(doc, error) ? 0 : 1 },
      $set: {
        checking: null,
        checkFault: faultText(error),
        sweepAt: new Date(deps.clock.now().getTime() + wait),
      },
    },
  );
}

async function check(deps: ArtifactDeps, key: UploadKey, doc: ArtifactDoc): Promise<void> {
  try {
    const outcome = await examine(deps, doc);
    const garbage = await settle(deps, doc, outcome);
    if (garbage) {
      if (garbage.length > 0) await collectGarbage({ ...doc, garbage });
    } else if (outcome.kept.fileId !== doc.fileId) {
      await deleteFiles(key.institutionId, [outcome.kept.fileId]);
    }
  } catch (error) {
    const code = await permanentFault(doc, error);
    if (code === null) await noteFault(deps, doc, error);
    else await refuseArtifact(deps, key, code);
  }
}

/**
 * Checks an artifact whose bytes are all stored: type by content, metadata removal, digest, scanner; it becomes ready, refused or
 * quarantined. If something prevents the check (database, scanner), it stays `checking`, to be retried; if bytes are missing, or
 * checks of the file repeatedly fail or die, it is refused. Safe to call at any time and from many places: a lease lets only one
 * run.
 */
export async function checkArtifact(deps: ArtifactDeps, key: UploadKey): Promise<void> {
  const by = randomUUID();
  const doc = await claimCheck(key, by);
  if (!doc) return;
  if ((doc.failedChecks ?? 0) >= FAILED_CHECKS_MAX) return refuseArtifact(deps, key, 'unchecked');
  const timer = setInterval(() => void extendCheck(key, by).catch(() => undefined), HEARTBEAT_MS);
  timer.unref();
  const onStopping = (): void => void releaseCheck(key, by).catch(() => undefined);
  deps.stopping?.addEventListener('abort', onStopping);
  try {
    await check(deps, key, doc);
  } finally {
    clearInterval(timer);
    deps.stopping?.removeEventListener('abort', onStopping);
  }
}
