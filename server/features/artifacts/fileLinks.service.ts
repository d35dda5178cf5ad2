import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';
import { signTarget, verifyFileLink } from './files/fileLinks.ts';

/** Makes a path a link for one session: valid for 4 to 5 minutes, and as long as the session is alive. */
export function toSignedLink(
  deps: Pick<ArtifactDeps, 'config' | 'clock'>,
  { path, target }: { path: string; target: string },
  session: Pick<LiveSession, 'id' | 'institutionId'>,
): string {
  return `${path}?${signTarget(deps, target, session)}`;
}

/**
 * The session that a signed link is for, with its present rights.
 *
 * @throws {AppError} FILE_LINK_EXPIRED, SESSION_OVER if the session ended
 */
export async function openLink(
  deps: Pick<ArtifactDeps, 'config' | 'clock' | 'ports'>,
  link: { target: string; exp: string; sig: string },
): Promise<LiveSession> {
  const { institutionId, sessionId } = verifyFileLink(deps, link);
  const session = await deps.ports.findReader(institutionId, sessionId);
  if (session) return session;
  throw new AppError('SESSION_OVER', 'You were away for a while. Open the link in your course to go on.');
}
