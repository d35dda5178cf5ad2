const FIRST_MS = 1_500;
const FACTOR = 3;
const LONGEST_MS = 4 * 3600_000;
/** So long a platform may be silent before a person is asked. */
export const GIVE_UP_MS = 3 * 24 * 3600_000;
/** Faults in a row after which a whole platform is left alone for a while. */
export const FAULTS_BEFORE_PAUSE = 5;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

/** Between 70 and 130 %: what failed together does not come back together. */
function jittered(ms: number, random: () => number): number {
  return Math.round(ms * (0.7 + 0.6 * random()));
}

/**
 * How long to wait before the next try: 1.5 s, 4.5 s, 14 s, 40 s, 2 min, … 4 h, with jitter; longer when the LMS asked
 * for it.
 *
 * @param tries  how many have failed, this one included
 */
export function retryDelayMs(tries: number, retryAfterMs: number | null, random: () => number): number {
  const own = Math.min(FIRST_MS * FACTOR ** (tries - 1), LONGEST_MS);
  return Math.max(jittered(own, random), retryAfterMs === null ? 0 : retryAfterMs + 500 * random());
}

/** How long to leave a platform alone, the `level`th time in a row (from 1). */
export function lanePauseMs(level: number, random: () => number): number {
  return jittered(Math.min(FIRST_PAUSE_MS * 2 ** Math.min(level - 1, 10), LONGEST_PAUSE_MS), random);
}
