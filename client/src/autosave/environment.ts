/** What autosave needs from its environment: tests move the time by hand. */
export interface Environment {
  now(): Date;
  /** Calls once, after this many milliseconds. @returns a function that cancels it */
  after(milliseconds: number, call: () => void): () => void;
  /**
   * Calls whenever a save is more likely to succeed than before: the network is back, or the page is shown or left. @returns a
   * function that stops it
   */
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
