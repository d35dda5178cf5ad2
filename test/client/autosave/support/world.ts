import { setImmediate as turn } from 'node:timers/promises';
import { STATUS_BY_CODE } from '../../../../contract/errors.ts';
import type { ErrorCode } from '../../../../contract/errors.ts';
import { ApiError, OfflineError } from '../../../../client/src/api/errors.ts';
import type { Environment } from '../../../../client/src/autosave/environment.ts';
import type { Disk, KeptEntry } from '../../../../client/src/storage/kept.ts';

/** What becomes of a request: `late`: the client gives up on it, and it arrives all the same, some time. */
export type Fate = ErrorCode | 'ok' | 'offline' | 'lost' | 'late';

export function refusal(code: ErrorCode, details?: unknown): ApiError {
  return new ApiError({ code, status: STATUS_BY_CODE[code], message: 'no', correlationId: null, details });
}

interface Task {
  readonly on: 'disk' | 'network';
  readonly run: () => void;
}

/**
 * A device, a network and a clock that do nothing by themselves: every write to the disk, every request and every answer is a
 * task that waits until the test lets it happen, in any order.
 */
export class World {
  readonly tasks: Task[] = [];
  readonly disk = new Map<string, KeptEntry>();
  fate: Fate = 'ok';
  isDiskFull = false;
  /** Told of an entry that goes from the disk: taken off, or replaced. */
  onGone: (before: KeptEntry, after: KeptEntry | null) => void = () => {};
  #now = Date.parse('2026-11-27T09:00:00Z');
  #timers: { at: number; call: () => void }[] = [];
  readonly #returns = new Set<() => void>();

  readonly environment: Environment = {
    now: () => new Date(this.#now),
    after: (milliseconds, call) => {
      const timer = { at: this.#now + milliseconds, call };
      this.#timers.push(timer);
      return () => void (this.#timers = this.#timers.filter((one) => one !== timer));
    },
    onReturn: (call) => {
      this.#returns.add(call);
      return () => void this.#returns.delete(call);
    },
  };

  /** The disk of this device, as one window sees it. */
  readonly openDisk = (): Disk => ({
    put: (entry) =>
      this.#later('disk', () => {
        if (this.isDiskFull) throw new DOMException('full', 'QuotaExceededError');
        const before = this.disk.get(entry.id);
        this.disk.set(entry.id, structuredClone(entry));
        if (before) this.onGone(before, entry);
      }),
    putAll: () => Promise.reject(new Error('nothing that is saved by itself is put together')),
    get: (id) => this.#later('disk', () => this.disk.get(id)),
    list: (kind) =>
      this.#later('disk', () =>
        [...this.disk.values()].filter((entry) => entry.kind === kind).map((entry) => structuredClone(entry)),
      ),
    remove: (id, isMeant) =>
      this.#later('disk', () => {
        const before = this.disk.get(id);
        if (!before || !isMeant(before)) return;
        this.disk.delete(id);
        this.onGone(before, null);
      }),
    clear: () => this.#later('disk', () => this.disk.clear()),
  });

  /** A request to the server, and its answer. @param serve  what the server does when the request arrives */
  async request<R>(serve: (fate: Fate) => R): Promise<R> {
    const { fate } = this;
    if (fate === 'offline' || fate === 'late') {
      if (fate === 'late') void this.#later('network', () => serve('ok')).catch(() => {});
      return this.#later('network', () => {
        throw new OfflineError(null);
      });
    }
    const arrived = this.#later('network', () => serve(fate === 'lost' ? 'ok' : fate));
    const answer = await arrived.then(
      (reply) => () => reply,
      (error: unknown) => () => {
        throw error;
      },
    );
    return this.#later('network', () => {
      if (fate === 'lost') throw new OfflineError(null);
      return answer();
    });
  }

  /** Whether nothing happens any more by itself. */
  isQuiet(): boolean {
    return this.tasks.length === 0 && this.#timers.length === 0;
  }

  isDiskIdle(): boolean {
    return this.tasks.every(({ on }) => on !== 'disk');
  }

  /** Lets one of the waiting tasks happen. */
  async run(pick: number): Promise<void> {
    const [task] = this.tasks.splice(pick % Math.max(1, this.tasks.length), 1);
    task?.run();
    await turn();
  }

  async runAll(): Promise<void> {
    while (this.tasks.length > 0) await this.run(0);
  }

  /** Lets time pass; what is due happens in its order. */
  async wait(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
      await turn();
    }
    this.#now = until;
  }

  /** The network is back, or the page is looked at. */
  comeBack(): void {
    for (const call of this.#returns) call();
  }

  #later<R>(on: Task['on'], act: () => R): Promise<R> {
    return new Promise((resolve, reject) => {
      const run = () => {
        try {
          resolve(act());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.tasks.push({ on, run });
    });
  }
}
