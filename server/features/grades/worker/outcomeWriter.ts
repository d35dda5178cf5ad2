import type { Logger } from 'pino';
import { isDuplicateKey } from '../../../errors.ts';
import { DeliveryAttemptModel, type DeliveryAttemptDoc } from '../deliveries/deliveryAttempt.model.ts';
import {
  accept,
  dropClaimed,
  release,
  hold,
  recheckMissing,
  postponeComparison,
  requeueClaimedInDoubt,
  endComparison,
  waitForNextTry,
} from '../deliveries/deliveryTransitions.ts';
import { moveEach, type Transition } from '../deliveries/transition.ts';
import type { ClaimedDelivery } from './claims.ts';
import type { TryResult, Conclusion } from './conclusion.ts';

function transitionOf(conclusion: Conclusion): Transition {
  switch (conclusion.kind) {
    case 'accepted':
      return accept(conclusion.shown, conclusion.unread);
    case 'recheck':
      return recheckMissing(conclusion);
    case 'retry':
      return waitForNextTry(conclusion);
    case 'held':
      return hold(conclusion);
    case 'unchanged':
      return endComparison(conclusion.shown);
    case 'postponed':
      return postponeComparison(conclusion.delayMs);
    case 'gone':
      return requeueClaimedInDoubt();
    case 'released':
      return release();
    case 'dropped':
      return dropClaimed();
  }
}

interface EndedTry {
  claimed: ClaimedDelivery;
  concluded: TryResult;
}

const BATCH_MAX = 64;
const BATCH_MS = 20;
const RETRY_MS = 500;

async function store(batch: readonly EndedTry[]): Promise<void> {
  const attempts = batch.flatMap(({ concluded }) => concluded.attempts);
  await storeAttempts(attempts);
  await moveEach(
    batch.map(({ claimed: { institutionId, _id, lease }, concluded }) => ({
      which: { institutionId, _id, 'lease.token': lease.token },
      transition: transitionOf(concluded.conclusion),
    })),
  );
}

/** Receipts first: a delivery that changed state without one would claim something that nobody can prove. */
async function storeAttempts(attempts: DeliveryAttemptDoc[]): Promise<void> {
  if (attempts.length === 0) return;
  try {
    await DeliveryAttemptModel.insertMany(attempts, { ordered: false });
  } catch (error) {
    // stored by a first try of this very batch
    if (!isDuplicateKey(error)) throw error;
  }
}

/** Writes how tries ended, many at once: two commands for a batch. A delivery whose lease is lost is left alone. */
export class OutcomeWriter {
  readonly #log: Pick<Logger, 'error'>;
  readonly #onEnded: ((conclusion: Conclusion) => void) | undefined;
  #waiting: EndedTry[] = [];
  #running: Promise<void> | null = null;

  /** @param onEnded  called with the outcome of each try, for the operator's metrics */
  constructor(log: Pick<Logger, 'error'>, onEnded?: (conclusion: Conclusion) => void) {
    this.#log = log;
    this.#onEnded = onEnded;
  }

  record(ended: EndedTry): void {
    this.#onEnded?.(ended.concluded.conclusion);
    this.#waiting.push(ended);
    void this.#start(BATCH_MS);
  }

  /** Resolves when everything recorded so far is stored. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#running) await this.#start(0);
  }

  #start(delayMs: number): Promise<void> {
    this.#running ??= new Promise<void>((resolve) => setTimeout(resolve, delayMs))
      .then(() => this.#run())
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH_MAX);
      try {
        await store(batch);
        this.#waiting = this.#waiting.slice(batch.length);
      } catch (error) {
        this.#log.error({ err: error }, 'outcomes of scores could not be stored; trying again');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}
