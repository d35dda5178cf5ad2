/** One for each institution's time zone: creating one takes longer than everything else that a map computes. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}

/**
 * Whether a text is the name of an IANA time zone. An offset such as `+01:00` is not: older browsers reject it, and they get what is
 * stored.
 */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** Wall-clock parts of an instant in a time zone, as if they were UTC. */
export function wallClock(at: Date, zone: string): Date {
  const parts = formatOf(zone).formatToParts(at);
  const get = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return new Date(
    Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second')),
  );
}

/** The instant at which a wall clock in the zone shows `wall`; found in two steps, to handle a change of offset. */
export function instantOf(wall: Date, zone: string): Date {
  const guess = new Date(wall.getTime() - (wallClock(wall, zone).getTime() - wall.getTime()));
  return new Date(guess.getTime() + (wall.getTime() - wallClock(guess, zone).getTime()));
}

/**
 * The last second of a day in an IANA time zone.
 *
 * @param day  `2026-12-18`
 */
export function endOfDay(day: string, zone: string): Date {
  return instantOf(new Date(`${day}T23:59:59Z`), zone);
}
