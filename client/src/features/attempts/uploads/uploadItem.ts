import type { UploadProblem } from '../../../uploads/transfer.ts';

/** The state of an upload of this page. */
export type UploadPhase =
  | 'waiting'
  | 'sending'
  | 'paused'
  /** The connection was lost for longer than retries help; it continues automatically once it is back. */
  | 'broken'
  /** All bytes have arrived; the server is inspecting the content. */
  | 'checking'
  | 'refused'
  /** Removed; can be undone for a few seconds. */
  | 'removing';

export interface UploadItem {
  /** Generated here: a repeated start finds the same artifact. */
  readonly clientId: string;
  /** Known once the server has created it. */
  readonly artifactId: string | null;
  readonly name: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  readonly sent: number;
  readonly phase: UploadPhase;
  readonly bytesPerSecond: number | null;
  readonly problem: UploadProblem | null;
  readonly criteria: readonly string[];
  readonly requirementKey: string | null;
}

/** 0 to 1. */
export function shareOf({ sent, size }: Pick<UploadItem, 'sent' | 'size'>): number {
  return size === 0 ? 0 : Math.min(1, sent / size);
}

/** Whole minutes until it is complete, at least one; null while the speed is unknown. */
export function minutesLeft(item: Pick<UploadItem, 'sent' | 'size' | 'bytesPerSecond'>): number | null {
  if (item.bytesPerSecond === null || item.bytesPerSecond <= 0) return null;
  return Math.max(1, Math.ceil((item.size - item.sent) / item.bytesPerSecond / 60));
}

/** The quarter that an upload has passed, 0 to 4: progress is announced in these steps. */
export function quarterOf(item: Pick<UploadItem, 'sent' | 'size'>): number {
  return Math.floor(shareOf(item) * 4);
}

const WINDOW_MS = 8000;

/** Measures speed over the last seconds, so that the remaining time does not jump with every packet. */
export class Speedometer {
  #marks: { sent: number; at: number }[] = [];

  /**
   * @param sent  bytes so far
   * @param at  ms, of any clock that does not jump
   * @returns bytes per second; null in the first second
   */
  measure(sent: number, at: number): number | null {
    const last = this.#marks.at(-1);
    if (last && sent < last.sent) this.#marks = [];
    this.#marks = [...this.#marks.filter((mark) => at - mark.at <= WINDOW_MS), { sent, at }];
    const first = this.#marks[0];
    if (!first || at - first.at < 1000) return null;
    return ((sent - first.sent) / (at - first.at)) * 1000;
  }
}
