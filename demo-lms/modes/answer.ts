/** What a service answers to one call. */
export interface Answer {
  status: number;
  /** The reason in the status line; Moodle says there what went wrong. */
  reason?: string;
  contentType?: string;
  /** Sent as JSON unless it is a text. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Closes the connection without an answer. */
  drop?: boolean;
}
