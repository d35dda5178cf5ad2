import type { Lms } from './lmsMessages.ts';

/** Warns before the page is left, only while some text is not sent. Canvas asks in its own page, others by the browser. */
export interface LeaveGuard {
  /** Each part of a page that holds text says whether some of it is unsent. */
  set: (part: string, unsent: boolean) => void;
  /** Whether any part holds unsent text now. */
  any: () => boolean;
  subscribe: (changed: () => void) => () => void;
  stop: () => void;
}

export function guardLeaving(lms: Lms, message: () => string): LeaveGuard {
  const unsent = new Set<string>();
  const listeners = new Set<() => void>();
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();

  const turn = (on: boolean) => {
    if (on) {
      window.addEventListener('beforeunload', ask);
      lms.setUnloadMessage(message());
    } else {
      window.removeEventListener('beforeunload', ask);
      lms.removeUnloadMessage();
    }
  };
  return {
    set: (part, isUnsent) => {
      const before = unsent.size > 0;
      if (isUnsent) unsent.add(part);
      else unsent.delete(part);
      const after = unsent.size > 0;
      if (before === after) return;
      turn(after);
      for (const listener of listeners) listener();
    },
    any: () => unsent.size > 0,
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    stop: () => {
      if (unsent.size > 0) turn(false);
      unsent.clear();
    },
  };
}
