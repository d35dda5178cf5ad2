/** What autosave needs of where it runs: in tests time is turned by hand. */
export interface Environment {
  now(): Date;
  /** Calls once, in so many milliseconds. @returns what calls it off */
  after(milliseconds: number, call: () => void): () => void;
  /** Calls whenever a save may do better than before: the network is back, or the page is looked at or left. @returns what ends it */
  onReturn(call: () => void): () => void;
}

export const browserEnvironment: Environment = {
  now: () => new Date(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
  onReturn: (call) => {
    window.addEventListener('online', call);
    document.addEventListener('visibilitychange', call);
    return () => {
      window.removeEventListener('online', call);
      document.removeEventListener('visibilitychange', call);
    };
  },
};
