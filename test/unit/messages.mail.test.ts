import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  MESSAGE_KINDS,
  MESSAGE_RULES,
  QUIET_HOURS,
  type MessageChoice,
  type MessageKind,
} from '../../contract/messages.ts';
import { NOTICE, NOTICE_WITH_MAIL } from '../../contract/sessions.ts';
import { planMail, type MailFacts } from '../../server/features/messages/mail/mailing.ts';
import { composeMail, mailWords } from '../../server/features/messages/mail/compose.ts';
import { toHandover, toMailServer } from '../../server/features/messages/mail/smtp.ts';
import { dayIn, quietUntil, retryMailMs } from '../../server/features/messages/mail/timing.ts';
import { RECIPIENTS } from '../../server/features/reminders/recipients.service.ts';
import { addLanguage, english, wordsFor } from '../../server/words/pageWords.ts';
import { wallClock } from '../../server/zones.ts';

// all of them, with offsets of quarters of an hour and on both sides of the date line
const ZONES = Intl.supportedValuesOf('timeZone');
const instants = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
const zones = fc.constantFrom(...ZONES);

describe('quiet hours', () => {
  it.each([
    ['America/Chicago', '2026-11-28T17:00:00Z', null],
    ['America/Chicago', '2026-11-29T02:00:00Z', '2026-11-29T13:00:00.000Z'],
    ['America/Chicago', '2026-11-28T10:00:00Z', '2026-11-28T13:00:00.000Z'],
    // the night in which the clocks go back
    ['America/Chicago', '2026-11-01T02:00:00Z', '2026-11-01T13:00:00.000Z'],
    // and those in which they go forward, by an hour and by half an hour
    ['America/Chicago', '2026-03-08T02:00:00Z', '2026-03-08T12:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-03T12:00:00Z', '2026-10-03T20:00:00.000Z'],
    // one instant, on two days
    ['Pacific/Kiritimati', '2026-11-28T08:00:00Z', '2026-11-28T17:00:00.000Z'],
    ['Pacific/Niue', '2026-11-28T08:00:00Z', '2026-11-28T18:00:00.000Z'],
    ['Pacific/Chatham', '2026-11-28T17:00:00Z', '2026-11-28T17:15:00.000Z'],
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

    const zones = ['America/Chicago', 'Pacific/Auckland', 'Pacific/Niue', 'Pacific/Kiritimati'];
    expect(zones.map((zone) => dayIn(zone, now))).toEqual([
      '2026-11-28',
      '2026-11-29',
      '2026-11-28',
      '2026-11-29',
    ]);
  });
});

describe('whether a message is mailed', () => {
  const now = new Date('2026-11-28T12:00:00Z');
  const addressee = { email: 'teacher-14@example.org', agreedAt: now, agreedNotice: NOTICE };
  const facts: MailFacts = {
    message: { kind: 'approved', changedAt: now, unread: true },
    addressee,
    settings: null,
    zone: 'UTC',
    now,
  };
  const unchosen = { choices: { approved: 'inbox' as const } };

  it.each<[string, Partial<MailFacts>, object]>([
    ['all is well', {}, { is: 'due', to: 'teacher-14@example.org' }],
    ['there is no such person any more', { addressee: null }, { reason: 'no_person' }],
    ['there is no address', { addressee: { ...addressee, email: null } }, { reason: 'no_address' }],
    ['nobody agreed', { addressee: { ...addressee, agreedAt: null } }, { reason: 'no_consent' }],
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

  it.each<[string, { kind: MessageKind; notice: number; choice?: MessageChoice }, object]>([
    ['agreed to a notice without it', { kind: 'approved', notice: 1 }, { reason: 'chosen' }],
    ['agreed to it', { kind: 'approved', notice: NOTICE_WITH_MAIL }, { is: 'due' }],
    ['agreed without it and chose it later', { kind: 'approved', notice: 1, choice: 'mail' }, { is: 'due' }],
    [
      'agreed to it and chose otherwise',
      { kind: 'approved', notice: NOTICE, choice: 'inbox' },
      { reason: 'chosen' },
    ],
    ['agreed without it, and has a duty', { kind: 'handed_in', notice: 1 }, { is: 'due' }],
  ])('to somebody who %s', (_who, { kind, notice, choice }, plan) => {
    const settings = choice === undefined ? null : { choices: { [kind]: choice } };
    const message = { kind, changedAt: now, unread: true as const };

    expect(
      planMail({ ...facts, message, addressee: { ...addressee, agreedNotice: notice }, settings }),
    ).toMatchObject(plan);
  });

  // an LMS may send anything; none of it is read as more than one mailbox
  it.each([
    'Teacher 14 <teacher-14@example.org>',
    'teacher-14@example.org, teacher-15@example.org',
    'teacher-14@example.org\r\nBcc: teacher-15@example.org',
    'teacher-14@example.org (school)',
    'teacher 14@example.org',
    'teacher-14@example.org@example.net',
    'teacher-14',
    '@example.org',
    '',
    `${'t'.repeat(250)}@example.org`,
  ])('not at all to an address like %j', (email) => {
    const addressee = { email, agreedAt: now, agreedNotice: NOTICE };

    expect(planMail({ ...facts, addressee })).toEqual({ is: 'none', reason: 'no_address' });
  });

  it.each(['lehrerin.14+waymark@schule.example', "o'teacher@example.org", 'lehrer.müller@example.org'])(
    'to an address like %s',
    (email) => {
      const addressee = { email, agreedAt: now, agreedNotice: NOTICE };

      expect(planMail({ ...facts, addressee })).toEqual({ is: 'due', to: email });
    },
  );

  // reviewers and admins never see the page on which people agree
  it.each(MESSAGE_KINDS)('somebody who has not agreed is mailed of duties alone: %s', (kind) => {
    const message = { kind, changedAt: now, unread: true as const };
    const stranger = { ...addressee, agreedAt: null, agreedNotice: null };

    const plan = planMail({ ...facts, message, addressee: stranger });

    const isDuty = ['handed_in', 'admin_needed'].includes(kind);
    expect(plan).toMatchObject(isDuty ? { is: 'due' } : { reason: 'no_consent' });
  });
});

describe('who is told', () => {
  it.each(MESSAGE_KINDS)('of %s: is looked up later if, and only if, there may be several', (kind) => {
    const isForMany = ['reviewers', 'participants', 'admins'].includes(MESSAGE_RULES[kind].to);

    expect(Object.hasOwn(RECIPIENTS, kind)).toBe(isForMany);
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
  it('and does so for an hour, gets it within half an hour after that', () => {
    const askedAt: number[] = [0];
    for (let tries = 1; (askedAt.at(-1) ?? 0) < 60; tries += 1)
      askedAt.push((askedAt.at(-1) ?? 0) + (retryMailMs(tries) ?? NaN) / 60_000);

    expect(askedAt).toEqual([0, 5, 25, 85]);
  });

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

describe('a whole mail', () => {
  const compose = async (facts: object, words = english): Promise<{ head: string; lines: string[] }> => {
    const message = { _id: 'x', kind: 'approved' as const, events: ['1'], facts };
    const raw = await composeMail(message, {
      from: 'Waymark <no-reply@waymark.example>',
      to: 'teacher-14@example.org',
      words,
      zone: 'UTC',
      unsubscribeUrl: 'https://waymark.example/mail/unsubscribe/x.y',
      host: 'waymark.example',
    });
    const text = raw.toString();
    return { head: text.slice(0, text.indexOf('\r\n\r\n')), lines: text.split('\r\n') };
  };
  /** Names of the header's fields: folded lines begin with a space. */
  const fieldsOf = (head: string): string[] =>
    head
      .split('\r\n')
      .filter((line) => !/^\s/.test(line))
      .map((line) => line.split(':')[0] ?? '')
      .sort();
  const usual = [
    ...['Auto-Submitted', 'Content-Language', 'Content-Type', 'Date', 'From', 'List-Unsubscribe'],
    ...['List-Unsubscribe-Post', 'MIME-Version', 'Message-ID', 'Subject', 'To'],
  ];

  it.each([
    ['a line break and a field', 'Explore\r\nBcc: teacher-15@example.org'],
    ['a bare line feed', 'Explore\nBcc: teacher-15@example.org\n\nAnother text'],
    ['the end of the header', 'Explore\r\n\r\n<html>'],
    ['an encoded word', '=?utf-8?Q?Explore=0D=0ABcc:_teacher-15@example.org?='],
    ['a line separator', 'Explore\u2028Bcc: teacher-15@example.org'],
    ['200 letters', 'W'.repeat(200)],
    ['200 letters of another script', '評'.repeat(200)],
  ])('has the usual fields and short lines if a title holds %s', async (_what, title) => {
    const { head, lines } = await compose({ moduleTitle: title, pathwayTitle: title });

    expect(fieldsOf(head)).toEqual(usual);
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(998);
  });

  it('escapes titles in its HTML', async () => {
    const { lines } = await compose({ moduleTitle: '<img src=//x.example>', pathwayTitle: '&' });

    const text = lines.join('\n').replace(/=\n/g, '');
    const page = text.slice(text.indexOf('<!doctype html>'));
    expect(page).toContain('&lt;img src=3D//x.example&gt;');
    expect(page).not.toContain('<img');
  });

  it('runs from right to left in a language that does, with titles set apart', async () => {
    addLanguage('ar', { mail: { kinds: { approved: { subject: 'تمت الموافقة على {module}' } } } }, 'rtl');

    const { head, lines } = await compose({ moduleTitle: 'Explore 1!' }, wordsFor('ar'));
    const { subject } = mailWords(
      { _id: 'x', kind: 'approved', events: ['1'], facts: { moduleTitle: 'Explore 1!' } },
      { words: wordsFor('ar'), zone: 'UTC' },
    );

    expect(subject).toBe('تمت الموافقة على \u2068Explore 1!\u2069');
    expect(head).toContain('Content-Language: ar');
    expect(lines.join('\n').replace(/=\n/g, '')).toContain('<html lang=3D"ar" dir=3D"rtl">');
  });
});
