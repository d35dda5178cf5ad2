import type { Deps } from '../deps.ts';
import { english } from '../words/pageWords.ts';
import { LaunchRefusalModel, type LaunchRefusalDoc } from './launchRefusal.model.ts';
import type { LaunchRefused } from './launchRefused.ts';
import { reasonOf } from './pages/copy.ts';
import { limitedAddress, RateLimiter } from './rateLimiter.ts';

/**
 * Most records that a process writes per minute about what was proven, and about what was not: a flood must neither fill the disk
 * nor displace the launches of real people. The log has the rest.
 */
const PER_MINUTE = 600;
/** Of these, records from one address about requests that have proven nothing: it must not displace others. */
const UNPROVEN_PER_MINUTE = 40;
/** Records from this period are written by one command, however many there are. */
const FLUSH_MS = 500;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Eight characters of a correlation id that can be read out over the phone: `7KQ2-M4XT`. */
export function shortIdOf(correlationId: string): string {
  const bits = BigInt(`0x${correlationId.replaceAll('-', '').slice(0, 10)}`);
  const letters = Array.from({ length: 8 }, (_, i) => ALPHABET[Number((bits >> BigInt(35 - 5 * i)) & 31n)]);
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}

/** The record of a refusal: its sentence, and the value received. */
function saysOf({ reason, facts }: LaunchRefused): string {
  const sentence = reasonOf(english, reason);
  return 'seen' in facts
    ? `${sentence} Seen: ${String(facts['claim'])} is ${String(facts['seen'])}.`
    : sentence;
}

export interface RefusedWhere {
  correlationId: string;
  route: string;
  /** Who it is attributed to if nothing is proven. */
  address: string | undefined;
}

function toLine(refused: LaunchRefused, { correlationId, route }: RefusedWhere, at: Date): LaunchRefusalDoc {
  const { platform, claimedIssuer, code, reason, facts } = refused;
  return {
    _id: correlationId,
    shortId: shortIdOf(correlationId),
    at,
    route,
    code,
    reason,
    facts,
    says: saysOf(refused),
    platformId: platform?._id ?? null,
    issuer: (platform?.issuer ?? claimedIssuer)?.slice(0, 500) ?? null,
  };
}

/** What operators read about refused launches. Nobody waits for it: the page is shown whatever the database does. */
export class RefusalLog {
  readonly #deps: Pick<Deps, 'clock' | 'log'>;
  readonly #all: RateLimiter;
  readonly #unproven: RateLimiter;
  #waiting: LaunchRefusalDoc[] = [];
  #timer: NodeJS.Timeout | null = null;

  /** @param limits.now  the process's monotonic time in ms, for tests */
  constructor(
    deps: Pick<Deps, 'clock' | 'log'>,
    limits: { perMinute?: number; unprovenPerMinute?: number; now?: () => number } = {},
  ) {
    const { perMinute = PER_MINUTE, unprovenPerMinute = UNPROVEN_PER_MINUTE, ...time } = limits;
    this.#deps = deps;
    this.#all = new RateLimiter({ perMinute, ...time });
    this.#unproven = new RateLimiter({ perMinute: unprovenPerMinute, ...time });
  }

  record(refused: LaunchRefused, where: RefusedWhere): void {
    if (!this.#mayWrite(refused, where)) return;
    this.#waiting.push(toLine(refused, where, this.#deps.clock.now()));
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Writes what has not been written yet; this happens automatically within half a second. */
  async flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const lines = this.#waiting;
    this.#waiting = [];
    if (lines.length === 0) return;
    try {
      await LaunchRefusalModel.insertMany(lines, { ordered: false });
    } catch (error) {
      const about = lines.map(({ _id, reason }) => ({ correlationId: _id, reason }));
      this.#deps.log.error({ err: error, refusals: about }, 'refusals could not be stored');
    }
  }

  #mayWrite(refused: LaunchRefused, where: RefusedWhere): boolean {
    const sort = refused.person === null ? 'unproven' : 'proven';
    // whoever is over a limit has enough records
    if (refused.reason === 'TOO_MANY_REFUSED' || this.#all.waitSeconds(sort) > 0) return false;
    if (refused.person === null) {
      const address = limitedAddress(where.address);
      if (this.#unproven.waitSeconds(address) > 0) return false;
      this.#unproven.countRefusal(address);
    }
    this.#all.countRefusal(sort);
    return true;
  }
}
