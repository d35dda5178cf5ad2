import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { ArtifactModel } from './artifact.model.ts';

/** It was removed, or has expired. */
export function uploadGone(): AppError {
  return new AppError('UPLOAD_GONE', 'This upload has ended. Choose the file again.');
}

/**
 * Returns for the session's own upload.
 *
 * @throws {AppError} NOT_FOUND for anybody else's, UPLOAD_GONE for one that was removed or expired
 */
export async function requireOwnUpload(session: LiveSession, artifactId: string): Promise<void> {
  const { institutionId, personId } = session;
  const own = await ArtifactModel.findOne(
    { _id: artifactId, institutionId, personId },
    { removedAt: 1 },
  ).lean();
  if (!own) throw notFound('This upload');
  if (own.removedAt) throw uploadGone();
}
