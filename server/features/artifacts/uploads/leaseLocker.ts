import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lock, Locker } from '@tus/server';
import { AppError, isDuplicateKey } from '../../../errors.ts';
import { UploadLockModel } from '../uploadLock.model.ts';
import { fromUploadId, type UploadKey } from './uploadId.ts';

const LEASE_MS = 3000;
const HEARTBEAT_MS = 500;
const POLL_MS = 100;
const WAIT_MS = 8_000;
// only for liveness: the epoch protects the bytes, so an acknowledgement by one member is enough
const FAST = { writeConcern: { w: 1 as const }, updatePipeline: true } as const;
const leaseEnd = { $add: ['$$NOW', LEASE_MS] };

/** Leases that this process is currently releasing. */
const releasing = new Map<string, Promise<void>>();

/**
 * One lease in the database for each upload being worked on. The next in line asks for it (`wanted`), and the holder ends its
 * request soon; a dead holder's lease expires in 3 s. Times are the database's (`$$NOW`).
 */
export class LeaseLocker implements Locker {
  readonly #stopping: AbortSignal | undefined;

  /** @param stopping  when aborted, each holder ends its request as if another process had asked for the upload */
  constructor(stopping?: AbortSignal) {
    this.#stopping = stopping;
  }

  newLock(id: string): Lock {
    return new Lease(fromUploadId(id), this.#stopping);
  }
}

class Lease implements Lock {
  readonly #filter: { _id: string; institutionId: string };
  readonly #holder = randomUUID();
  readonly #stopping: AbortSignal | undefined;
  #timer: NodeJS.Timeout | null = null;
  #onStopping: (() => void) | null = null;

  constructor(key: UploadKey, stopping: AbortSignal | undefined) {
    this.#filter = { _id: key.artifactId, institutionId: key.institutionId };
    this.#stopping = stopping;
  }

  /** @throws {AppError} UPLOAD_LOCKED (423: clients retry) after 8 s, or if the waiting request ended */
  async lock(signal: AbortSignal, cancelRequest: () => void | Promise<void>): Promise<void> {
    await releasing.get(this.#filter._id);
    const giveUpAt = performance.now() + WAIT_MS;
    while (!(await this.#take())) {
      if (signal.aborted || performance.now() > giveUpAt) {
        throw new AppError('UPLOAD_LOCKED', 'This upload is still busy. It goes on by itself in a moment.');
      }
      await sleep(POLL_MS);
    }
    this.#timer = setInterval(() => void this.#beat(cancelRequest), HEARTBEAT_MS);
    this.#timer.unref();
    this.#onStopping = (): void => void cancelRequest();
    if (this.#stopping?.aborted) this.#onStopping();
    else this.#stopping?.addEventListener('abort', this.#onStopping);
  }

  /** Releases at once; the response to the client need not wait for it, the next request of this process does. */
  unlock(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    if (this.#onStopping) this.#stopping?.removeEventListener('abort', this.#onStopping);
    const id = this.#filter._id;
    const gone = this.#release().finally(() => {
      if (releasing.get(id) === gone) releasing.delete(id);
    });
    releasing.set(id, gone);
    return Promise.resolve();
  }

  async #release(): Promise<void> {
    try {
      await UploadLockModel.deleteOne({ ...this.#filter, holder: this.#holder }, { writeConcern: { w: 1 } });
    } catch {
      // not reachable: the lease expires by itself
    }
  }

  /** Takes the lease or, if another request has it, asks for it: one write either way. */
  async #take(): Promise<boolean> {
    const held = { $gt: ['$until', '$$NOW'] };
    const mine = { $literal: this.#holder };
    const fields = {
      holder: { $cond: [held, '$holder', mine] },
      until: { $cond: [held, '$until', leaseEnd] },
      wanted: held,
    };
    try {
      const lease = await UploadLockModel.findOneAndUpdate(this.#filter, [{ $set: fields }], {
        ...FAST,
        upsert: true,
        returnDocument: 'after',
      }).lean();
      return lease?.holder === this.#holder;
    } catch (error) {
      // two inserted at once
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async #beat(cancelRequest: () => void | Promise<void>): Promise<void> {
    try {
      const lease = await UploadLockModel.findOneAndUpdate(
        { ...this.#filter, holder: this.#holder },
        [{ $set: { until: leaseEnd } }],
        FAST,
      ).lean();
      if (!lease || lease.wanted) await cancelRequest();
    } catch {
      // not reachable: the lease expires by itself, and the epoch protects the bytes
    }
  }
}
