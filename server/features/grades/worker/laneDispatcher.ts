import type { DeliveryLaneDoc } from '../deliveries/deliveryLane.model.ts';
import { FAULTS_BEFORE_PAUSE, lanePauseMs } from './backoff.ts';
import type { TryResult } from './conclusion.ts';
import type { Job } from './run.ts';

/** What a worker holds of one lane: claimed deliveries that are waiting, those in progress, and the state of the platform. */
export class LaneDispatcher {
  readonly laneId: string;
  lane: DeliveryLaneDoc;
  waiting: { job: Job; claimedAt: number; urgent: boolean }[] = [];
  readonly running = new Set<string>();
  /** Claimed deliveries for which a newer score has come. */
  readonly superseded = new Set<string>();
  /** For a lane with one worker at a time: when to come again once nothing of it is left here. */
  nextDueAt: Date | null = null;
  parallel = 1;
  #faults = 0;
  #pauses = 0;
  #pausedUntil = 0;
  #resumes: number;

  constructor(lane: DeliveryLaneDoc) {
    this.laneId = lane._id;
    this.lane = lane;
    this.#resumes = lane.resumes ?? 0;
  }

  /** Continues with the current lane; a pause that somebody has ended is over here, too. */
  refresh(lane: DeliveryLaneDoc): void {
    this.lane = lane;
    const resumes = lane.resumes ?? 0;
    if (resumes !== this.#resumes) this.#pausedUntil = 0;
    this.#resumes = resumes;
  }

  /** What is waiting and must go before all others, paused or not. */
  get isUrgent(): boolean {
    return this.waiting[0]?.urgent ?? false;
  }

  /** Puts a claimed one behind those that are waiting; an urgent one before them. */
  add(job: Job, how: { claimedAt: number; urgent: boolean }): void {
    const at = how.urgent ? this.waiting.findIndex(({ urgent }) => !urgent) : -1;
    this.waiting.splice(at < 0 ? this.waiting.length : at, 0, { job, ...how });
  }

  get size(): number {
    return this.waiting.length + this.running.size;
  }

  has(deliveryId: string): boolean {
    return this.running.has(deliveryId) || this.waiting.some(({ job }) => job.claimed._id === deliveryId);
  }

  /** A platform that did not respond is tried with one call before it gets many again. */
  get limit(): number {
    return this.#faults > 0 && this.#pauses > 0 ? 1 : this.parallel;
  }

  isPaused(nowMs: number): boolean {
    return nowMs < this.#pausedUntil;
  }

  /** How many more to claim, in batches: a claim costs the same for one as for many. */
  room(): number {
    if (this.lane.serial) return this.size > 0 ? 0 : this.limit * 5;
    const isStocked = this.waiting.length >= this.limit;
    return isStocked ? 0 : Math.max(0, this.limit * 3 - this.size);
  }

  /**
   * Records how a try ended.
   *
   * @returns how long to pause the platform from now, 0 for not at all
   */
  noteOutcome(concluded: TryResult, nowMs: number, random: () => number): number {
    let pauseMs = concluded.pauseMs;
    if (!concluded.platformFault) {
      this.#faults = 0;
      this.#pauses = 0;
    } else {
      this.#faults += 1;
      const isDue = this.#faults >= FAULTS_BEFORE_PAUSE || this.#pauses > 0;
      // those that were in progress when the pause began add no information
      if (isDue && !this.isPaused(nowMs)) {
        this.#pauses += 1;
        pauseMs = Math.max(pauseMs, lanePauseMs(this.#pauses, random));
      }
    }
    if (pauseMs > 0) this.#pausedUntil = Math.max(this.#pausedUntil, nowMs + pauseMs);
    return pauseMs;
  }
}
