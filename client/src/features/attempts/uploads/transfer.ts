import type { UploadProblem } from './uploadItem.ts';

/** Why bytes do not go on. */
export type TransferFault =
  /** No connection, or a server that does not answer, for longer than retries help. */
  | { readonly kind: 'broken' }
  /** The server will not take it. */
  | { readonly kind: 'refused'; readonly problem: UploadProblem };

export interface TransferEvents {
  readonly onProgress: (sent: number) => void;
  readonly onDone: () => void;
  readonly onFault: (fault: TransferFault) => void;
}

/** One file on its way. */
export interface Transfer {
  /** Stops it where it is; what was sent stays. */
  stop(): Promise<void>;
}

/** Sends a file's bytes from where the server says that they end. */
export type StartTransfer = (file: File, artifactId: string, events: TransferEvents) => Promise<Transfer>;
