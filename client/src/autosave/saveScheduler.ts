/** Waits this long after the last key. */
export const AFTER_LAST_KEY_MS = 800;
/** And never longer than this after the first key that is not saved. */
export const AT_MOST_MS = 2000;
const RETRY_FIRST_MS = 2000;
const RETRY_MOST_MS = 30_000;
/** Longest wait that a server may ask for. */
const ASKED_MOST_MS = 5 * 60_000;

export interface SaveScheduler {
  /** A key was pressed. */
  typed(): void;
  /** A save failed in passing. @param asked seconds that the server asked to wait */
  failed(asked: number | null): void;
  succeeded(): void;
  stop(): void;
}

/** Says when a piece is due: soon after typing pauses, later and later while saving fails. */
export function createSaveScheduler(due: () => void): SaveScheduler {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let firstKeyAt: number | null = null;
  let failures = 0;

  const dueIn = (milliseconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      firstKeyAt = null;
      due();
    }, milliseconds);
  };
  return {
    typed: () => {
      if (failures > 0) return;
      firstKeyAt ??= Date.now();
      dueIn(Math.max(0, Math.min(AFTER_LAST_KEY_MS, firstKeyAt + AT_MOST_MS - Date.now())));
    },
    failed: (asked) => {
      const wait = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** failures);
      failures += 1;
      dueIn(asked === null ? wait : Math.min(ASKED_MOST_MS, asked * 1000));
    },
    succeeded: () => {
      failures = 0;
    },
    stop: () => clearTimeout(timer),
  };
}
