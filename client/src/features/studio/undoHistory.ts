import { z } from 'zod';
import { DeviceWriter } from '../../autosave/deviceWriter.ts';
import type { DeviceStore } from '../../storage/deviceStore.ts';
import type { Changes, Parts } from './changes.ts';
import { EMPTY_LOG, LogEntry, record, redo, undo } from './undoLog.ts';
import type { Done, UndoLog } from './undoLog.ts';

const LOG_KIND = 'studio-undo';
const StoredLog = z.object({ done: z.array(LogEntry), undone: z.array(LogEntry) });

export interface UndoHistoryDeps {
  /** One log for each window and draft. */
  readonly id: string;
  readonly openStore: () => Promise<DeviceStore>;
}

/** What one window can undo and redo in a draft; the device keeps it, so that it survives a reload. */
export class UndoHistory {
  readonly #id: string;
  readonly #device: DeviceWriter;
  readonly #listeners = new Set<() => void>();
  #log: UndoLog = EMPTY_LOG;

  constructor({ id, openStore }: UndoHistoryDeps) {
    this.#id = `${LOG_KIND}:${id}`;
    this.#device = new DeviceWriter(openStore, () => undefined);
    void this.#restore();
  }

  readonly log = (): UndoLog => this.#log;
  readonly subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  };

  record(done: Done): void {
    this.#set(record(this.#log, done));
  }

  /** What takes back the latest operation; null if there is none. */
  undo(parts: Parts): Changes | null {
    return this.#step(undo(this.#log, parts));
  }

  /** What does again the latest operation that was undone; null if there is none. */
  redo(parts: Parts): Changes | null {
    return this.#step(redo(this.#log, parts));
  }

  #step(step: ReturnType<typeof undo>): Changes | null {
    if (step) this.#set(step.log);
    return step?.changes ?? null;
  }

  #set(log: UndoLog): void {
    if (log === this.#log) return;
    this.#show(log);
    const { done, undone } = log;
    this.#device.put({
      id: this.#id,
      kind: LOG_KIND,
      value: { done, undone },
      at: new Date().toISOString(),
    });
  }

  #show(log: UndoLog): void {
    this.#log = log;
    for (const listener of this.#listeners) listener();
  }

  async #restore(): Promise<void> {
    const entries = await this.#device.list(LOG_KIND);
    const left = StoredLog.safeParse(entries.find(({ id }) => id === this.#id)?.value).data;
    if (!left) return;
    // what was done while the device was being read comes after it
    const { done, undone } = this.#log;
    const isFresh = done.length + undone.length === 0;
    this.#show(isFresh ? left : { done: [...left.done, ...done], undone });
  }
}
