/** An entry of a calendar. */
export interface CalendarEntry {
  /** The same one in all versions of an entry. */
  uid: string;
  /** Rises with each version. */
  sequence: number;
  isCancelled: boolean;
  from: Date;
  until: Date;
  /** When this version was made. */
  madeAt: Date;
  title: string;
}

const LINE_BYTES = 75;
const encoder = new TextEncoder();

/** `20270201T090000Z` */
const toUtc = (at: Date): string => at.toISOString().replace(/[-:]|\.\d{3}/g, '');

/** RFC 5545, section 3.3.11: other control characters have no place in a text. */
const toText = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/\p{Cc}/gu, ' ').replace(/[\\;,]/g, '\\$&'))
    .join('\\n');

/** Section 3.1: no line is longer than 75 bytes, and none is folded within a character. */
function fold(line: string): string {
  const folded: string[] = [];
  let [part, bytes] = ['', 0];
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (bytes + size > LINE_BYTES) {
      folded.push(part);
      [part, bytes] = [' ', 1];
    }
    part += character;
    bytes += size;
  }
  return [...folded, part].join('\r\n');
}

/**
 * A file with one entry, for whichever calendar a person has (RFC 5545, RFC 5546). It names nobody's address: whoever opens it adds
 * the entry to their own calendar, and a later version moves or cancels it there.
 */
export function toCalendar(entry: CalendarEntry): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Waymark//Observations//EN',
    `METHOD:${entry.isCancelled ? 'CANCEL' : 'PUBLISH'}`,
    'BEGIN:VEVENT',
    `UID:${entry.uid}`,
    `SEQUENCE:${entry.sequence}`,
    `DTSTAMP:${toUtc(entry.madeAt)}`,
    `DTSTART:${toUtc(entry.from)}`,
    `DTEND:${toUtc(entry.until)}`,
    `SUMMARY:${toText(entry.title)}`,
    `STATUS:${entry.isCancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return `${lines.map(fold).join('\r\n')}\r\n`;
}
