/** Why a file was not accepted: the server's code, and its message with the way out. */
export interface UploadProblem {
  readonly code: string;
  readonly message: string;
}

/** Why the transfer does not continue. */
export type TransferFault =
  /** No connection, or a server that does not respond, for longer than retries help. */
  | { readonly kind: 'broken' }
  /** The server will not accept it. */
  | { readonly kind: 'refused'; readonly problem: UploadProblem };

export interface TransferEvents {
  readonly onProgress: (sent: number) => void;
  readonly onDone: () => void;
  readonly onFault: (fault: TransferFault) => void;
}

/** One file being sent. */
export interface Transfer {
  /** Stops it where it is; what was sent stays. */
  stop(): Promise<void>;
}

/** Sends a file's bytes, starting where the server says that they end. */
export type StartTransfer = (file: File, artifactId: string, events: TransferEvents) => Promise<Transfer>;
