import { randomUUID } from 'node:crypto';
import type { Deps } from '../../deps.ts';
import { listenForChanges } from '../../changes.ts';
import { AppError } from '../../errors.ts';
import { INSTALLATION } from './audit.service.ts';
import { PendingAuditModel } from './audit.model.ts';
import { findWithPending, releaseLease, restoreHead, sealPending, type Anchor } from './sealing.ts';

/** Lines that arrive within this time are numbered together; a chain that another process is sealing is checked again. */
const GATHER_MS = 1_000;

export interface SealerDeps extends Pick<Deps, 'log'> {
  listInstitutionIds(): Promise<string[]>;
}

/** In the form that an operator passes to `audit check --expect`. */
export function formatAnchor({ n, hash }: Anchor): string {
  return `${n}:${hash}`;
}

/** @throws {AppError} VALIDATION_FAILED */
export function parseAnchor(text: string): Anchor {
  const [, n, hash] = /^(\d{1,15}):([0-9a-f]{64})$/u.exec(text.trim()) ?? [];
  if (n === undefined || hash === undefined)
    throw new AppError(
      'VALIDATION_FAILED',
      `"${text}" is no number and hash, as the log tells them: 57:4f1c….`,
    );
  return { n: Number(n), hash };
}

/** Lets a chain that lost its head continue from its last line. @returns its end; null if it has its head */
export async function restoreAuditHead(institutionId: string): Promise<Anchor | null> {
  return restoreHead(institutionId);
}

/** Seals one institution's waiting lines now. @returns false if another process is sealing it */
export async function sealAuditLines(
  { log }: Pick<Deps, 'log'>,
  institutionId: string,
  sealer: string = randomUUID(),
): Promise<boolean> {
  const onSealed = (anchor: Anchor): void =>
    log.info({ institutionId, expect: formatAnchor(anchor) }, 'audit lines sealed');
  return sealPending(institutionId, { sealer, onSealed });
}

export interface Sealer {
  /** Checks every institution: finds what a broken stream or a killed process left behind. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

interface Event {
  fullDocument?: { institutionId?: string };
}

/** New lines, by institution; none of their content crosses the wire. */
const WATCHED = { [PendingAuditModel.collection.collectionName]: { operationType: 'insert' } };

/** Seals the institutions that have lines to seal, one after the other, until nothing is waiting in any of them. */
class SealingQueue {
  readonly #log: Deps['log'];
  readonly #sealer = randomUUID();
  readonly #waiting = new Set<string>();
  readonly #sealed = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(log: Deps['log']) {
    this.#log = log;
  }

  add(institutionId: string): void {
    this.#waiting.add(institutionId);
    this.#start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
    for (const institutionId of this.#sealed) await releaseLease(institutionId, this.#sealer);
  }

  #start(): void {
    if (this.#stopped || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#run();
    }, GATHER_MS);
  }

  async #run(): Promise<void> {
    const now = [...this.#waiting];
    this.#waiting.clear();
    for (const institutionId of now) {
      if (!this.#stopped && !(await this.#seal(institutionId))) this.#waiting.add(institutionId);
    }
    this.#timer = null;
    if (this.#waiting.size > 0) this.#start();
  }

  /** @returns false if another process is sealing it: that process may die, so it is checked again */
  async #seal(institutionId: string): Promise<boolean> {
    try {
      const done = await sealAuditLines({ log: this.#log }, institutionId, this.#sealer);
      if (done) this.#sealed.add(institutionId);
      return done;
    } catch (error) {
      // the lines stay where they are; the next sweep tries again
      this.#log.error({ err: error, institutionId }, 'audit lines could not be sealed');
      return true;
    }
  }
}

/**
 * Starts sealing audit lines in this process. Any number of processes may do so: a lease gives each chain to one process at a
 * time. The others check again until nothing is waiting, so that a process that dies is replaced within seconds.
 */
export function startSealer(deps: SealerDeps): Sealer {
  const queue = new SealingQueue(deps.log);
  const sweep = async (): Promise<void> => {
    const institutionIds = [INSTALLATION, ...(await deps.listInstitutionIds())];
    for (const institutionId of await findWithPending(institutionIds)) queue.add(institutionId);
  };
  const listening = listenForChanges(
    {
      of: 'new audit lines',
      watched: WATCHED,
      fields: ['fullDocument.institutionId'],
      onChange(change) {
        const institutionId = (change as Event).fullDocument?.institutionId;
        if (institutionId !== undefined) queue.add(institutionId);
      },
      onOpen() {
        sweep().catch((error: unknown) =>
          deps.log.error({ err: error }, 'pending audit lines could not be read'),
        );
      },
    },
    deps.log,
  );
  return {
    sweep,
    async stop() {
      await listening.stop();
      await queue.stop();
    },
  };
}
