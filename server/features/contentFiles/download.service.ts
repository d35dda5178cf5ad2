import type { Deps } from '../../deps.ts';
import { notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { ArtifactDeps } from '../artifacts/artifacts.deps.ts';
import { toDownloadName } from '../artifacts/downloadName.service.ts';
import { openLink, toSignedLink } from '../artifacts/fileLinks.service.ts';
import type { FileContent } from '../artifacts/sendFile.service.ts';
import { readBytes } from '../artifacts/storedBytes.service.ts';
import { ContentFileModel, type ContentFileDoc } from './contentFile.model.ts';
import { findContentFile } from './contentFiles.service.ts';

/** Where links to files of content lead: `/content-files/:id/:name`. */
export const CONTENT_FILES_PATH = '/content-files';

/** Whether this session may write content, and so read that of drafts. */
const mayWrite = ({ rights }: LiveSession): boolean => rights.reach(['designer', 'admin']);

/**
 * A link to a file of content for one session. What is published is for everybody whose page offers it; other files are for those
 * who write.
 *
 * @param name  what it is saved as
 * @throws {AppError} NOT_FOUND
 */
export async function getContentLink(
  deps: Pick<Deps, 'config' | 'clock'>,
  session: LiveSession,
  { sha256, name }: { sha256: string; name: string },
): Promise<{ url: string; size: number; mediaType: string }> {
  const file = await findContentFile(session.institutionId, sha256);
  if (!file || !(file.published || mayWrite(session))) throw notFound('This file');
  const path = `${CONTENT_FILES_PATH}/${file._id}/${encodeURIComponent(name)}`;
  const url = toSignedLink(deps, { path, target: file._id }, session);
  return { url, size: file.size, mediaType: file.mediaType };
}

function toContent({ fileId, mediaType, size, sha256 }: ContentFileDoc, name: string): FileContent {
  return {
    name: toDownloadName(name, mediaType),
    mediaType,
    size,
    sha256,
    read: (start, end) => readBytes(fileId, start, end),
  };
}

/**
 * The file that a signed link leads to, and the session that reads it.
 *
 * @throws {AppError} FILE_LINK_EXPIRED, SESSION_OVER if the link's session ended, NOT_FOUND
 */
export async function openContentLink(
  deps: ArtifactDeps,
  link: { id: string; name: string; exp: string; sig: string },
): Promise<{ file: FileContent; session: LiveSession }> {
  const session = await openLink(deps, { ...link, target: link.id });
  const { institutionId } = session;
  const file = await ContentFileModel.findOne({ _id: link.id, institutionId, state: 'stored' }).lean();
  if (!file) throw notFound('This file');
  return { file: toContent(file, link.name), session };
}
