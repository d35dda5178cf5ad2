/** Where an upload of this page stands. */
export type UploadPhase =
  | 'waiting'
  | 'sending'
  | 'paused'
  /** The connection was lost for longer than retries help; goes on by itself when it is back. */
  | 'broken'
  /** All bytes are there; the server looks at what it is. */
  | 'checking'
  | 'refused'
  /** Taken out; can be undone for a few seconds. */
  | 'removing';

/** Why a file was not taken: the server's code, and its sentence with the way out. */
export interface UploadProblem {
  readonly code: string;
  readonly message: string;
}

export interface UploadItem {
  /** Made here: a repeated beginning finds the same artifact. */
  readonly clientId: string;
  /** Known once the server has begun it. */
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

/** Whole minutes until it is there, at least one; null while the speed is not known. */
export function minutesLeft(item: Pick<UploadItem, 'sent' | 'size' | 'bytesPerSecond'>): number | null {
  if (item.bytesPerSecond === null || item.bytesPerSecond <= 0) return null;
  return Math.max(1, Math.ceil((item.size - item.sent) / item.bytesPerSecond / 60));
}

/** The quarter that an upload has passed, 0 to 4: progress is said aloud in these steps. */
export function quarterOf(item: Pick<UploadItem, 'sent' | 'size'>): number {
  return Math.floor(shareOf(item) * 4);
}

const WINDOW_MS = 8000;

/** Measures speed over the last seconds, so that the time left does not jump with every packet. */
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
