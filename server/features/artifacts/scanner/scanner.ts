/** What a scanner says of a content. `too_large`: more than it takes, so nothing is known. */
export type Scan = { verdict: 'clean' } | { verdict: 'found'; name: string } | { verdict: 'too_large' };

export interface ScannerStatus {
  kind: 'none' | 'clamd';
  /** Answered just now; null where there is none to ask. */
  reachable: boolean | null;
  /** What it says of itself, with its signatures' date. */
  version: string | null;
}

/** Looks for malware in what people hand in. */
export interface Scanner {
  readonly kind: ScannerStatus['kind'];
  /** @throws when the scanner can't be reached or breaks off: the check is made again later */
  scan(content: AsyncIterable<Buffer>): Promise<Scan>;
  /** For the admin's health page; never throws. */
  status(): Promise<ScannerStatus>;
}

/** Where no scanner is set up: all passes, and each artifact says that it was not scanned. */
export const noScanner: Scanner = {
  kind: 'none',
  scan: () => Promise.resolve({ verdict: 'clean' }),
  status: () => Promise.resolve({ kind: 'none', reachable: null, version: null }),
};
