const FIRST_MS = 1_500;
const FACTOR = 3;
const LONGEST_MS = 4 * 3600_000;
/** How long a platform may not respond before a person is asked. */
export const GIVE_UP_MS = 3 * 24 * 3600_000;
/** Consecutive failures after which a whole platform is paused for a while. */
export const FAULTS_BEFORE_PAUSE = 5;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

/** Between 70 and 130 %: what failed together is not retried together. */
function withJitter(ms: number, random: () => number): number {
  return Math.round(ms * (0.7 + 0.6 * random()));
}

/**
 * How long to wait before the next try: 1.5 s, 4.5 s, 14 s, 40 s, 2 min, … 4 h, with jitter; longer if the LMS asked for it.
 *
 * @param tries  how many have failed, including this one
 */
export function retryDelayMs(tries: number, retryAfterMs: number | null, random: () => number): number {
  const own = Math.min(FIRST_MS * FACTOR ** (tries - 1), LONGEST_MS);
  return Math.max(withJitter(own, random), retryAfterMs === null ? 0 : retryAfterMs + 500 * random());
}

/** How long to pause a platform, for the `level`th time in a row (from 1). */
export function lanePauseMs(level: number, random: () => number): number {
  return withJitter(Math.min(FIRST_PAUSE_MS * 2 ** Math.min(level - 1, 10), LONGEST_PAUSE_MS), random);
}
