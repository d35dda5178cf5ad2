import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { ArtifactModel, evidence, WITHOUT_TAIL, type EvidenceDoc } from './artifact.model.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';
import { toSubject } from './artifacts.service.ts';
import { downloadName } from './checks/mediaTypes.ts';
import { openLink } from './fileLinks.service.ts';
import type { FileContent } from './sendFile.service.ts';
import { readChunks } from './storage/chunkReader.ts';

function toContent(artifact: EvidenceDoc): FileContent {
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
  const session = await openLink(deps, { ...link, target: link.artifactId });
  const { institutionId } = session;
  const artifact = await ArtifactModel.findOne(
    evidence(institutionId, link.artifactId),
    WITHOUT_TAIL,
  ).lean<EvidenceDoc>();
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
