import type { z } from 'zod';
import type { ContentMetadata } from '../../../contract/artifacts.ts';
import type { ContentUpload } from '../../../contract/contentFiles.ts';
import { toFileName } from '../../../contract/fileName.ts';
import { ApiError, isTransient } from '../api/errors.ts';
import type { BeginUpload } from './beginUpload.ts';
import { RetryTimer } from './retryTimer.ts';
import type { StartTransfer, Transfer, TransferFault, UploadProblem } from './transfer.ts';

const LOOK_AGAIN_MS = [300, 500, 1000, 2000];
const LOOK_LATER_MS = 5000;

/** What a file is for. */
export type UploadPurpose = { purpose: 'content'; draftId: string } | { purpose: 'bundle' };

/** One file on its way, under a name of the page's own for where it belongs. */
export interface ContentUploadItem {
  readonly place: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly sent: number;
  /** `broken`: the connection was lost for longer than retries help; it goes on by itself once it is back. */
  readonly phase: 'sending' | 'broken' | 'checking' | 'refused' | 'ready';
  readonly problem: UploadProblem | null;
  /** Once it is ready. */
  readonly upload: ContentUpload | null;
}

interface ContentUploadDeps {
  readonly purpose: UploadPurpose;
  readonly begin: BeginUpload;
  readonly transfer: StartTransfer;
  readonly look: (id: string) => Promise<ContentUpload>;
  readonly remove: (id: string) => Promise<unknown>;
}

interface Running {
  item: ContentUploadItem;
  readonly file: File;
  /** A repeated start finds the upload that it began. */
  readonly clientId: string;
  uploadId: string | null;
  /** Counts its sends: what an earlier one still reports is not listened to. */
  send: number;
  transfer: Transfer | null;
  readonly retry: RetryTimer;
}

function toFault(error: unknown): TransferFault {
  const isBroken = !(error instanceof ApiError) || isTransient(error) || error.status === 401;
  if (isBroken || error.message === '') return { kind: 'broken' };
  return { kind: 'refused', problem: { code: error.code, message: error.message } };
}

/** Sends a designer's files, one for each place, and continues while another page is open. */
export class ContentUploads {
  readonly #deps: ContentUploadDeps;
  readonly #running = new Map<string, Running>();
  readonly #listeners = new Set<() => void>();
  #items: readonly ContentUploadItem[] = [];

  constructor(deps: ContentUploadDeps) {
    this.#deps = deps;
    window.addEventListener('online', this.#goOn);
  }

  readonly items = (): readonly ContentUploadItem[] => this.#items;
  readonly subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  /** Sends a file to a place; one that is on its way there is removed. */
  start(place: string, file: File): void {
    this.cancel(place);
    const item: ContentUploadItem = {
      place,
      name: toFileName(file.name),
      size: file.size,
      sent: 0,
      phase: 'sending',
      problem: null,
      upload: null,
    };
    const retry = new RetryTimer(() => this.retry(place));
    const running: Running = {
      item,
      file,
      clientId: crypto.randomUUID(),
      uploadId: null,
      send: 0,
      transfer: null,
      retry,
    };
    this.#running.set(place, running);
    this.#changed();
    void this.#send(running);
  }

  /** Goes on with what broke off. */
  retry(place: string): void {
    const running = this.#running.get(place);
    if (running?.item.phase !== 'broken') return;
    running.retry.stop();
    this.#set(running, { phase: 'sending' });
    void this.#send(running);
  }

  /** Stops and removes it. Of what is ready only the note goes: its bytes are the institution's. */
  cancel(place: string): void {
    const running = this.#running.get(place);
    if (!running) return;
    this.#running.delete(place);
    running.send += 1;
    running.retry.stop();
    this.#changed();
    const { uploadId, item } = running;
    const isOpen = item.phase === 'sending' || item.phase === 'broken';
    void running.transfer?.stop();
    // what is not removed now expires after a week
    if (uploadId !== null && isOpen) this.#deps.remove(uploadId).catch(() => undefined);
  }

  stop(): void {
    window.removeEventListener('online', this.#goOn);
    for (const running of this.#running.values()) {
      running.send += 1;
      running.retry.stop();
      void running.transfer?.stop();
    }
  }

  readonly #goOn = (): void => {
    for (const place of [...this.#running.keys()]) this.retry(place);
  };

  #set(running: Running, change: Partial<ContentUploadItem>): void {
    running.item = { ...running.item, ...change };
    this.#changed();
  }

  #changed(): void {
    this.#items = [...this.#running.values()].map(({ item }) => item);
    for (const listener of this.#listeners) listener();
  }

  async #send(running: Running): Promise<void> {
    const send = (running.send += 1);
    const isLatest = (): boolean => running.send === send;
    try {
      const id = (running.uploadId ??= await this.#begin(running));
      if (!isLatest()) return;
      const transfer = await this.#deps.transfer(running.file, id, {
        onProgress: (sent) => {
          if (!isLatest()) return;
          running.retry.reset();
          this.#set(running, { sent });
        },
        onDone: () => {
          if (isLatest()) void this.#arrived(running, id);
        },
        onFault: (fault) => {
          if (isLatest()) this.#failed(running, fault);
        },
      });
      if (isLatest()) running.transfer = transfer;
      else await transfer.stop();
    } catch (error) {
      if (isLatest()) this.#failed(running, toFault(error));
    }
  }

  #begin({ clientId, item }: Running): Promise<string> {
    const metadata: z.input<typeof ContentMetadata> = {
      ...this.#deps.purpose,
      filename: item.name,
      clientId,
    };
    return this.#deps.begin(metadata, item.size);
  }

  #failed(running: Running, fault: TransferFault): void {
    running.transfer = null;
    if (fault.kind === 'broken') {
      this.#set(running, { phase: 'broken' });
      running.retry.start();
    } else this.#set(running, { phase: 'refused', problem: fault.problem });
  }

  async #arrived(running: Running, id: string): Promise<void> {
    const { send } = running;
    running.transfer = null;
    this.#set(running, { phase: 'checking', sent: running.item.size });
    for (let look = 0; running.send === send; look += 1) {
      const upload = await this.#deps.look(id).catch(() => null);
      if (running.send !== send) return;
      if (upload?.state === 'ready') return this.#set(running, { phase: 'ready', upload });
      if (upload?.refusal) return this.#set(running, { phase: 'refused', problem: upload.refusal });
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS[look] ?? LOOK_LATER_MS));
    }
  }
}
