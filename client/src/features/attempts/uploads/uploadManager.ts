import type { OwnArtifact } from '../../../../../contract/artifacts.ts';
import { toFileName } from '../../../../../contract/fileName.ts';
import { ApiError, hasCode, isTransient } from '../../../api/errors.ts';
import type { WindowIds } from '../../../storage/windowIds.ts';
import type { BeginUpload } from '../../../uploads/beginUpload.ts';
import { Removals, UNDO_MS } from './removals.ts';
import type { Removable, Removal, RemovalsState, Remove } from './removals.ts';
import { RetryTimer } from '../../../uploads/retryTimer.ts';
import type { StartTransfer, Transfer, TransferFault } from '../../../uploads/transfer.ts';
import { Speedometer } from './uploadItem.ts';
import type { UploadItem } from './uploadItem.ts';

const AT_ONCE = 2;
const LOOK_AGAIN_MS = [500, 1000, 1000, 2000, 2000, 3000];

export interface UploadState extends RemovalsState {
  readonly items: readonly UploadItem[];
}

/** A file to send, and what it will speak to. */
export interface NewUpload {
  readonly file: File;
  readonly criteria: readonly string[];
  readonly requirementKey: string | null;
}

interface ManagerDeps {
  readonly attemptId: string;
  readonly begin: BeginUpload;
  readonly transfer: StartTransfer;
  readonly look: (artifactId: string) => Promise<OwnArtifact>;
  readonly remove: (artifactId: string, leaving: boolean) => Promise<unknown>;
  /** Reads the page's data again; resolves once it is shown. */
  readonly refresh: () => Promise<unknown>;
  /** Remembers which file an upload was, for "Choose the same file to go on". */
  readonly remember: (artifactId: string, file: File) => void;
  /**
   * Ids of what was being removed when this window's previous page was left. Its requests may reach the server after the next page
   * has read the list, or never; an upload that has no id yet is noted by its `clientId`.
   */
  readonly left: Pick<WindowIds, 'read' | 'write'>;
}

interface Running {
  item: UploadItem;
  readonly file: File;
  /** The one request that creates it, however often it is paused and continued meanwhile. */
  begun: Promise<string> | null;
  /** Counts its sends: what an earlier one still reports is not listened to. */
  send: number;
  transfer: Transfer | null;
  readonly speed: Speedometer;
  undo: ReturnType<typeof setTimeout> | null;
  readonly retry: RetryTimer;
  before: UploadItem['phase'];
}

/** Sends files of one attempt, two at a time, and continues while another page is open. */
export class UploadManager {
  readonly #deps: ManagerDeps;
  readonly #running = new Map<string, Running>();
  readonly #removals: Removals;
  readonly #listeners = new Set<() => void>();
  #state: UploadState;

  constructor(deps: ManagerDeps) {
    this.#deps = deps;
    const { left, refresh } = deps;
    this.#removals = new Removals({ left, refresh, changed: () => this.#changed() });
    this.#state = { items: [], ...this.#removals.state() };
    window.addEventListener('online', this.#goOn);
    window.addEventListener('pagehide', this.#leave);
    window.addEventListener('pageshow', this.#comeBack);
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

  /** Continues an upload that an earlier visit started; the caller has checked that it is the same file. */
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
    running.retry.stop();
    this.#set(running, { phase: 'waiting' });
    this.#next();
  }

  /** Stops an upload and removes it, unless that is undone in time. */
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
    const phase = ['sending', 'broken'].includes(running.before) ? 'waiting' : running.before;
    this.#set(running, { phase });
    this.#next();
  }

  /** Removes something that the server has, unless that is undone in time. */
  takeOut(removal: Pick<Removal, 'id' | 'name'>, remove: Remove): void {
    this.#removals.takeOut(removal, remove);
  }

  undoTakeOut(id: string): void {
    this.#removals.undo(id);
  }

  /** Completes what an earlier page of this window was removing when it was left. @param present  what the server has */
  completeLeft<T extends Removable>(
    present: readonly T[],
    remove: (one: T, leaving: boolean) => Promise<unknown>,
  ): void {
    this.#removals.completeLeft(present, remove);
  }

  /** Completes now the removals that could still be undone. @returns whether all of them succeeded */
  async settle(): Promise<boolean> {
    const dropped = [...this.#running.values()].map((running) => (running.undo ? this.#drop(running) : true));
    const gone = await Promise.all([this.#removals.settle(), ...dropped]);
    return gone.every(Boolean);
  }

  stop(): void {
    window.removeEventListener('online', this.#goOn);
    window.removeEventListener('pagehide', this.#leave);
    window.removeEventListener('pageshow', this.#comeBack);
    for (const running of this.#running.values()) {
      if (running.undo) clearTimeout(running.undo);
      running.retry.stop();
      void this.#halt(running);
    }
    this.#removals.stop();
    this.#running.clear();
  }

  readonly #goOn = () => {
    this.#removals.goOn();
    for (const clientId of this.#running.keys()) this.#retry(clientId);
  };

  /** Whoever leaves within the ten seconds has not undone it: what was removed is deleted now. */
  readonly #leave = () => {
    const dropped = [...this.#running.values()].filter(({ undo }) => undo);
    this.#removals.leave(dropped.map(({ item }) => item.artifactId ?? item.clientId));
    for (const running of dropped) void this.#drop(running, true);
  };

  readonly #comeBack = ({ persisted }: PageTransitionEvent) => {
    if (persisted) this.#removals.comeBack();
  };

  #changed(): void {
    this.#state = {
      items: [...this.#running.values()].map(({ item }) => item),
      ...this.#removals.state(),
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
      clientId,
      artifactId,
      criteria,
      requirementKey,
      name: file.name,
      mediaType: file.type,
      size: file.size,
      sent: 0,
      phase: 'waiting',
      bytesPerSecond: null,
      problem: null,
    };
    const speed = new Speedometer();
    const retry = new RetryTimer(() => this.#retry(clientId));
    const nothing = { begun: null, send: 0, transfer: null, undo: null };
    this.#running.set(clientId, { item, file, speed, retry, before: 'waiting', ...nothing });
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
    const send = (running.send += 1);
    const isLatest = () => running.send === send;
    const goesOn = () => isLatest() && running.item.phase === 'sending';
    try {
      const artifactId = running.item.artifactId ?? (await this.#beginOnce(running));
      if (!goesOn()) return;
      const transfer = await this.#deps.transfer(running.file, artifactId, {
        onProgress: (sent) => {
          if (!isLatest()) return;
          running.retry.reset();
          this.#set(running, { sent, bytesPerSecond: running.speed.measure(sent, Date.now()) });
        },
        onDone: () => {
          if (isLatest()) void this.#arrived(running, artifactId);
        },
        onFault: (fault) => {
          if (isLatest()) this.#failed(running, fault);
        },
      });
      // paused or removed while it was being started, and perhaps continued
      if (goesOn()) running.transfer = transfer;
      else await transfer.stop();
    } catch (error) {
      if (isLatest()) this.#failed(running, toFault(error));
    }
  }

  #beginOnce(running: Running): Promise<string> {
    running.begun ??= this.#begin(running).finally(() => {
      running.begun = null;
    });
    return running.begun;
  }

  async #begin(running: Running): Promise<string> {
    const { clientId, criteria, requirementKey, name, size } = running.item;
    const artifactId = await this.#deps.begin(
      {
        attemptId: this.#deps.attemptId,
        filename: toFileName(name),
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
    if (fault.kind === 'broken') {
      this.#set(running, { phase: 'broken', bytesPerSecond: null });
      running.retry.start();
    } else this.#set(running, { phase: 'refused', problem: fault.problem });
    this.#next();
  }

  /** Unless it was paused or removed meanwhile. */
  #retry(clientId: string): void {
    if (this.#running.get(clientId)?.item.phase === 'broken') this.resume(clientId);
  }

  async #arrived(running: Running, artifactId: string): Promise<void> {
    running.transfer = null;
    this.#set(running, { phase: 'checking', sent: running.item.size });
    this.#next();
    for (let look = 0; this.#running.has(running.item.clientId); look += 1) {
      const view = await this.#deps.look(artifactId).catch(() => null);
      if (view && view.state !== 'checking' && view.state !== 'uploading') break;
      // that may take hours: its row says so, and allows removing it
      if (view?.notes.includes('check_delayed')) break;
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

  async #drop(running: Running, leaving = false): Promise<boolean> {
    const { clientId } = running.item;
    if (running.undo) clearTimeout(running.undo);
    // what is being created is removed once it exists; a page that is left has no time for that
    const artifactId = running.item.artifactId ?? (await running.begun?.catch(() => null));
    const fault: unknown = artifactId
      ? await this.#deps.remove(artifactId, leaving).then(
          () => null,
          (error: unknown) => error,
        )
      : null;
    if (running.undo && isTransient(fault)) {
      running.undo = setTimeout(() => void this.#drop(running), UNDO_MS);
      return false;
    }
    await this.#deps.refresh().catch(() => undefined);
    this.#running.delete(clientId);
    this.#changed();
    return fault === null || hasCode(fault, 'NOT_FOUND');
  }
}

function toFault(error: unknown): TransferFault {
  if (!(error instanceof ApiError) || isTransient(error) || error.status === 401) return { kind: 'broken' };
  // not a response of our API: it says nothing about the file
  if (error.message === '') return { kind: 'broken' };
  return { kind: 'refused', problem: { code: error.code, message: error.message } };
}
