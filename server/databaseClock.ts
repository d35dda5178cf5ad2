import type { Mongoose } from 'mongoose';
import type { Logger } from 'pino';
import type { Clock } from './db.ts';

/** Asks the database for its time once. */
export interface ClockSample {
  /** The database's time minus the process's monotonic time, at the middle of the round trip, in ms. */
  offsetMs: number;
  /** The offset is wrong by at most half of it: the database responded at some moment within it. */
  roundTripMs: number;
}

/** The database's time in this process. */
export interface DatabaseClock extends Clock {
  /** How wrong `now()` may be, in ms: it grows while no good sample arrives. */
  uncertaintyMs(): number;
  /** Asks the database now, instead of at the next interval. Never throws. */
  measure(): Promise<void>;
  stop(): void;
}

export interface DatabaseClockOptions {
  refreshMs?: number;
  log?: Pick<Logger, 'warn'>;
  /** Instead of the database's `hello`, for tests. */
  sample?: () => Promise<ClockSample>;
  /** Instead of the process's monotonic time, in ms, for tests. */
  monotonic?: () => number;
  /** Instead of the host's wall clock, in ms, for tests. */
  wall?: () => number;
}

const REFRESH_MS = 60_000;
/** Maximum number of samples at a time; the shortest one counts. */
const BURST = 5;
/** A round trip that took no longer is good enough on its own, if it agrees with what is known. */
const GOOD_ROUND_TRIP_MS = 10;
/** A round trip that took longer was delayed somewhere: by an election, a full pool, or a process that was paused. */
const LONGEST_ROUND_TRIP_MS = 500;
/** At the start, a good sample is worth waiting for during this many bursts; after that the best one is used. */
const START_TRIES = 3;
/** If the host's wall clock jumps by this much, the database is asked again. */
const HOST_STEP_MS = 1_000;
/** How far two quartz clocks may drift apart: 200 parts per million. */
const DRIFT = 200e-6;

/**
 * Decides which offset applies after some samples: the shortest round trip wins, a long one changes nothing. A known offset that
 * is more accurate than the new one stays, unless the two contradict each other: then the database's own clock has moved (another
 * primary).
 *
 * @param known  the offset so far, with its uncertainty grown up to now; null at the start, when even a long one is better than
 *   none
 */
export function chooseOffset(
  known: { offsetMs: number; uncertaintyMs: number } | null,
  samples: readonly ClockSample[],
): { offsetMs: number; uncertaintyMs: number } | null {
  const [shortest] = [...samples].sort((a, b) => a.roundTripMs - b.roundTripMs);
  if (!shortest) return known;
  const fresh = { offsetMs: shortest.offsetMs, uncertaintyMs: shortest.roundTripMs / 2 };
  if (!known) return fresh;
  if (shortest.roundTripMs > LONGEST_ROUND_TRIP_MS) return known;
  const apartMs = Math.abs(fresh.offsetMs - known.offsetMs);
  const contradicts = apartMs > fresh.uncertaintyMs + known.uncertaintyMs;
  return contradicts || fresh.uncertaintyMs <= known.uncertaintyMs ? fresh : known;
}

/** Whether one more sample would add nothing that matters: this one is short, better than what is known, and agrees with it. */
function isEnough(known: { offsetMs: number; uncertaintyMs: number } | null, sample: ClockSample): boolean {
  if (!known || sample.roundTripMs > GOOD_ROUND_TRIP_MS) return false;
  const uncertaintyMs = sample.roundTripMs / 2;
  const apartMs = Math.abs(sample.offsetMs - known.offsetMs);
  return uncertaintyMs <= known.uncertaintyMs && apartMs <= uncertaintyMs + known.uncertaintyMs;
}

/** Asks the primary: a secondary's clock is not the one that the `$$NOW` of a write uses. */
async function askPrimary(db: Mongoose, monotonic: () => number): Promise<ClockSample> {
  const admin = db.connection.db?.admin();
  if (!admin) throw new Error('the clock needs a connected database');
  const before = monotonic();
  const hello = await admin.command({ hello: 1 }, { readPreference: 'primary' });
  const after = monotonic();
  if (!(hello['localTime'] instanceof Date)) throw new Error('the database did not say its time');
  return { offsetMs: hello['localTime'].getTime() - (before + after) / 2, roundTripMs: after - before };
}

/** Calls `changed` whenever another member has become the primary: its clock may differ. */
function watchPrimary(db: Mongoose, changed: () => void): () => void {
  const client = db.connection.getClient();
  let primary: string | null = null;
  const look = ({ newDescription }: { newDescription: { servers: Map<string, { type: string }> } }): void => {
    const found = [...newDescription.servers].find(([, { type }]) => type === 'RSPrimary')?.[0];
    if (found === undefined || found === primary) return;
    const isFirst = primary === null;
    primary = found;
    if (!isFirst) changed();
  };
  client.on('topologyDescriptionChanged', look);
  return () => void client.off('topologyDescriptionChanged', look);
}

type Sources = Required<Pick<DatabaseClockOptions, 'sample' | 'monotonic' | 'wall'>>;

class PrimaryClock implements DatabaseClock {
  readonly #sources: Sources;
  readonly #log: DatabaseClockOptions['log'];
  readonly #ends: (() => void)[] = [];
  #known: { offsetMs: number; uncertaintyMs: number; at: number } | null = null;
  #hostOffsetMs: number;
  #running: Promise<void> | null = null;
  /** Requested while a burst was in progress, which may have started before the reason for the request. */
  #next: Promise<void> | null = null;

  constructor(sources: Sources, log: DatabaseClockOptions['log']) {
    this.#sources = sources;
    this.#log = log;
    this.#hostOffsetMs = sources.wall() - sources.monotonic();
  }

  /** @throws if the database cannot be asked */
  async start(refreshMs: number, watch: (changed: () => void) => () => void): Promise<this> {
    for (let tries = 0; tries < START_TRIES && this.uncertaintyMs() > LONGEST_ROUND_TRIP_MS / 2; tries += 1)
      await this.#burst();
    const timer = setInterval(() => void this.measure(), refreshMs);
    timer.unref();
    this.#ends.push(
      () => clearInterval(timer),
      watch(() => void this.measure()),
    );
    return this;
  }

  now(): Date {
    this.#noticeStep();
    return new Date(Math.round(this.#sources.monotonic() + (this.#known?.offsetMs ?? 0)));
  }

  uncertaintyMs(): number {
    return this.#grown()?.uncertaintyMs ?? Infinity;
  }

  measure(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#quietBurst().finally(() => {
        this.#running = null;
      });
      return this.#running;
    }
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      return this.measure();
    });
    return this.#next;
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  #grown(): { offsetMs: number; uncertaintyMs: number } | null {
    if (!this.#known) return null;
    const { offsetMs, uncertaintyMs, at } = this.#known;
    return { offsetMs, uncertaintyMs: uncertaintyMs + (this.#sources.monotonic() - at) * DRIFT };
  }

  async #burst(): Promise<void> {
    const samples: ClockSample[] = [];
    while (samples.length < BURST) {
      const sample = await this.#sources.sample();
      samples.push(sample);
      if (isEnough(this.#grown(), sample)) break;
    }
    const before = this.#grown();
    const chosen = chooseOffset(before, samples);
    if (chosen && chosen !== before) this.#known = { ...chosen, at: this.#sources.monotonic() };
  }

  async #quietBurst(): Promise<void> {
    try {
      await this.#burst();
    } catch (error) {
      this.#log?.warn({ err: error }, "the database's time could not be read; using the last known offset");
    }
  }

  /** The host's clock was set, or the host slept, during which monotonic time may stop. */
  #noticeStep(): void {
    const { wall, monotonic } = this.#sources;
    const hostOffsetMs = wall() - monotonic();
    if (Math.abs(hostOffsetMs - this.#hostOffsetMs) < HOST_STEP_MS) return;
    this.#hostOffsetMs = hostOffsetMs;
    void this.measure();
  }
}

/**
 * A clock that follows the primary's, whatever this host's wall clock says or does: the process's monotonic time plus an offset.
 * The offset is measured now, every minute, when another member has become the primary, and when the host's clock was set. While
 * the database is unavailable the last one applies; a sample that was delayed does not count.
 *
 * @throws if the database cannot be asked at the start
 */
export async function startDatabaseClock(
  db: Mongoose,
  options: DatabaseClockOptions = {},
): Promise<DatabaseClock> {
  const monotonic = options.monotonic ?? ((): number => performance.now());
  const sample = options.sample ?? ((): Promise<ClockSample> => askPrimary(db, monotonic));
  const clock = new PrimaryClock({ sample, monotonic, wall: options.wall ?? Date.now }, options.log);
  return clock.start(options.refreshMs ?? REFRESH_MS, (changed) =>
    options.sample ? () => undefined : watchPrimary(db, changed),
  );
}
