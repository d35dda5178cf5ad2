import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { ArtifactModel, WITHOUT_TAIL, type ArtifactDoc } from './artifact.model.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';
import { toSubject } from './artifacts.service.ts';
import { downloadName } from './checks/mediaTypes.ts';
import { verifyFileLink } from './files/fileLinks.ts';
import { readChunks } from './storage/chunkReader.ts';

/** A content that may be sent, with what its headers need. */
export interface FileContent {
  name: string;
  mediaType: string;
  size: number;
  sha256: string;
  /** Bytes `start` until before `end`, in constant memory. */
  read(start: number, end: number): AsyncGenerator<Buffer>;
}

function toContent(artifact: ArtifactDoc): FileContent {
  const { name, mediaType, size, sha256, state, fileId } = artifact;
  if (state !== 'ready' || mediaType === null || sha256 === null) {
    throw new AppError('ARTIFACT_NOT_READY', 'This file cannot be opened.');
  }
  return {
    name: downloadName(name, mediaType),
    mediaType,
    size,
    sha256,
    read: (start, end) => readChunks(fileId, start, end),
  };
}

/**
 * The content that a signed link leads to, and the session that reads it.
 *
 * @throws {AppError} FILE_LINK_EXPIRED, SESSION_OVER if the link's session ended, NOT_FOUND (also once its reader has lost the
 *   right to it), ARTIFACT_NOT_READY
 */
export async function openFile(
  deps: ArtifactDeps,
  link: { artifactId: string; exp: string; sig: string },
): Promise<{ file: FileContent; session: LiveSession }> {
  const { institutionId, sessionId } = verifyFileLink(deps, link);
  const session = await deps.ports.findReader(institutionId, sessionId);
  if (session === null) {
    throw new AppError('SESSION_OVER', 'You were away for a while. Open the link in your course to go on.');
  }
  const artifact = await ArtifactModel.findOne(
    { _id: link.artifactId, institutionId, removedAt: null },
    WITHOUT_TAIL,
  ).lean();
  if (!artifact) throw notFound('This file');
  const content = toContent(artifact);
  const toFile = (file: FileContent) => ({ file, session });
  if (session.personId === artifact.personId) return toFile(content);
  // a link outlives a revoked role by minutes
  await deps.ports.mayReadArtifact(session, toSubject(artifact));
  await deps.ports.noteReading(session, artifact._id, 'opened');
  // other readers know it by the name under which it was submitted
  const frozen = await deps.ports.findFrozen(institutionId, artifact._id);
  return toFile(frozen ? toContent({ ...artifact, name: frozen.name }) : content);
}
