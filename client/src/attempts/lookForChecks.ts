import type { Workspace } from '../../../contract/attempts.ts';

/** A check takes seconds; one that could not be run is repeated after minutes. */
const CHECK_LOOK_MS = 3_000;
const DELAYED_LOOK_MS = 30_000;

/** Milliseconds after which the page reads the state of a file's check again; false if none is being checked. */
export function lookForChecks({ evidence }: Pick<Workspace, 'evidence'>): number | false {
  const checking = evidence.filter(({ state }) => state === 'checking');
  if (checking.length === 0) return false;
  return checking.every(({ notes }) => notes.includes('check_delayed')) ? DELAYED_LOOK_MS : CHECK_LOOK_MS;
}
