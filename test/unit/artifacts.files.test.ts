import fc from 'fast-check';
import { FILE_NAME_MAX, toFileName } from '../../contract/fileName.ts';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../server/config.ts';
import { contentDisposition } from '../../server/features/artifacts/files/disposition.ts';
import { signFileLink, verifyFileLink } from '../../server/features/artifacts/files/fileLinks.ts';
import { allowsRange, matchesTag, parseRange } from '../../server/features/artifacts/files/ranges.ts';
import { INSTITUTION, OTHER_INSTITUTION, TEACHER } from '../support/files/artifactServer.ts';

const OLD = 'an-old-secret-of-at-least-32-characters';
const NEW = 'the-new-secret-of-at-least-32-characters';
const ARTIFACT = 'bbbbbbbb-0000-4000-8000-000000000001';
const OWNER = { sessionId: TEACHER, institutionId: INSTITUTION };

function depsWith(secrets: string, now: string) {
  const config = readConfig({
    NODE_ENV: 'test',
    PUBLIC_URL: 'https://waymark.example',
    MONGODB_URI: 'mongodb://127.0.0.1/unused',
    SECRET_KEYS: secrets,
  });
  return { config, clock: { now: () => new Date(now) } };
}

function signed(secrets: string, now: string) {
  const session = { id: OWNER.sessionId, institutionId: OWNER.institutionId };
  const url = new URL(signFileLink(depsWith(secrets, now), ARTIFACT, session), 'https://waymark.example');
  return {
    path: url.pathname,
    target: ARTIFACT,
    exp: url.searchParams.get('exp') ?? '',
    sig: url.searchParams.get('sig') ?? '',
  };
}

describe('a link to a file', () => {
  it('says whose it is', () => {
    const link = signed(NEW, '2026-11-23T10:00:59Z');

    expect(link.path).toBe(`/files/${ARTIFACT}`);
    expect(verifyFileLink(depsWith(NEW, '2026-11-23T10:04:59Z'), link)).toEqual(OWNER);
  });

  it('is the same for a minute, so that a page that loads again does not load its pictures again', () => {
    expect(signed(NEW, '2026-11-23T10:00:01Z')).toEqual(signed(NEW, '2026-11-23T10:00:58Z'));
  });

  it('ends after five minutes', () => {
    const link = signed(NEW, '2026-11-23T10:00:00Z');

    expect(() => verifyFileLink(depsWith(NEW, '2026-11-23T10:05:00Z'), link)).toThrow(/has expired/);
  });

  it('made before a key was put in front still opens, and not once the old key is gone', () => {
    const link = signed(OLD, '2026-11-23T10:00:00Z');

    expect(verifyFileLink(depsWith(`${NEW},${OLD}`, '2026-11-23T10:01:00Z'), link)).toEqual(OWNER);
    expect(() => verifyFileLink(depsWith(NEW, '2026-11-23T10:01:00Z'), link)).toThrow(/has expired/);
  });

  it.each([
    ['another artifact', { target: TEACHER }],
    ['a later end', { exp: '99999999999' }],
    ['an end that is no number', { exp: 'never' }],
    ['no signature', { sig: '' }],
    ['a short signature', { sig: 'abcd' }],
  ])('does not open with %s', (_what, change) => {
    const link = { ...signed(NEW, '2026-11-23T10:00:00Z'), ...change };

    expect(() => verifyFileLink(depsWith(NEW, '2026-11-23T10:01:00Z'), link)).toThrow(/has expired/);
  });

  it('does not open under another session or institution put into it', () => {
    const link = signed(NEW, '2026-11-23T10:00:00Z');
    const bytes = Buffer.from(link.sig, 'base64url');
    Buffer.from(OTHER_INSTITUTION.replaceAll('-', ''), 'hex').copy(bytes, 16);

    const forged = { ...link, sig: bytes.toString('base64url') };

    expect(() => verifyFileLink(depsWith(NEW, '2026-11-23T10:01:00Z'), forged)).toThrow(/has expired/);
  });
});

describe('a range of a file of 100 bytes', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 1 }],
    ['bytes=10-', { start: 10, end: 100 }],
    ['bytes=90-500', { start: 90, end: 100 }],
    ['bytes=-30', { start: 70, end: 100 }],
    ['bytes=-500', { start: 0, end: 100 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=20-10', null],
    ['bytes=0-1,5-6', null],
    ['lines=0-1', null],
    ['bytes=-', null],
    [undefined, null],
  ])('%s', (header, range) => {
    expect(parseRange(header, 100)).toEqual(range);
  });

  it('is sent after If-Range only where it names this very tag', () => {
    const answers = [undefined, '"abc"', 'W/"abc"', '"abd"', 'Mon, 23 Nov 2026 10:00:00 GMT'].map((header) =>
      allowsRange(header, '"abc"'),
    );

    expect(answers).toEqual([true, true, false, false, false]);
  });

  it('is not sent at all where If-None-Match names the tag', () => {
    const answers = ['*', '"abc"', 'W/"abc"', '"x", "abc"', '"abd"', undefined].map((header) =>
      matchesTag(header, '"abc"'),
    );

    expect(answers).toEqual([true, true, true, true, false, false]);
  });
});

describe('the name that a browser is told', () => {
  it('stands in UTF-8 and, for old ones, in plain letters', () => {
    const header = contentDisposition('attachment', 'Übung 1 (alt)’s.pdf');

    expect(header).toBe(
      `attachment; filename="_bung 1 (alt)_s.pdf"; filename*=UTF-8''%C3%9Cbung%201%20%28alt%29%E2%80%99s.pdf`,
    );
  });

  it('cannot cut the header, leave its folder or turn its ending around', () => {
    const header = contentDisposition('inline', 'a"\r\nSet-Cookie: x=1;../..\\b\u202Efdp.exe');

    expect(header).toBe(
      `inline; filename="a___Set-Cookie_ x=1;.._.._b_fdp.exe"; filename*=UTF-8''a___Set-Cookie_%20x%3D1%3B.._.._b_fdp.exe`,
    );
  });

  it('may be long and hold half a character', () => {
    expect(() => contentDisposition('inline', `${'\u{1F3D5}'.repeat(300)}\uD83C`)).not.toThrow();
  });
});

/** What a browser makes of the header. */
const toldName = (name: string): string =>
  decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(contentDisposition('attachment', name))?.[1] ?? '');

describe('a file’s name that is too long', () => {
  it.each([
    ['plain letters', `${'a'.repeat(300)}.docx`, '.docx'],
    ['letters of four bytes', `${'\u{1F3D5}'.repeat(200)}.pdf`, '.pdf'],
    ['letters with marks', `${'x\u0323\u0307'.repeat(100)}.jpeg`, '.jpeg'],
    ['a family in one letter', `${'\u{1F468}\u200D\u{1F469}\u200D\u{1F467}'.repeat(40)}.png`, '.png'],
    ['dots everywhere', `${'a.b'.repeat(100)}.tar.gz`, '.gz'],
    ['no ending', 'a'.repeat(300), ''],
    ['one letter without an end', `e${'\u0301'.repeat(400)}.txt`, '.txt'],
  ])('keeps its ending, when it is kept and when it is downloaded (%s)', (_what, name, ending) => {
    const kept = toFileName(name);
    const told = toldName(name);

    expect(kept.length).toBeLessThanOrEqual(FILE_NAME_MAX);
    expect(told.length).toBeLessThanOrEqual(200);
    for (const one of [kept, told]) {
      expect(one.endsWith(ending)).toBe(true);
      expect(() => encodeURIComponent(one)).not.toThrow();
    }
  });

  it('is cut between two letters, not within one', () => {
    const letter = 'x\u0323\u0307'.normalize('NFC');

    const kept = toFileName(`${letter.repeat(150)}.pdf`);

    expect(kept.replace('….pdf', '').replaceAll(letter, '')).toBe('');
  });

  it('of any letters has at most 255 of them, nothing that turns or cuts it, and the ending that it had', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (stem) => {
        const kept = toFileName(`${stem}.pdf`);

        expect(kept.length).toBeLessThanOrEqual(FILE_NAME_MAX);
        expect(kept).toMatch(/\.pdf$/);
        expect(kept).not.toMatch(/[\p{Cc}\p{Cs}\u200E\u200F\u202A-\u202E\u2066-\u2069]/u);
        expect(toldName(kept)).toMatch(/\.pdf$/);
      }),
    );
  });

  it('made of nothing that can be read is called a file', () => {
    expect(toFileName('\u202E\u0000 ')).toBe('file');
  });
});
