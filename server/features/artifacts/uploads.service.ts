import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';
import { ArtifactModel } from './artifact.model.ts';

/** It was removed, or has expired. */
export function uploadGone(): AppError {
  return new AppError('UPLOAD_GONE', 'This upload has ended. Choose the file again.');
}

/**
 * Returns for the session's own upload. It can be ended by whoever began it, and continued as long as they may still write what it is
 * for.
 *
 * @throws {AppError} NOT_FOUND for anybody else's, UPLOAD_GONE for one that was removed or expired, and what `mayWriteContent` throws
 */
export async function requireOwnUpload(
  { ports }: Pick<ArtifactDeps, 'ports'>,
  session: LiveSession,
  { artifactId, method }: { artifactId: string; method: string },
): Promise<void> {
  const { institutionId, personId } = session;
  const own = await ArtifactModel.findOne(
    { _id: artifactId, institutionId, personId },
    { removedAt: 1, purpose: 1, draftId: 1 },
  ).lean();
  if (!own) throw notFound('This upload');
  if (own.removedAt) throw uploadGone();
  if (own.purpose && method !== 'DELETE') await ports.mayWriteContent(session, own.draftId ?? null);
}
