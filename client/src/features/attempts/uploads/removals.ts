import { hasCode, isPassing } from '../../../api/errors.ts';

/** How long a removal can be undone. */
export const UNDO_MS = 10_000;

/** A file or link that was removed and can still be restored. */
export interface Removal {
  readonly id: string;
  readonly name: string;
  /** True once it should be gone and the server could not be reached: it is retried. */
  readonly waiting: boolean;
}

/** Removes something for good. @param leaving true while the page is being left: the request has to outlive it */
export type Remove = (leaving: boolean) => Promise<unknown>;

export interface RemovalsState {
  readonly removals: readonly Removal[];
  /** Ids of what could not be removed: it is still there. */
  readonly stayed: readonly string[];
}

interface Pending {
  name: string;
  waiting: boolean;
  readonly remove: Remove;
  timer: ReturnType<typeof setTimeout>;
  running: Promise<boolean> | null;
}

interface RemovalsDeps {
  /** Reads the page's data again; resolves once it is shown. */
  readonly refresh: () => Promise<unknown>;
  readonly changed: () => void;
}

/** What the server has and somebody removed: deleted after ten seconds, when the page is left, or before a round is submitted. */
export class Removals {
  readonly #deps: RemovalsDeps;
  readonly #pending = new Map<string, Pending>();
  readonly #stayed = new Set<string>();

  constructor(deps: RemovalsDeps) {
    this.#deps = deps;
  }

  state(): RemovalsState {
    return {
      removals: [...this.#pending].map(([id, { name, waiting }]) => ({ id, name, waiting })),
      stayed: [...this.#stayed],
    };
  }

  takeOut({ id, name }: Pick<Removal, 'id' | 'name'>, remove: Remove): void {
    if (this.#pending.has(id)) return;
    const timer = setTimeout(() => void this.#goNow(id, false), UNDO_MS);
    this.#pending.set(id, { name, remove, timer, waiting: false, running: null });
    this.#stayed.delete(id);
    this.#deps.changed();
  }

  undo(id: string): void {
    const pending = this.#pending.get(id);
    if (!pending || pending.running) return;
    clearTimeout(pending.timer);
    this.#pending.delete(id);
    this.#deps.changed();
  }

  /** Completes now the removals that are waiting for their ten seconds. @returns whether all of them succeeded */
  async settle(): Promise<boolean> {
    const gone = await Promise.all([...this.#pending.keys()].map((id) => this.#goNow(id, false)));
    return gone.every(Boolean);
  }

  /** The network is back: removals that waited for it are retried. */
  goOn(): void {
    for (const [id, { waiting }] of this.#pending) if (waiting) void this.#goNow(id, false);
  }

  /** Whoever leaves within the ten seconds has not undone it. */
  leave(): void {
    for (const id of this.#pending.keys()) void this.#goNow(id, true);
  }

  stop(): void {
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }

  #goNow(id: string, leaving: boolean): Promise<boolean> {
    const pending = this.#pending.get(id);
    if (!pending) return Promise.resolve(true);
    clearTimeout(pending.timer);
    pending.running ??= this.#remove(id, pending, leaving).finally(() => {
      pending.running = null;
    });
    return pending.running;
  }

  async #remove(id: string, pending: Pending, leaving: boolean): Promise<boolean> {
    const fault: unknown = await pending.remove(leaving).then(
      () => null,
      (error: unknown) => error,
    );
    if (fault !== null && isPassing(fault) && this.#pending.has(id)) {
      pending.waiting = true;
      pending.timer = setTimeout(() => void this.#goNow(id, false), UNDO_MS);
      this.#deps.changed();
      return false;
    }
    // removed from another window: that is just as good
    const gone = fault === null || hasCode(fault, 'NOT_FOUND');
    if (!gone) this.#stayed.add(id);
    await this.#deps.refresh().catch(() => undefined);
    this.#pending.delete(id);
    this.#deps.changed();
    return gone;
  }
}
