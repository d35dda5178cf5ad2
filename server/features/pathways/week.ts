import { instantOf, wallClock } from '../../zones.ts';

const DAY_MS = 24 * 3600 * 1000;

/** Monday, 00:00, of the week of an instant in an IANA time zone. */
export function startOfWeek(at: Date, zone: string): Date {
  const wall = wallClock(at, zone);
  const sinceMonday = (wall.getUTCDay() + 6) % 7;
  const midnight = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate());
  return instantOf(new Date(midnight - sinceMonday * DAY_MS), zone);
}
