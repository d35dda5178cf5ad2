import type { ClientSession } from 'mongoose';
import type { z } from 'zod';
import type { artifactEndpoints, ArtifactView } from '../../../contract/artifacts.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { ArtifactModel, WITHOUT_TAIL, type ArtifactDoc } from './artifact.model.ts';
import { removeContent } from './artifactRemoval.ts';
import type { ArtifactDeps, ArtifactSubject } from './artifacts.deps.ts';
import { acceptedType } from './checks/mediaTypes.ts';
import { signFileLink } from './files/fileLinks.ts';

export type { ArtifactDoc } from './artifact.model.ts';
export { findUsedBytes } from './artifactUsage.ts';

/** What a submission freezes of an artifact; the digest binds the content. */
export interface ArtifactFacts {
  id: string;
  name: string;
  mediaType: string;
  size: number;
  sha256: string;
}

/** All artifacts of an attempt in the order in which they were begun, refused ones too. */
export async function listArtifacts(institutionId: string, attemptId: string): Promise<ArtifactDoc[]> {
  return ArtifactModel.find({ institutionId, attemptId, removedAt: null }, WITHOUT_TAIL)
    .sort({ createdAt: 1 })
    .lean();
}

/** Those artifacts of an attempt that can be handed in. */
export async function getReadyArtifacts(institutionId: string, attemptId: string): Promise<ArtifactFacts[]> {
  const artifacts = await listArtifacts(institutionId, attemptId);
  return artifacts.flatMap((artifact) => toFacts(artifact) ?? []);
}

/** Artifacts by id, for a submission or a review that names them; absent ones are left out. */
export async function findArtifacts(institutionId: string, ids: readonly string[]): Promise<ArtifactDoc[]> {
  return ArtifactModel.find({ institutionId, _id: { $in: [...ids] }, removedAt: null }, WITHOUT_TAIL).lean();
}

/**
 * Holds artifacts for a submission, in the transaction that freezes it: a removal or change at the same time makes one of the two
 * fail. Holding is not freezing: whether an artifact is part of a submission is for `isFrozen` to say.
 *
 * @throws {AppError} ARTIFACT_NOT_READY when one of them is not ready or gone
 */
export async function holdArtifacts(
  institutionId: string,
  ids: readonly string[],
  session: ClientSession,
): Promise<void> {
  if (ids.length === 0) return;
  const held = await ArtifactModel.updateMany(
    { institutionId, _id: { $in: [...ids] }, state: 'ready', removedAt: null },
    { $inc: { holds: 1 } },
    { session },
  );
  if (held.matchedCount !== new Set(ids).size) {
    throw new AppError(
      'ARTIFACT_NOT_READY',
      'A file is still on its way or was just taken out. Please look again.',
    );
  }
}

/** The frozen facts of a ready artifact; null before. */
export function toFacts(artifact: ArtifactDoc): ArtifactFacts | null {
  const { _id, name, mediaType, size, sha256, state } = artifact;
  if (state !== 'ready' || mediaType === null || sha256 === null) return null;
  return { id: _id, name, mediaType, size, sha256 };
}

export function toSubject({ _id, institutionId, attemptId, personId }: ArtifactDoc): ArtifactSubject {
  return { id: _id, institutionId, attemptId, personId };
}

/** The artifact as its reader sees it; `url` is signed for this session, for 4 to 5 minutes. Rights are the caller's to check. */
export function toArtifactView(
  deps: Pick<ArtifactDeps, 'config' | 'clock'>,
  artifact: ArtifactDoc,
  session: Pick<LiveSession, 'id' | 'institutionId'>,
): ArtifactView {
  const ready = artifact.state === 'ready';
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
    sha256: ready ? artifact.sha256 : null,
    previewable: ready && isPreviewable(artifact.mediaType),
    url: ready ? signFileLink(deps, artifact._id, session) : null,
    notes: artifact.notes,
    refusal: artifact.refusal,
  };
}

/** True for what a browser shows by itself and may. */
export function isPreviewable(mediaType: string | null): boolean {
  return mediaType !== null && acceptedType(mediaType)?.previewable === true;
}

async function findArtifact(institutionId: string, id: string): Promise<ArtifactDoc | null> {
  return ArtifactModel.findOne({ _id: id, institutionId, removedAt: null }, WITHOUT_TAIL).lean();
}

/** @throws {AppError} NOT_FOUND; what `mayReadArtifact` throws for another person's */
export async function getArtifact(
  deps: ArtifactDeps,
  session: LiveSession,
  id: string,
): Promise<ArtifactView> {
  const artifact = await findArtifact(session.institutionId, id);
  if (!artifact) throw notFound('This file');
  if (artifact.personId !== session.personId) {
    await deps.ports.mayReadArtifact(session, toSubject(artifact));
    await deps.ports.noteReading(session, id, 'read');
  }
  return toArtifactView(deps, artifact, session);
}

function locked(): AppError {
  return new AppError('PIECE_LOCKED', 'This file was handed in and stays as it is.');
}

/** The own artifact, not handed in, of an attempt that can be written to: looks like absent to anyone else. */
async function getChangeable(deps: ArtifactDeps, session: LiveSession, id: string): Promise<ArtifactDoc> {
  const artifact = await findArtifact(session.institutionId, id);
  if (artifact?.personId !== session.personId) throw notFound('This file');
  if (await deps.ports.isFrozen(session.institutionId, id)) throw locked();
  return artifact;
}

/** What is left out stays as it is. */
type ArtifactChange = z.input<(typeof artifactEndpoints)['changeArtifact']['body']>;

/**
 * Renames an own artifact, or says what it is for and which criteria it speaks to.
 *
 * @throws {AppError} NOT_FOUND, PIECE_LOCKED, and what `mayAddArtifact` throws for the old and the new criteria
 */
export async function changeArtifact(
  deps: ArtifactDeps,
  session: LiveSession,
  id: string,
  change: ArtifactChange,
): Promise<ArtifactView> {
  const artifact = await getChangeable(deps, session, id);
  const criteria = change.criteria ?? artifact.criteria;
  const requirementKey =
    change.requirementKey === undefined ? artifact.requirementKey : change.requirementKey;
  await deps.ports.mayAddArtifact(session, artifact.attemptId, criteria, requirementKey);
  const changed = await ArtifactModel.findOneAndUpdate(
    { _id: id, institutionId: session.institutionId, removedAt: null, holds: artifact.holds },
    { $set: { criteria, requirementKey, name: change.name ?? artifact.name } },
    { returnDocument: 'after', projection: WITHOUT_TAIL },
  ).lean();
  if (!changed) throw locked();
  return toArtifactView(deps, changed, session);
}

/** Takes an own artifact out. @throws {AppError} NOT_FOUND, PIECE_LOCKED, and what `mayAddArtifact` throws for its attempt */
export async function removeArtifact(deps: ArtifactDeps, session: LiveSession, id: string): Promise<void> {
  const artifact = await getChangeable(deps, session, id);
  await deps.ports.mayAddArtifact(session, artifact.attemptId, []);
  const key = { institutionId: session.institutionId, artifactId: id };
  if (!(await removeContent(deps, key, artifact.holds))) throw locked();
}

/** The state of the virus scanner, for the admin's health page. */
export async function scannerStatus(deps: Pick<ArtifactDeps, 'scanner'>) {
  return deps.scanner.status();
}
