import { QUIET_HOURS } from '../../../../contract/messages.ts';
import { instantOf, wallClock } from '../../../zones.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The day on a person's calendar, as `2026-11-28`: the caps count by it. */
export function dayIn(zone: string, now: Date): string {
  return wallClock(now, zone).toISOString().slice(0, 10);
}

/** When the quiet hours end that a person is in; null outside of them. */
export function quietUntil(zone: string, now: Date): Date | null {
  const wall = wallClock(now, zone);
  const hour = wall.getUTCHours();
  if (hour >= QUIET_HOURS.until && hour < QUIET_HOURS.from) return null;
  const end = new Date(hour >= QUIET_HOURS.from ? wall.getTime() + DAY_MS : wall.getTime());
  end.setUTCHours(QUIET_HOURS.until, 0, 0, 0);
  return instantOf(end, zone);
}

/** A mail server that greylists accepts after some minutes; a full mailbox may take days. */
const WAITS_MS = [5 * MINUTE_MS, 20 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 12 * HOUR_MS, DAY_MS];

/**
 * How long to wait after a mail server has asked to come back later, in ms.
 *
 * @param tries  how often it has asked, including now
 * @returns null if that was often enough: the mail is given up
 */
export function retryMailMs(tries: number): number | null {
  return WAITS_MS[tries - 1] ?? null;
}

/** A message that could not be mailed for so long is news no more. */
export const TOO_LATE_MS = 3 * DAY_MS;
