/** What was acknowledged, as the client that heard it remembers. */
export interface Journal {
  /** By attempt and piece: the newest text that was acknowledged, and those sent later without an answer. */
  texts: Map<string, { attemptId: string; pieceKey: string; acknowledged: string; unsure: string[] }>;
  files: { attemptId: string; clientId: string; sha256: string }[];
  links: { attemptId: string; url: string }[];
  submissions: { attemptId: string; submissionId: string }[];
  approvals: { reviewId: string }[];
  /** When each of them was acknowledged, in ms of this process's monotonic time. */
  at: number[];
  /** Answers that a client may not repeat, and that no fault explains. */
  refused: string[];
  /** Answers 503: the client waited and tried again. */
  postponed: number;
}

export function openJournal(): Journal {
  return {
    texts: new Map(),
    files: [],
    links: [],
    submissions: [],
    approvals: [],
    at: [],
    refused: [],
    postponed: 0,
  };
}

export const acknowledge = (journal: Journal): void => void journal.at.push(performance.now());

export function countAcknowledged({ at }: Journal): number {
  return at.length;
}

/** The longest time without anything acknowledged that began, or went on, within a span; in seconds. */
export function longestSilence({ at }: Journal, from: number, to: number): number {
  const within = [from, ...at.filter((one) => one >= from && one <= to), to];
  return Math.max(...within.slice(1).map((one, n) => one - (within[n] ?? one))) / 1000;
}
