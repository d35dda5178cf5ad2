import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toCalendar } from '../../server/features/observations/calendar.ts';

const entry = {
  uid: 'x@waymark.example',
  sequence: 3,
  isCancelled: false,
  from: new Date('2027-02-01T09:00:00Z'),
  until: new Date('2027-02-01T09:45:00Z'),
  madeAt: new Date('2027-01-05T12:00:00.123Z'),
  title: 'Lesson visit with Teacher 14',
};

/** As a calendar reads it: folded lines are one again, escaped characters themselves. */
const titleIn = (file: string): string | undefined =>
  /^SUMMARY:(.*)$/m
    .exec(file.replaceAll('\r\n ', '').replaceAll('\r\n', '\n'))?.[1]
    ?.replace(/\\([\\;,n])/g, (_, character: string) => (character === 'n' ? '\n' : character));

describe('a visit for a calendar', () => {
  it('is an entry in UTC that later ones replace', () => {
    expect(toCalendar(entry).split('\r\n')).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Waymark//Observations//EN',
      'METHOD:PUBLISH',
      'BEGIN:VEVENT',
      'UID:x@waymark.example',
      'SEQUENCE:3',
      'DTSTAMP:20270105T120000Z',
      'DTSTART:20270201T090000Z',
      'DTEND:20270201T094500Z',
      'SUMMARY:Lesson visit with Teacher 14',
      'STATUS:CONFIRMED',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  it('cancels the entry that was there', () => {
    const file = toCalendar({ ...entry, isCancelled: true });

    expect(file).toContain('\r\nMETHOD:CANCEL\r\n');
    expect(file).toContain('\r\nSTATUS:CANCELLED\r\n');
  });

  it('holds any name as it is, and no name adds a line of its own', () => {
    const printable = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(printable, (title) => {
        const file = toCalendar({ ...entry, title: `${title}\nDTSTART:x;,\\` });

        expect(titleIn(file)).toBe(`${title}\nDTSTART:x;,\\`);
        expect(file.match(/^DTSTART:/gm)).toHaveLength(1);
        for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      }),
    );
  });
});
