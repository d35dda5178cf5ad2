import { AppError, notFound } from '../../errors.ts';
import { ArtifactModel, WITHOUT_TAIL, type ArtifactDoc } from './artifact.model.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';
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
 * The content that a signed link leads to.
 *
 * @throws {AppError} FILE_LINK_EXPIRED, SESSION_OVER when the link's session ended, NOT_FOUND, ARTIFACT_NOT_READY
 */
export async function openFile(
  deps: ArtifactDeps,
  link: { artifactId: string; exp: string; sig: string },
): Promise<FileContent> {
  const { institutionId, sessionId } = verifyFileLink(deps, link);
  const personId = await deps.ports.findReader(institutionId, sessionId);
  if (personId === null) {
    throw new AppError('SESSION_OVER', 'You were away for a while. Open the link in your course to go on.');
  }
  const artifact = await ArtifactModel.findOne(
    { _id: link.artifactId, institutionId, removedAt: null },
    WITHOUT_TAIL,
  ).lean();
  if (!artifact) throw notFound('This file');
  const content = toContent(artifact);
  if (personId === artifact.personId) return content;
  await deps.ports.noteReading({ institutionId, id: sessionId, personId }, artifact._id, 'opened');
  // whoever else reads it knows it by the name under which it was handed in
  const frozen = await deps.ports.findFrozen(institutionId, artifact._id);
  return frozen ? toContent({ ...artifact, name: frozen.name }) : content;
}
