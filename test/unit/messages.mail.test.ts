import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MESSAGE_KINDS, QUIET_HOURS } from '../../contract/messages.ts';
import { planMail, type MailFacts } from '../../server/features/messages/mail/mailing.ts';
import { mailWords } from '../../server/features/messages/mail/compose.ts';
import { toHandover, toMailServer } from '../../server/features/messages/mail/smtp.ts';
import { dayIn, quietUntil, retryMailMs } from '../../server/features/messages/mail/timing.ts';
import { english } from '../../server/words/pageWords.ts';
import { wallClock } from '../../server/zones.ts';

const ZONES = ['UTC', 'America/Chicago', 'Asia/Kolkata', 'Pacific/Auckland', 'Australia/Lord_Howe'];
const instants = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
const zones = fc.constantFrom(...ZONES);

describe('quiet hours', () => {
  it.each([
    ['America/Chicago', '2026-11-28T17:00:00Z', null],
    ['America/Chicago', '2026-11-29T02:00:00Z', '2026-11-29T13:00:00.000Z'],
    ['America/Chicago', '2026-11-28T10:00:00Z', '2026-11-28T13:00:00.000Z'],
    // the night in which the clocks go back
    ['America/Chicago', '2026-11-01T02:00:00Z', '2026-11-01T13:00:00.000Z'],
    ['Asia/Kolkata', '2026-11-28T14:00:00Z', '2026-11-29T01:30:00.000Z'],
  ])('in %s at %s end at %s', (zone, now, until) => {
    expect(quietUntil(zone, new Date(now))?.toISOString() ?? null).toBe(until);
  });

  it('end within a day, at an hour that is not quiet', () => {
    fc.assert(
      fc.property(zones, instants, (zone, now) => {
        const until = quietUntil(zone, now);
        const at = until ?? now;
        const hour = wallClock(at, zone).getUTCHours();

        expect(hour).toBeGreaterThanOrEqual(QUIET_HOURS.until);
        expect(hour).toBeLessThan(QUIET_HOURS.from);
        expect(at.getTime() - now.getTime()).toBeLessThanOrEqual(13 * 3600_000);
      }),
    );
  });

  it('count by the day of the reader', () => {
    const now = new Date('2026-11-29T02:00:00Z');

    expect(['America/Chicago', 'Pacific/Auckland'].map((zone) => dayIn(zone, now))).toEqual([
      '2026-11-28',
      '2026-11-29',
    ]);
  });
});

describe('whether a message is mailed', () => {
  const now = new Date('2026-11-28T12:00:00Z');
  const facts: MailFacts = {
    message: { kind: 'approved', changedAt: now, unread: true },
    addressee: { email: 'teacher-14@example.org', agreedAt: now },
    settings: null,
    zone: 'UTC',
    now,
  };
  const unchosen = { choices: { approved: 'inbox' as const } };

  it.each<[string, Partial<MailFacts>, object]>([
    ['all is well', {}, { is: 'due', to: 'teacher-14@example.org' }],
    ['there is no address', { addressee: { email: null, agreedAt: now } }, { reason: 'no_address' }],
    ['nobody agreed', { addressee: { email: 'a@b.example', agreedAt: null } }, { reason: 'no_consent' }],
    ['its kind is off', { settings: unchosen }, { reason: 'chosen' }],
    ['it was read', { message: { kind: 'approved', changedAt: now } }, { reason: 'read_before' }],
    [
      'it is old',
      { message: { kind: 'approved', changedAt: new Date('2026-11-20'), unread: true } },
      { reason: 'too_late' },
    ],
    ['it is night', { zone: 'Pacific/Auckland' }, { is: 'postponed' }],
  ])('if %s', (_when, given, plan) => {
    expect(planMail({ ...facts, ...given })).toMatchObject(plan);
  });

  // reviewers and admins never see the page on which people agree
  it.each(MESSAGE_KINDS)('somebody who has not agreed is mailed of duties alone: %s', (kind) => {
    const message = { kind, changedAt: now, unread: true as const };
    const addressee = { email: 'teacher-14@example.org', agreedAt: null };

    const plan = planMail({ ...facts, message, addressee });

    const isDuty = ['handed_in', 'passed_on', 'admin_needed'].includes(kind);
    expect(plan).toMatchObject(isDuty ? { is: 'due' } : { reason: 'no_consent' });
  });
});

describe('what a fault of the connection says about a mail', () => {
  it.each([
    [{ command: 'RCPT TO', responseCode: 451 }, false, { kind: 'later' }],
    [{ command: 'RCPT TO', responseCode: 550 }, false, { kind: 'bounced', isAddress: true }],
    [{ command: 'DATA', responseCode: 452 }, true, { kind: 'later' }],
    [{ command: 'DATA', responseCode: 554 }, true, { kind: 'bounced', isAddress: false }],
    [{ command: 'MAIL FROM', responseCode: 550 }, false, { kind: 'unreachable' }],
    [{ command: 'AUTH PLAIN', responseCode: 535 }, false, { kind: 'unreachable' }],
    [{ command: 'CONN' }, false, { kind: 'unreachable' }],
    [{ command: 'CONN' }, true, { kind: 'unknown' }],
    [{ command: 'CONN', responseCode: 421 }, true, { kind: 'unknown' }],
    [{}, true, { kind: 'unknown' }],
  ])('%j, with a byte of it gone: %s', (fault, hasBegun, handover) => {
    expect(toHandover({ message: 'It broke', ...fault }, hasBegun)).toMatchObject(handover);
  });
});

describe('SMTP_URL', () => {
  it.each([
    [
      'smtp://mail.example.org',
      { host: 'mail.example.org', port: 587, secure: false, isLocal: false, auth: null },
    ],
    ['smtps://mail.example.org', { port: 465, secure: true }],
    ['smtp://127.0.0.1:2525', { port: 2525, isLocal: true }],
    ['smtp://[::1]:25', { host: '::1', isLocal: true }],
    ['smtps://a%40b:p%3Ass@mail.example.org:8465', { port: 8465, auth: { user: 'a@b', pass: 'p:ss' } }],
  ])('%s', (url, server) => {
    expect(toMailServer(url)).toMatchObject(server);
  });
});

describe('a mail server that asks to come back later', () => {
  it('is asked at longer and longer intervals, and not for ever', () => {
    const waits = Array.from({ length: 10 }, (_none, n) => retryMailMs(n + 1));

    const tried = waits.filter((wait) => wait !== null);
    expect(tried).toEqual([...tried].sort((a, b) => a - b));
    expect(tried.length).toBe(6);
    expect(waits.at(-1)).toBeNull();
  });
});

describe('the words of a mail', () => {
  const told = (kind: (typeof MESSAGE_KINDS)[number], given: object = {}) =>
    mailWords(
      {
        _id: 'x',
        kind,
        events: ['1', '2'],
        facts: { pathwayTitle: 'Assessment', moduleTitle: 'Explore', date: new Date('2026-12-18T05:00:00Z') },
        ...given,
      },
      { words: english, zone: 'America/Chicago' },
    );

  it.each(MESSAGE_KINDS)(
    '%s: has a subject on one line and a sentence, with every value in its place',
    (kind) => {
      const { subject, text } = told(kind);

      expect(subject).not.toMatch(/[{}\n]/);
      expect(text).not.toMatch(/[{}]/);
      expect(text.length).toBeGreaterThan(20);
    },
  );

  it('have dates of the reader’s calendar', () => {
    expect(told('date_near').subject).toContain('December 17, 2026');
  });

  it('say that a date is gone', () => {
    expect(told('date_moved', { facts: { pathwayTitle: 'Assessment', date: null } }).text).toBe(
      '“Assessment” has no date to submit by any more.',
    );
  });
});
