const DAY_MS = 24 * 3600 * 1000;

/** Wall-clock parts of an instant in a zone, as if they were UTC. */
function wallClock(at: Date, zone: string): Date {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const get = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return new Date(
    Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second')),
  );
}

/** The instant at which a wall clock of the zone shows `wall`; found in two steps, so that a change of offset is met. */
function instantOf(wall: Date, zone: string): Date {
  const guess = new Date(wall.getTime() - (wallClock(wall, zone).getTime() - wall.getTime()));
  return new Date(guess.getTime() + (wall.getTime() - wallClock(guess, zone).getTime()));
}

/** Monday, 00:00, of the week of an instant in an IANA zone. */
export function startOfWeek(at: Date, zone: string): Date {
  const wall = wallClock(at, zone);
  const sinceMonday = (wall.getUTCDay() + 6) % 7;
  const midnight = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate());
  return instantOf(new Date(midnight - sinceMonday * DAY_MS), zone);
}
