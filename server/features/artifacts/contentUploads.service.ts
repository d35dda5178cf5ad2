import type { ContentUpload } from '../../../contract/contentFiles.ts';
import { notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { ArtifactModel, WITHOUT_TAIL, type ArtifactDoc } from './artifact.model.ts';
import { StoredSource, type Source } from './storage/chunkReader.ts';

/** The caller's own upload of content or of a bundle. @throws {AppError} NOT_FOUND */
async function getUpload({ institutionId, personId }: LiveSession, id: string): Promise<ArtifactDoc> {
  const own = { _id: id, institutionId, personId, removedAt: null, purpose: { $exists: true } };
  const upload = await ArtifactModel.findOne(own, WITHOUT_TAIL).lean();
  if (!upload) throw notFound('This upload');
  return upload;
}

/** How far an own upload has got. @throws {AppError} NOT_FOUND */
export async function getContentUpload(session: LiveSession, id: string): Promise<ContentUpload> {
  const upload = await getUpload(session, id);
  const { name, purpose = 'content', state, size, sha256, mediaType, notes, refusal } = upload;
  return {
    id,
    purpose,
    name,
    state,
    size,
    uploadedBytes: state === 'uploading' ? upload.upload.offset : upload.originalSize,
    mediaType,
    sha256: state === 'ready' ? sha256 : null,
    notes,
    refusal,
  };
}

/** The bytes of an uploaded bundle, readable from any position. @throws {AppError} NOT_FOUND, also before it has arrived whole */
export async function getUploadedBundle(session: LiveSession, id: string): Promise<Source> {
  const { purpose, state, fileId, size } = await getUpload(session, id);
  if (purpose !== 'bundle' || state !== 'ready') throw notFound('This bundle');
  return new StoredSource(fileId, size);
}
