import type { ClientSession } from 'mongoose';
import type { z } from 'zod';
import {
  ARTIFACTS_PER_ATTEMPT,
  type artifactEndpoints,
  type HandedInArtifact,
  type OwnArtifact,
} from '../../../contract/artifacts.ts';
import { toFileName } from '../../../contract/fileName.ts';
import { part, type ReadPart } from '../../combinedRead.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { ArtifactModel, WITHOUT_TAIL, type ArtifactDoc } from './artifact.model.ts';
import { removeContent } from './artifactRemoval.ts';
import type { ArtifactDeps, ArtifactSubject, FrozenNames } from './artifacts.deps.ts';
import { acceptedType } from './checks/mediaTypes.ts';
import { signFileLink } from './files/fileLinks.ts';

export type { ArtifactDoc } from './artifact.model.ts';
export { findUsedBytes } from './artifactUsage.ts';

/** What was refused counts towards no limit: of it, the newest are told. */
const REFUSED_SHOWN = ARTIFACTS_PER_ATTEMPT;

/** What a submission freezes of an artifact; the digest binds the content. */
export interface ArtifactFacts {
  id: string;
  name: string;
  mediaType: string;
  size: number;
  sha256: string;
}

/**
 * What an attempt has by way of artifacts, in the order in which they were begun, refused ones too: what would be handed in
 * next. Submissions hold theirs on their own.
 */
export async function listArtifacts(
  institutionId: string,
  attemptId: string,
  tx?: ClientSession,
): Promise<ArtifactDoc[]> {
  const find = (state: { $ne: 'refused' } | 'refused') =>
    ArtifactModel.find({ institutionId, attemptId, removedAt: null, withdrawnAt: null, state }, WITHOUT_TAIL)
      .session(tx ?? null)
      .lean();
  const held = await find({ $ne: 'refused' }).sort({ createdAt: 1 });
  const refused = await find('refused').sort({ createdAt: -1 }).limit(REFUSED_SHOWN);
  return inOrderBegun({ held, refused });
}

/** The same, read together with what else belongs to a page, in two parts: `inOrderBegun` puts them together. */
export function artifactParts(
  institutionId: string,
  attemptId: string,
): { held: ReadPart<ArtifactDoc>; refused: ReadPart<ArtifactDoc> } {
  const own = { institutionId, attemptId, removedAt: null, withdrawnAt: null };
  const withoutTail = { $project: WITHOUT_TAIL };
  return {
    held: part(ArtifactModel, { ...own, state: { $ne: 'refused' } }, [withoutTail]),
    refused: part(ArtifactModel, { ...own, state: 'refused' }, [
      { $sort: { createdAt: -1 } },
      { $limit: REFUSED_SHOWN },
      withoutTail,
    ]),
  };
}

export function inOrderBegun({ held, refused }: Record<'held' | 'refused', ArtifactDoc[]>): ArtifactDoc[] {
  return [...held, ...refused].sort(
    // two of the same millisecond stand in the same order wherever they are listed
    (a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a._id < b._id ? -1 : 1),
  );
}

/** Those artifacts of an attempt that can be handed in. */
export async function getReadyArtifacts(institutionId: string, attemptId: string): Promise<ArtifactFacts[]> {
  const artifacts = await listArtifacts(institutionId, attemptId);
  return artifacts.flatMap((artifact) => toFacts(artifact) ?? []);
}

/**
 * Artifacts by id, for a submission or a review that names them: also those that their owner took out since. Absent ones are
 * left out. Read together with what else belongs to a page.
 */
export function namedArtifactsPart(institutionId: string, ids: readonly string[]): ReadPart<ArtifactDoc> {
  const named = { institutionId, _id: { $in: [...ids] }, removedAt: null };
  return part(ArtifactModel, named, [{ $project: WITHOUT_TAIL }]);
}

/**
 * Holds artifacts for a submission, in the transaction that freezes it: a removal or change at the same time makes one of the two
 * fail. Holding is not freezing: whether an artifact is part of a submission is for `findFrozen` to say.
 *
 * @throws {AppError} ARTIFACT_NOT_READY when one of them is not ready or gone
 */
export async function holdArtifacts(
  institutionId: string,
  ids: readonly string[],
  tx: ClientSession,
): Promise<void> {
  if (ids.length === 0) return;
  const held = await ArtifactModel.updateMany(
    { institutionId, _id: { $in: [...ids] }, state: 'ready', removedAt: null, withdrawnAt: null },
    { $inc: { holds: 1 } },
    { session: tx },
  );
  if (held.matchedCount !== new Set(ids).size) {
    throw new AppError(
      'ARTIFACT_NOT_READY',
      'A file is still on its way or was just removed. Please look again.',
    );
  }
}

/** The frozen facts of a ready artifact; null before. */
function toFacts(artifact: ArtifactDoc): ArtifactFacts | null {
  const { _id, name, mediaType, size, sha256, state } = artifact;
  if (state !== 'ready' || mediaType === null || sha256 === null) return null;
  return { id: _id, name, mediaType, size, sha256 };
}

export function toSubject({ _id, institutionId, attemptId, personId }: ArtifactDoc): ArtifactSubject {
  return { id: _id, institutionId, attemptId, personId };
}

/** Whose session a link to a content is for. */
type LinkReader = Pick<LiveSession, 'id' | 'institutionId'>;

// One function for each reader, with every field named: what is added to an artifact or to one reader's shape reaches nobody else.
// Rights are the caller's to check.

/** An artifact as its owner has it now; `url` is signed for this session, for 4 to 5 minutes. */
export function toOwnArtifact(
  deps: Pick<ArtifactDeps, 'config' | 'clock'>,
  artifact: ArtifactDoc,
  session: LinkReader,
): OwnArtifact {
  const { url, previewable } = toFileLink(deps, artifact, session);
  return {
    id: artifact._id,
    attemptId: artifact.attemptId,
    clientId: artifact.clientId,
    name: artifact.name,
    criteria: artifact.criteria,
    requirementKey: artifact.requirementKey,
    state: artifact.state,
    kind: artifact.kind,
    mediaType: artifact.mediaType,
    size: artifact.size,
    uploadedBytes: artifact.state === 'uploading' ? artifact.upload.offset : artifact.originalSize,
    sha256: artifact.state === 'ready' ? artifact.sha256 : null,
    previewable,
    url,
    notes: isDelayed(artifact) ? ['check_delayed'] : artifact.notes,
    refusal: artifact.refusal,
  };
}

/** A file of a submission as its reviewers get it; `url` is signed for this session, for 4 to 5 minutes. */
function toHandedInArtifact(
  deps: Pick<ArtifactDeps, 'config' | 'clock'>,
  artifact: ArtifactDoc & { frozen: FrozenNames },
  session: LinkReader,
): HandedInArtifact {
  const { url, previewable } = toFileLink(deps, artifact, session);
  return {
    id: artifact._id,
    name: artifact.frozen.name,
    criteria: artifact.frozen.criteria,
    kind: artifact.kind,
    mediaType: artifact.mediaType,
    size: artifact.size,
    sha256: artifact.sha256,
    previewable,
    url,
  };
}

/** How the content of an artifact is opened: `url` is signed for this session, for 4 to 5 minutes; null before `ready`. */
export function toFileLink(
  deps: Pick<ArtifactDeps, 'config' | 'clock'>,
  { _id, state, mediaType }: ArtifactDoc,
  session: LinkReader,
): { url: string | null; previewable: boolean } {
  const ready = state === 'ready';
  return {
    url: ready ? signFileLink(deps, _id, session) : null,
    previewable: ready && isPreviewable(mediaType),
  };
}

/** Checks that could not be made before a file is called delayed: half a minute. A failover takes fewer. */
const DELAYED_FROM = 3;

/** True while a check that failed again and again is to be made once more. */
function isDelayed({ state, checkTries }: ArtifactDoc): boolean {
  return state === 'checking' && checkTries >= DELAYED_FROM;
}

/** True for what a browser shows by itself and may. */
export function isPreviewable(mediaType: string | null): boolean {
  return mediaType !== null && acceptedType(mediaType)?.previewable === true;
}

async function findArtifact(institutionId: string, id: string): Promise<ArtifactDoc | null> {
  return ArtifactModel.findOne({ _id: id, institutionId, removedAt: null }, WITHOUT_TAIL).lean();
}

/** An own artifact, also one that was taken out and that a submission still holds. @throws {AppError} NOT_FOUND */
export async function readOwnArtifact(
  deps: ArtifactDeps,
  session: LiveSession,
  id: string,
): Promise<OwnArtifact> {
  const artifact = await findArtifact(session.institutionId, id);
  if (artifact?.personId !== session.personId) throw notFound('This file');
  return toOwnArtifact(deps, artifact, session);
}

/**
 * A file of a submission as its reviewers got it: by the name and criteria that it was handed in with.
 *
 * @throws {AppError} NOT_FOUND, also where no submission holds it; what `mayReadArtifact` throws
 */
export async function getHandedInArtifact(
  deps: ArtifactDeps,
  session: LiveSession,
  id: string,
): Promise<HandedInArtifact> {
  const artifact = await findArtifact(session.institutionId, id);
  if (!artifact) throw notFound('This file');
  await deps.ports.mayReadArtifact(session, toSubject(artifact));
  const frozen = await deps.ports.findFrozen(session.institutionId, id);
  if (!frozen) throw notFound('This file');
  await deps.ports.noteReading(session, id, 'read');
  return toHandedInArtifact(deps, { ...artifact, frozen }, session);
}

function locked(): AppError {
  return new AppError('PIECE_LOCKED', 'This file was just submitted and stays as it is. Please look again.');
}

/** The own artifact that is part of its attempt now: looks like absent to anyone else, and once it was taken out. */
async function getOwnArtifact(session: LiveSession, id: string): Promise<ArtifactDoc> {
  const artifact = await findArtifact(session.institutionId, id);
  if (artifact?.personId !== session.personId || artifact.withdrawnAt) throw notFound('This file');
  return artifact;
}

/** Its filter for a change: a submission that took it in since it was read raised its holds, and the change fails. */
function asRead({ _id, institutionId, holds }: ArtifactDoc) {
  return { _id, institutionId, holds, removedAt: null, withdrawnAt: null };
}

/** What is left out stays as it is. */
type ArtifactChange = z.input<(typeof artifactEndpoints)['changeArtifact']['body']>;

/**
 * Renames an own artifact, or says what it is for and which criteria it speaks to, for what will be handed in: submissions that
 * hold it keep what they froze.
 *
 * @throws {AppError} NOT_FOUND, PIECE_LOCKED when it is handed in meanwhile, and what `mayChangeArtifact` throws
 */
export async function changeArtifact(
  deps: ArtifactDeps,
  session: LiveSession,
  id: string,
  change: ArtifactChange,
): Promise<OwnArtifact> {
  const artifact = await getOwnArtifact(session, id);
  const { attemptId, criteria: before } = artifact;
  const criteria = change.criteria ?? before;
  const requirementKey =
    change.requirementKey === undefined ? artifact.requirementKey : change.requirementKey;
  await deps.ports.mayChangeArtifact(session, attemptId, { before, after: criteria, requirementKey });
  const changed = await ArtifactModel.findOneAndUpdate(
    asRead(artifact),
    {
      $set: {
        criteria,
        requirementKey,
        name: change.name === undefined ? artifact.name : toFileName(change.name),
      },
    },
    { returnDocument: 'after', projection: WITHOUT_TAIL },
  ).lean();
  if (!changed) throw locked();
  return toOwnArtifact(deps, changed, session);
}

async function withdraw(artifact: ArtifactDoc): Promise<boolean> {
  const taken = await ArtifactModel.updateOne(asRead(artifact), [{ $set: { withdrawnAt: '$$NOW' } }], {
    updatePipeline: true,
  });
  return taken.modifiedCount === 1;
}

/**
 * Takes an own artifact out of its attempt, whatever it speaks to: nobody has to hand it in again. Its content goes, unless a
 * submission holds it: that one keeps its copy.
 *
 * @throws {AppError} NOT_FOUND, PIECE_LOCKED when it is handed in meanwhile, and what `mayChangeArtifact` throws for its attempt
 */
export async function removeArtifact(deps: ArtifactDeps, session: LiveSession, id: string): Promise<void> {
  const artifact = await getOwnArtifact(session, id);
  const { institutionId, attemptId, criteria: before, holds } = artifact;
  await deps.ports.mayChangeArtifact(session, attemptId, { before, after: [], requirementKey: null });
  const frozen = await deps.ports.findFrozen(institutionId, id);
  const gone = frozen
    ? await withdraw(artifact)
    : await removeContent(deps, { institutionId, artifactId: id }, { holds });
  if (!gone) throw locked();
}

/** The state of the virus scanner, for the admin's health page. */
export async function scannerStatus(deps: Pick<ArtifactDeps, 'scanner'>) {
  return deps.scanner.status();
}
