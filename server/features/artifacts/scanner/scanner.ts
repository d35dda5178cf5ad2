/** A scanner's result for a content. `too_large`: more than it accepts, so nothing is known. */
export type Scan = { verdict: 'clean' } | { verdict: 'found'; name: string } | { verdict: 'too_large' };

export interface ScannerStatus {
  kind: 'none' | 'clamd';
  /** Responded just now; null if there is none to ask. */
  reachable: boolean | null;
  /** What it reports about itself, with its signatures' date. */
  version: string | null;
}

/** Looks for malware in what people submit. */
export interface Scanner {
  readonly kind: ScannerStatus['kind'];
  /** @throws if the scanner cannot be reached or disconnects: the check is retried later */
  scan(content: AsyncIterable<Buffer>): Promise<Scan>;
  /** For the admin's health page; never throws. */
  status(): Promise<ScannerStatus>;
}

/** If no scanner is set up: everything passes, and each artifact says that it was not scanned. */
export const noScanner: Scanner = {
  kind: 'none',
  scan: () => Promise.resolve({ verdict: 'clean' }),
  status: () => Promise.resolve({ kind: 'none', reachable: null, version: null }),
};
