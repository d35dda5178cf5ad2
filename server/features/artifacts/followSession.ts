import type { LiveSession } from '../../http/liveSession.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';

const LOOK_MS = 1_000;

/**
 * Checks every second whether a session is still alive during one of its transfers: a large file would otherwise outlive the
 * session by minutes, in any process.
 *
 * @param onOver  cuts the transfer off; called at most once
 * @returns stops checking; to be called when the transfer is done
 */
export function followSession(
  { ports, log }: Pick<ArtifactDeps, 'ports' | 'log'>,
  { institutionId, id }: Pick<LiveSession, 'institutionId' | 'id'>,
  onOver: () => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let done = false;
  const again = (): void => {
    if (!done) timer = setTimeout(() => void look(), LOOK_MS).unref();
  };
  const look = async (): Promise<void> => {
    try {
      const session = await ports.findReader(institutionId, id);
      if (done) return;
      if (session !== null) return again();
      done = true;
      onOver();
    } catch (error) {
      // the database is unavailable: the transfer itself will notice
      log.debug({ err: error }, 'the state of a session could not be read');
      again();
    }
  };
  again();
  return () => {
    done = true;
    clearTimeout(timer);
  };
}
