import type { LiveSession } from '../../http/liveSession.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';

const LOOK_MS = 1_000;

/**
 * Looks every second whether a session still lives while one of its transfers goes on: a large file would outlive its end by
 * minutes, in whichever process it runs.
 *
 * @param onOver  cuts the transfer off; called at most once
 * @returns ends the looking; to be called when the transfer is done
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
      // the database is away: the transfer itself finds that out
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
