import type { Environment } from './environment.ts';

/** Waits this long after the last key. */
const AFTER_LAST_KEY_MS = 800;
/** And never longer than this after the first key that is not saved. */
const AT_MOST_MS = 2000;
const RETRY_FIRST_MS = 2000;
const RETRY_MOST_MS = 30_000;
/** Longest wait that a server may ask for. */
const ASKED_MOST_MS = 5 * 60_000;

export interface SaveScheduler {
  /** Something is to be saved: soon, unless saving fails just now. */
  saveSoon(): void;
  /** A save failed in passing: tried again later and later. @param asked seconds that the server asked to wait */
  retry(asked: number | null): void;
  resetBackOff(): void;
  stop(): void;
}

/** Says when a save is due: soon after typing pauses, later and later while saving fails. */
export function createSaveScheduler(
  { now, after }: Pick<Environment, 'now' | 'after'>,
  due: () => void,
): SaveScheduler {
  let callOff = () => {};
  let firstKeyAt: number | null = null;
  let failures = 0;

  const dueIn = (milliseconds: number) => {
    callOff();
    callOff = after(milliseconds, () => {
      firstKeyAt = null;
      due();
    });
  };
  return {
    saveSoon: () => {
      if (failures > 0) return;
      const at = now().getTime();
      firstKeyAt ??= at;
      dueIn(Math.max(0, Math.min(AFTER_LAST_KEY_MS, firstKeyAt + AT_MOST_MS - at)));
    },
    retry: (asked) => {
      const wait = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** failures);
      failures += 1;
      dueIn(asked === null ? wait : Math.min(ASKED_MOST_MS, asked * 1000));
    },
    resetBackOff: () => {
      failures = 0;
    },
    stop: () => callOff(),
  };
}
