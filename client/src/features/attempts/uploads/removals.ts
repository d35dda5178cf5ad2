import { hasCode, isTransient } from '../../../api/errors.ts';
import type { WindowIds } from '../../../storage/windowIds.ts';

/** How long a removal can be undone. */
export const UNDO_MS = 10_000;

/** A file or link that was removed and can still be restored. */
export interface Removal {
  readonly id: string;
  readonly name: string;
  /** True once it should be gone and the server could not be reached: it is retried. */
  readonly waiting: boolean;
}

/** Something that the server has. An upload has a `clientId` too. */
export interface Removable {
  readonly id: string;
  readonly name: string;
  readonly clientId: string | null;
}

/** Removes something for good. @param leaving true while the page is being left: the request has to outlive it */
export type Remove = (leaving: boolean) => Promise<unknown>;

export interface RemovalsState {
  readonly removals: readonly Removal[];
  /** Ids, or `clientId`s, of what an earlier page of this window removed: not shown, since it may be gone already. */
  readonly left: readonly string[];
  /** Ids of what could not be removed: it is still there. */
  readonly stayed: readonly string[];
}

interface Pending {
  name: string;
  waiting: boolean;
  /** Removed by an earlier page: nobody can undo it here. */
  readonly left: boolean;
  readonly remove: Remove;
  timer: ReturnType<typeof setTimeout> | undefined;
  running: Promise<boolean> | null;
}

interface RemovalsDeps {
  /** Ids of what was being removed when this window's previous page was left. */
  readonly left: Pick<WindowIds, 'read' | 'write'>;
  /** Reads the page's data again; resolves once it is shown. */
  readonly refresh: () => Promise<unknown>;
  readonly changed: () => void;
}

/** What the server has and somebody removed: deleted after ten seconds, when the page is left, or before a round is submitted. */
export class Removals {
  readonly #deps: RemovalsDeps;
  readonly #pending = new Map<string, Pending>();
  readonly #left: Set<string>;
  readonly #stayed = new Set<string>();

  constructor(deps: RemovalsDeps) {
    this.#deps = deps;
    this.#left = new Set(deps.left.read());
  }

  state(): RemovalsState {
    const pending = [...this.#pending];
    return {
      removals: pending
        .filter(([, { left, waiting }]) => !left || waiting)
        .map(([id, { name, waiting }]) => ({ id, name, waiting })),
      left: [...this.#left, ...pending.flatMap(([id, { left, waiting }]) => (left && !waiting ? id : []))],
      stayed: [...this.#stayed],
    };
  }

  takeOut({ id, name }: Pick<Removal, 'id' | 'name'>, remove: Remove): void {
    if (this.#pending.has(id)) return;
    const timer = setTimeout(() => void this.#goNow(id, false), UNDO_MS);
    this.#pending.set(id, { name, remove, timer, waiting: false, left: false, running: null });
    this.#stayed.delete(id);
    this.#deps.changed();
  }

  /** Completes what an earlier page of this window was removing when it was left, as far as the server still has it. */
  completeLeft<T extends Removable>(
    present: readonly T[],
    remove: (one: T, leaving: boolean) => Promise<unknown>,
  ): void {
    for (const one of present) {
      const { id, name, clientId } = one;
      const noted = [id, clientId ?? id].filter((known) => this.#left.delete(known));
      if (noted.length === 0 || this.#pending.has(id)) continue;
      const again: Remove = (leaving) => remove(one, leaving);
      this.#pending.set(id, {
        name,
        remove: again,
        timer: undefined,
        waiting: false,
        left: true,
        running: null,
      });
      void this.#goNow(id, false);
      this.#deps.changed();
    }
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

  /**
   * Whoever leaves within the ten seconds has not undone it.
   *
   * @param also  what else is being removed: noted for the next page
   */
  leave(also: readonly string[]): void {
    this.#deps.left.write([...new Set([...this.#left, ...this.#pending.keys(), ...also])]);
    for (const id of this.#pending.keys()) void this.#goNow(id, true);
  }

  /** The page that was left is shown again as it was: it knows itself what is gone. */
  comeBack(): void {
    this.#deps.left.write([]);
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
    if (fault !== null && isTransient(fault) && this.#pending.has(id)) {
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
