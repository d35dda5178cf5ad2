import { OWN_NOTES } from '../../../../contract/grades.ts';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { PlatformStore } from '../../../lti/platforms.ts';
import { quirksOf } from '../../../lti/quirks.ts';
import { ColumnModel } from '../columns/column.model.ts';
import { recordAccessRefusal, releaseHeldDeliveries } from '../columns/columns.service.ts';
import type { DeliveryLaneDoc } from '../deliveries/deliveryLane.model.ts';
import { wakeLanes } from '../deliveries/lanes.ts';
import { WakeSignal } from './wakeSignal.ts';
import { claimDue, type ClaimedDelivery } from './claims.ts';
import type { TryResult, Conclusion } from './conclusion.ts';
import { deliver } from './deliver.ts';
import { LaneDispatcher } from './laneDispatcher.ts';
import { OutcomeWriter } from './outcomeWriter.ts';
import type { DeliverDeps, Job } from './run.ts';
import { ConcurrencyLimiter } from './concurrencyLimiter.ts';
import { releaseLane, findNextLaneDueAt, pauseLane, acquireLane } from './laneScheduler.ts';

export interface WorkerDeps extends DeliverDeps {
  platforms: Pick<PlatformStore, 'getById'>;
  log: Pick<Logger, 'error' | 'warn'>;
  onEnded?: (conclusion: Conclusion) => void;
  /** False while new work may arrive without `wake` and `wakeAt`: then the worker polls. */
  isSubscribed: () => boolean;
}

export interface WorkerOptions {
  /** Deliveries in progress at once in this process. */
  slots: number;
  /** After this long without a sign of life from its worker a delivery is taken over. */
  leaseMs?: number;
  /** Longest wait for those in progress when the worker is stopped. */
  drainMs?: number;
  /** A call gives its slot back after this long. */
  lendAfterMs?: number;
}

export interface DeliveryWorker {
  /** Something is to be done in a lane; `deliveryId` if one got a newer score. Without a lane: check at once. */
  wake(laneId?: string, deliveryId?: string): void;
  /** Some lane is due then, by the database's clock. */
  wakeAt(at: Date): void;
  /** Claims nothing new, releases what is waiting, lets what is in progress end, stores how it ended. */
  stop(): Promise<void>;
}

const LEASE_MS = 45_000;
const DRAIN_MS = 20_000;
const LEND_AFTER_MS = 1_000;
/** Without notifications of new work: how often to poll. */
const POLL_MS = 2_000;
/** With notifications: anything that becomes due by itself has a known time. */
const SUBSCRIBED_POLL_MS = 60_000;
const SOON_MS = 20;
const SECOND_MS = 1_100;
const SWITCHED_OFF_MS = 15 * 60_000;

const toResult = (conclusion: Conclusion): TryResult => ({
  conclusion,
  attempts: [],
  pauseMs: 0,
  platformFault: false,
});
const RELEASED = toResult({ kind: 'released' });
const NO_COLUMN = toResult({ kind: 'held', reason: 'column_missing', lmsMessage: null, shown: null });
const DROPPED = toResult({ kind: 'dropped' });
const UNCHANGED = toResult({ kind: 'unchanged', shown: null });
const SWITCHED_OFF = toResult({
  kind: 'retry',
  reason: 'lms_silent',
  lmsMessage: OWN_NOTES.switchedOff,
  delayMs: SWITCHED_OFF_MS,
  doubt: false,
});

/**
 * Sends scores: rotates between lanes, claims a few deliveries of each with a lease, keeps its slots busy and records how each
 * try ended. Any number of workers in any number of processes share the work.
 */
class Worker implements DeliveryWorker {
  readonly #deps: WorkerDeps;
  readonly #leaseMs: number;
  readonly #drainMs: number;
  readonly #size: number;
  readonly #id = randomUUID();
  readonly #limiter: ConcurrencyLimiter;
  readonly #signal = new WakeSignal();
  readonly #outcomes;
  readonly #dispatchers = new Map<string, LaneDispatcher>();
  readonly #onTheWay = new Set<Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #toWake = new Set<string>();
  readonly #loop: Promise<void>;
  #stopping = false;

  constructor(deps: WorkerDeps, options: WorkerOptions) {
    this.#deps = deps;
    this.#size = options.slots;
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
    this.#drainMs = options.drainMs ?? DRAIN_MS;
    this.#limiter = new ConcurrencyLimiter(options.slots, options.lendAfterMs ?? LEND_AFTER_MS);
    this.#outcomes = new OutcomeWriter(deps.log, deps.onEnded);
    this.#loop = this.#run();
  }

  wake(laneId?: string, deliveryId?: string): void {
    const dispatcher = laneId ? this.#dispatchers.get(laneId) : undefined;
    if (deliveryId && dispatcher?.has(deliveryId)) dispatcher.superseded.add(deliveryId);
    if (laneId) this.#toWake.add(laneId);
    this.#signal.wake();
  }

  wakeAt(at: Date): void {
    this.#signal.wakeIn(this.#msUntil(at));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#signal.wake();
    await this.#loop;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const dispatcher of this.#dispatchers.values()) this.#giveBack(dispatcher);
    const drained = Promise.all(this.#onTheWay);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, this.#drainMs)));
    await Promise.race([drained, late]);
    clearTimeout(timer);
    await this.#outcomes.flush();
    await wakeLanes([...this.#dispatchers.keys()]);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#step();
      } catch (error) {
        this.#deps.log.error({ err: error }, 'the delivery worker could not look for work; trying again');
        await this.#signal.wait(POLL_MS);
      }
    }
  }

  async #step(): Promise<void> {
    if (this.#toWake.size > 0) {
      const lanes = [...this.#toWake];
      this.#toWake.clear();
      await wakeLanes(lanes);
    }
    const isUrgentOnly = this.#room() < 1;
    if (isUrgentOnly && !this.#limiter.areAllLent) return this.#signal.wait(POLL_MS);
    const full = [...this.#dispatchers.values()]
      .filter((dispatcher) => dispatcher.room() < 1)
      .map((dispatcher) => dispatcher.laneId);
    const lane = await acquireLane(isUrgentOnly ? 'all' : full, this.#leaseMs);
    if (lane) return this.#fill(lane);
    if (isUrgentOnly) return this.#signal.wait(POLL_MS);
    const at = await findNextLaneDueAt(full);
    return this.#signal.wait(Math.min(at ? this.#msUntil(at) : Infinity, this.#idleMs()));
  }

  #msUntil(at: Date): number {
    return Math.max(at.getTime() - this.#deps.clock.now().getTime(), SOON_MS);
  }

  #idleMs(): number {
    return this.#deps.isSubscribed() ? SUBSCRIBED_POLL_MS : POLL_MS;
  }

  /**
   * A batch that waits for each slot, so that a free slot never waits for the database. What waits only for its own platform does
   * not count: one that does not respond must not prevent the others from being checked.
   */
  #room(): number {
    let waiting = 0;
    for (const dispatcher of this.#dispatchers.values()) {
      if (dispatcher.running.size < dispatcher.limit) waiting += dispatcher.waiting.length;
    }
    return this.#size + this.#limiter.free - waiting;
  }

  async #fill(lane: DeliveryLaneDoc): Promise<void> {
    const platform = await this.#deps.platforms.getById(lane.platformId);
    const dispatcher = this.#dispatchers.get(lane._id) ?? new LaneDispatcher(lane);
    dispatcher.refresh(lane);
    dispatcher.parallel = platform ? quirksOf(platform.family).parallel : 1;
    this.#dispatchers.set(lane._id, dispatcher);
    const n = Math.max(0, Math.min(this.#room(), dispatcher.room()));
    const { claimed, nextDueAt } = await claimDue(lane, { n, worker: this.#id, leaseMs: this.#leaseMs });
    const isActive = platform?.state === 'active';
    const columns = await this.#columnsOf(claimed);
    const claimedAt = performance.now();
    for (const one of claimed) {
      const column = columns.get(one.columnId);
      const isSent = platform && isActive && column && column.state !== 'no_grade';
      if (one.stateBefore && !isSent) this.#outcomes.record({ claimed: one, concluded: UNCHANGED });
      else if (!platform || !isActive) this.#outcomes.record({ claimed: one, concluded: SWITCHED_OFF });
      else if (!column) this.#outcomes.record({ claimed: one, concluded: NO_COLUMN });
      else if (column.state === 'no_grade') this.#outcomes.record({ claimed: one, concluded: DROPPED });
      else dispatcher.add({ claimed: one, column, platform }, { claimedAt, urgent: one.urgent === true });
    }
    const leases = claimed.map((one) => one.dueAt.getTime());
    const times = nextDueAt ? [nextDueAt.getTime(), ...leases] : leases;
    dispatcher.nextDueAt = times.length > 0 ? new Date(Math.min(...times)) : null;
    // a serial one stays ours until nothing of it is left here
    if (!lane.serial || dispatcher.size === 0) await this.#releaseLane(dispatcher);
    this.#start();
  }

  /** Due now if there is more than was claimed; otherwise when the next one, or the first lease, is. */
  async #releaseLane(dispatcher: LaneDispatcher): Promise<void> {
    await releaseLane(dispatcher.lane, dispatcher.nextDueAt);
  }

  async #columnsOf(claimed: readonly ClaimedDelivery[]) {
    const [first] = claimed;
    if (!first) return new Map<string, Job['column']>();
    const ids = [...new Set(claimed.map((one) => one.columnId))];
    const { institutionId } = first;
    const columns = await ColumnModel.find({ institutionId, _id: { $in: ids } }).lean();
    return new Map(columns.map((column) => [column._id, column]));
  }

  /** What an admin sends waits for no slot, and for no call before it: there are few of those, and calls that hang take long. */
  #mayStart(dispatcher: LaneDispatcher): boolean {
    return dispatcher.isUrgent || (this.#limiter.free > 0 && dispatcher.running.size < dispatcher.limit);
  }

  /** Fills free slots, one lane after the other. */
  #start(): void {
    for (let started = true; started;) {
      started = false;
      for (const dispatcher of [...this.#dispatchers.values()]) {
        const next = this.#mayStart(dispatcher) ? dispatcher.waiting.shift() : undefined;
        if (!next) continue;
        started = true;
        const now = performance.now();
        const isPut = dispatcher.isPaused(now) && !next.urgent;
        if (this.#stopping || now - next.claimedAt > this.#leaseMs / 3 || isPut) {
          this.#outcomes.record({ claimed: next.job.claimed, concluded: RELEASED });
          this.#afterwards(dispatcher);
        } else this.#send(dispatcher, next.job);
      }
    }
  }

  #send(dispatcher: LaneDispatcher, job: Job): void {
    const { _id } = job.claimed;
    dispatcher.running.add(_id);
    const ended = this.#limiter
      .use(
        async () => {
          const concluded = await this.#tryOnce(job);
          const isNoted = await this.#noteTurnedAway(job, concluded.conclusion);
          this.#conclude(dispatcher, job, concluded);
          if (isNoted) this.#background(this.#releaseWhereGiven(job));
        },
        () => {
          this.#start();
          if (dispatcher.room() > 0) this.#signal.wake();
        },
      )
      .finally(() => this.#onTheWay.delete(ended));
    this.#onTheWay.add(ended);
  }

  async #tryOnce(job: Job): Promise<TryResult> {
    try {
      return await deliver(this.#deps, job);
    } catch (error) {
      // our bug, not a fault of the LMS: the score waits, and the log says why
      this.#deps.log.error({ err: error, deliveryId: job.claimed._id }, 'a score could not be sent');
      if (job.claimed.stateBefore) return UNCHANGED;
      const delayMs = 60_000;
      const lmsMessage = OWN_NOTES.ownFault;
      return toResult({ kind: 'retry', reason: 'lms_silent', lmsMessage, delayMs, doubt: true });
    }
  }

  #conclude(dispatcher: LaneDispatcher, job: Job, concluded: TryResult): void {
    const { _id } = job.claimed;
    this.#outcomes.record({ claimed: job.claimed, concluded });
    dispatcher.running.delete(_id);
    // a call that was aborted because we are stopping says nothing about the platform
    const pauseMs = this.#stopping
      ? 0
      : dispatcher.noteOutcome(concluded, performance.now(), this.#deps.random);
    if (pauseMs > 0) {
      this.#background(pauseLane(dispatcher.laneId, pauseMs));
      this.#giveBack(dispatcher, ({ urgent }) => urgent);
    }
    const { conclusion } = concluded;
    if (conclusion.kind === 'gone') this.#wakeIn(dispatcher.laneId, SECOND_MS);
    if ('delayMs' in conclusion) this.#wakeIn(dispatcher.laneId, conclusion.delayMs);
    if (dispatcher.superseded.delete(_id)) this.#wakeIn(dispatcher.laneId, SECOND_MS);
    this.#afterwards(dispatcher);
  }

  /** Before it is seen to be held, so that whoever gives us access afterwards gives it to the column. */
  async #noteTurnedAway({ column }: Job, conclusion: Conclusion): Promise<boolean> {
    if (conclusion.kind !== 'held' || !conclusion.isColumns) return false;
    const { reason, lmsMessage } = conclusion;
    const noting = recordAccessRefusal(column, { reason, lmsMessage });
    this.#background(noting);
    return noting.then(
      () => true,
      () => false,
    );
  }

  /** A launch may have given access after it was recorded, and before this score was held. */
  async #releaseWhereGiven({ column }: Job): Promise<void> {
    await this.#outcomes.flush();
    await releaseHeldDeliveries(column);
  }

  /** A lane that is only ours is handed on as soon as we have nothing left of it. */
  #afterwards(dispatcher: LaneDispatcher): void {
    if (!dispatcher.lane.serial || dispatcher.size > 0) return;
    const handOn = async (): Promise<void> => {
      await this.#outcomes.flush();
      await this.#releaseLane(dispatcher);
      this.#signal.wake();
    };
    this.#background(handOn());
  }

  /** @param kept  those that are sent all the same */
  #giveBack(dispatcher: LaneDispatcher, kept: (one: { urgent: boolean }) => boolean = () => false): void {
    for (const one of dispatcher.waiting) {
      if (!kept(one)) this.#outcomes.record({ claimed: one.job.claimed, concluded: RELEASED });
    }
    dispatcher.waiting = dispatcher.waiting.filter(kept);
  }

  /** Later than a lease is not needed: the lane is checked when the lease would have ended. */
  #wakeIn(laneId: string, ms: number): void {
    if (ms > this.#leaseMs || this.#stopping) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.wake(laneId);
    }, ms + SOON_MS);
    this.#timers.add(timer);
  }

  #background(work: Promise<void>): void {
    work.catch((error: unknown) => this.#deps.log.warn({ err: error }, 'a lane could not be updated'));
  }
}

/** Starts a worker; it runs until it is stopped. */
export function startWorker(deps: WorkerDeps, options: WorkerOptions): DeliveryWorker {
  return new Worker(deps, options);
}
