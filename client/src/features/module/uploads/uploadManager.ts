import type { ArtifactView } from '../../../../../contract/artifacts.ts';
import { ApiError, isPassing } from '../../../api/errors.ts';
import type { BeginUpload } from './beginUpload.ts';
import type { StartTransfer, Transfer, TransferFault } from './transfer.ts';
import { createSpeedometer } from './uploadItem.ts';
import type { UploadItem } from './uploadItem.ts';

/** How long a removal can be undone. */
export const UNDO_MS = 10_000;
const AT_ONCE = 2;
const LOOK_AGAIN_MS = [500, 1000, 1000, 2000, 2000, 3000];

/** A file or link that was taken out and can still come back. */
export interface Removal {
  readonly id: string;
  readonly name: string;
}

export interface UploadState {
  readonly items: readonly UploadItem[];
  readonly removals: readonly Removal[];
  /** Ids of what could not be taken out: it is still there. */
  readonly stayed: readonly string[];
}

/** Takes something out for good. @param leaving true while the page goes away: the request has to outlive it */
export type Remove = (leaving: boolean) => Promise<unknown>;

/** A file to send, and what it shall speak to. */
export interface NewUpload {
  readonly file: File;
  readonly criteria: readonly string[];
  readonly requirementKey: string | null;
}

interface ManagerDeps {
  readonly attemptId: string;
  readonly begin: BeginUpload;
  readonly transfer: StartTransfer;
  readonly look: (artifactId: string) => Promise<ArtifactView>;
  readonly remove: (artifactId: string, leaving: boolean) => Promise<unknown>;
  /** Reads the page's data anew; resolves when it stands. */
  readonly refresh: () => Promise<unknown>;
  /** Remembers which file an upload was, for "Choose the same file to go on". */
  readonly remember: (artifactId: string, file: File) => void;
}

interface Pending {
  readonly name: string;
  readonly remove: Remove;
  readonly timer: ReturnType<typeof setTimeout>;
}

interface Running {
  item: UploadItem;
  readonly file: File;
  transfer: Transfer | null;
  readonly speed: ReturnType<typeof createSpeedometer>;
  undo: ReturnType<typeof setTimeout> | null;
  before: UploadItem['phase'];
}

/** Sends files of one attempt, two at a time, and goes on while its page is left for another one. */
export class UploadManager {
  readonly #deps: ManagerDeps;
  readonly #running = new Map<string, Running>();
  readonly #removals = new Map<string, Pending>();
  readonly #stayed = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #state: UploadState = { items: [], removals: [], stayed: [] };

  constructor(deps: ManagerDeps) {
    this.#deps = deps;
    window.addEventListener('online', this.#goOn);
    window.addEventListener('pagehide', this.#leave);
  }

  readonly state = (): UploadState => this.#state;
  readonly subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  /** Queues files. */
  add(uploads: readonly NewUpload[]): void {
    for (const upload of uploads) this.#enqueue(upload, crypto.randomUUID(), null);
    this.#next();
  }

  /** Goes on with an upload that an earlier visit began; the caller has checked that it is the same file. */
  goOnWith(unfinished: { id: string; clientId: string }, upload: NewUpload): void {
    this.#enqueue(upload, unfinished.clientId, unfinished.id);
    this.#next();
  }

  pause(clientId: string): void {
    const running = this.#running.get(clientId);
    if (!running || !['sending', 'waiting', 'broken'].includes(running.item.phase)) return;
    void this.#halt(running);
    this.#set(running, { phase: 'paused', bytesPerSecond: null });
    this.#next();
  }

  resume(clientId: string): void {
    const running = this.#running.get(clientId);
    if (!running || !['paused', 'broken'].includes(running.item.phase)) return;
    this.#set(running, { phase: 'waiting' });
    this.#next();
  }

  /** Stops an upload and takes it out, unless that is undone in time. */
  cancel(clientId: string): void {
    const running = this.#running.get(clientId);
    if (!running || running.undo) return;
    if (running.item.phase === 'refused') return void this.#drop(running);
    running.before = running.item.phase;
    void this.#halt(running);
    this.#set(running, { phase: 'removing' });
    running.undo = setTimeout(() => void this.#drop(running), UNDO_MS);
    this.#next();
  }

  undoCancel(clientId: string): void {
    const running = this.#running.get(clientId);
    if (!running?.undo) return;
    clearTimeout(running.undo);
    running.undo = null;
    const phase = running.before === 'sending' ? 'waiting' : running.before;
    this.#set(running, { phase });
    this.#next();
  }

  /** Takes out something that the server has, unless that is undone in time. */
  takeOut(removal: Removal, remove: Remove): void {
    if (this.#removals.has(removal.id)) return;
    const timer = setTimeout(() => void this.#takeOutNow(removal.id, false), UNDO_MS);
    this.#removals.set(removal.id, { name: removal.name, remove, timer });
    this.#stayed.delete(removal.id);
    this.#changed();
  }

  undoTakeOut(id: string): void {
    clearTimeout(this.#removals.get(id)?.timer);
    this.#removals.delete(id);
    this.#changed();
  }

  stop(): void {
    window.removeEventListener('online', this.#goOn);
    window.removeEventListener('pagehide', this.#leave);
    for (const running of this.#running.values()) {
      if (running.undo) clearTimeout(running.undo);
      void this.#halt(running);
    }
    for (const { timer } of this.#removals.values()) clearTimeout(timer);
    this.#running.clear();
    this.#removals.clear();
  }

  readonly #goOn = () => {
    for (const { item } of this.#running.values()) if (item.phase === 'broken') this.resume(item.clientId);
  };

  /** Whoever leaves within the ten seconds has not undone it: what was taken out goes now. */
  readonly #leave = () => {
    for (const [id, { timer }] of this.#removals) {
      clearTimeout(timer);
      void this.#takeOutNow(id, true);
    }
    for (const running of this.#running.values()) {
      if (running.undo === null) continue;
      clearTimeout(running.undo);
      void this.#drop(running, true);
    }
  };

  #changed(): void {
    this.#state = {
      items: [...this.#running.values()].map(({ item }) => item),
      removals: [...this.#removals].map(([id, { name }]) => ({ id, name })),
      stayed: [...this.#stayed],
    };
    for (const listener of this.#listeners) listener();
  }

  #set(running: Running, change: Partial<UploadItem>): void {
    running.item = { ...running.item, ...change };
    this.#changed();
  }

  #enqueue(upload: NewUpload, clientId: string, artifactId: string | null): void {
    const { file, criteria, requirementKey } = upload;
    const item: UploadItem = {
      ...{ clientId, artifactId, criteria, requirementKey },
      name: file.name,
      mediaType: file.type,
      size: file.size,
      sent: 0,
      phase: 'waiting',
      bytesPerSecond: null,
      problem: null,
    };
    const speed = createSpeedometer();
    this.#running.set(clientId, { item, file, transfer: null, speed, undo: null, before: 'waiting' });
    this.#changed();
  }

  #next(): void {
    const all = [...this.#running.values()];
    const free = AT_ONCE - all.filter(({ item }) => item.phase === 'sending').length;
    const waiting = all.filter(({ item }) => item.phase === 'waiting').slice(0, Math.max(0, free));
    for (const running of waiting) {
      this.#set(running, { phase: 'sending' });
      void this.#send(running);
    }
  }

  async #send(running: Running): Promise<void> {
    try {
      const artifactId = running.item.artifactId ?? (await this.#begin(running));
      if (running.item.phase !== 'sending') return;
      const transfer = await this.#deps.transfer(running.file, artifactId, {
        onProgress: (sent) => {
          this.#set(running, { sent, bytesPerSecond: running.speed(sent, Date.now()) });
        },
        onDone: () => void this.#arrived(running, artifactId),
        onFault: (fault) => this.#failed(running, fault),
      });
      running.transfer = transfer;
      // paused or taken out while it was being started
      if (running.item.phase !== 'sending') await this.#halt(running);
    } catch (error) {
      this.#failed(running, toFault(error));
    }
  }

  async #begin(running: Running): Promise<string> {
    const { clientId, criteria, requirementKey, name, size } = running.item;
    const artifactId = await this.#deps.begin(
      {
        attemptId: this.#deps.attemptId,
        filename: name.slice(-255),
        clientId,
        criteria: criteria.join(','),
        ...(requirementKey === null ? {} : { requirementKey }),
      },
      size,
    );
    this.#set(running, { artifactId });
    this.#deps.remember(artifactId, running.file);
    return artifactId;
  }

  #failed(running: Running, fault: TransferFault): void {
    running.transfer = null;
    if (running.item.phase !== 'sending') return;
    if (fault.kind === 'broken') this.#set(running, { phase: 'broken', bytesPerSecond: null });
    else this.#set(running, { phase: 'refused', problem: fault.problem });
    this.#next();
  }

  async #arrived(running: Running, artifactId: string): Promise<void> {
    running.transfer = null;
    this.#set(running, { phase: 'checking', sent: running.item.size });
    this.#next();
    for (let look = 0; this.#running.has(running.item.clientId); look += 1) {
      const view = await this.#deps.look(artifactId).catch(() => null);
      if (view && view.state !== 'checking' && view.state !== 'uploading') break;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS[look] ?? 5000));
    }
    await this.#deps.refresh().catch(() => undefined);
    this.#running.delete(running.item.clientId);
    this.#changed();
  }

  async #halt(running: Running): Promise<void> {
    const { transfer } = running;
    running.transfer = null;
    await transfer?.stop();
  }

  async #drop(running: Running, leaving = false): Promise<void> {
    const { artifactId, clientId } = running.item;
    if (artifactId) await this.#deps.remove(artifactId, leaving).catch(() => undefined);
    await this.#deps.refresh().catch(() => undefined);
    this.#running.delete(clientId);
    this.#changed();
  }

  async #takeOutNow(id: string, leaving: boolean): Promise<void> {
    await this.#removals
      .get(id)
      ?.remove(leaving)
      .catch(() => this.#stayed.add(id));
    await this.#deps.refresh().catch(() => undefined);
    this.#removals.delete(id);
    this.#changed();
  }
}

function toFault(error: unknown): TransferFault {
  if (!(error instanceof ApiError) || isPassing(error) || error.status === 401) return { kind: 'broken' };
  return { kind: 'refused', problem: { code: error.code, message: error.message } };
}
