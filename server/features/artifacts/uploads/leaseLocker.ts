import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lock, Locker } from '@tus/server';
import { AppError, isDuplicateKey } from '../../../errors.ts';
import { UploadLockModel } from '../uploadLock.model.ts';
import { fromUploadId, type UploadKey } from './uploadId.ts';

const LEASE_MS = 3000;
const HEARTBEAT_MS = 500;
const POLL_MS = 100;
const WAIT_MS = 20_000;
// liveness only: what keeps bytes right is the epoch, so an acknowledgement by one member is enough
const FAST = { writeConcern: { w: 1 as const }, updatePipeline: true } as const;
const untilLater = { $add: ['$$NOW', LEASE_MS] };

/**
 * One lease in the database for each upload being worked on. The next in line asks for it (`wanted`), the holder ends its
 * request soon; a dead holder's lease runs out in 3 s. Times are the database's (`$$NOW`).
 */
export class LeaseLocker implements Locker {
  newLock(id: string): Lock {
    return new Lease(fromUploadId(id));
  }
}

class Lease implements Lock {
  readonly #filter: { _id: string; institutionId: string };
  readonly #holder = randomUUID();
  #timer: NodeJS.Timeout | null = null;

  constructor(key: UploadKey) {
    this.#filter = { _id: key.artifactId, institutionId: key.institutionId };
  }

  /** @throws {AppError} UPLOAD_LOCKED (423: clients try again) after 20 s, or when the waiting request ended */
  async lock(signal: AbortSignal, cancelRequest: () => void | Promise<void>): Promise<void> {
    const giveUpAt = performance.now() + WAIT_MS;
    while (!(await this.#take())) {
      if (signal.aborted || performance.now() > giveUpAt) {
        throw new AppError('UPLOAD_LOCKED', 'This upload is still busy. It goes on by itself in a moment.');
      }
      await UploadLockModel.updateOne(this.#filter, { $set: { wanted: true } }, { writeConcern: { w: 1 } });
      await sleep(POLL_MS);
    }
    this.#timer = setInterval(() => void this.#beat(cancelRequest), HEARTBEAT_MS);
    this.#timer.unref();
  }

  async unlock(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await UploadLockModel.deleteOne({ ...this.#filter, holder: this.#holder }, { writeConcern: { w: 1 } });
  }

  async #take(): Promise<boolean> {
    try {
      const free = { ...this.#filter, $expr: { $lt: ['$until', '$$NOW'] } };
      const mine = [{ $set: { holder: this.#holder, until: untilLater, wanted: false } }];
      await UploadLockModel.updateOne(free, mine, { ...FAST, upsert: true });
      return true;
    } catch (error) {
      // the lease exists and has not run out: the upsert tried to insert beside it
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async #beat(cancelRequest: () => void | Promise<void>): Promise<void> {
    try {
      const lease = await UploadLockModel.findOneAndUpdate(
        { ...this.#filter, holder: this.#holder },
        [{ $set: { until: untilLater } }],
        FAST,
      ).lean();
      if (!lease || lease.wanted) await cancelRequest();
    } catch {
      // not reachable: the lease runs out by itself, the epoch keeps the bytes right
    }
  }
}
