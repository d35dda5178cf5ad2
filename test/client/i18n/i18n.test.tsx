import { parse, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { describe, expect, it } from '@jest/globals';
import { screen } from '@testing-library/react';
import { IntlMessageFormat } from 'intl-messageformat';
import { useFormat } from '../../../client/src/i18n/FormatProvider.tsx';
import {
  formatBytes,
  formatDay,
  formatList,
  formatLongDay,
  formatMinutes,
  formatShortDay,
  formatTime,
  isSameDay,
} from '../../../client/src/i18n/format.ts';
import { AREAS, startI18n } from '../../../client/src/i18n/index.ts';
import { isolateValues } from '../../../client/src/i18n/isolatingIcu.ts';
import { formatLocale, languageFor, languageOf } from '../../../client/src/i18n/languages.ts';
import { isMessage, type WordTree } from '../../../client/src/i18n/wordTree.ts';
import { pseudoMessage } from '../../../client/src/i18n/pseudo.ts';
import { StateChip } from '../../../client/src/components/chip/StateChip.tsx';
import { renderPart } from '../gallery/renderPart.tsx';

const vienna = { locale: 'en-GB', zone: 'Europe/Vienna' };

function leaves(tree: WordTree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([name, value]) => {
    if (typeof value === 'string') return [[`${path}${name}`, value] as [string, string]];
    return isMessage(value) ? [] : leaves(value, `${path}${name}.`);
  });
}

describe('words', () => {
  it.each(AREAS)('of "%s" are valid ICU messages, also in the pseudo-locale', async (area) => {
    const words = leaves(await languageOf('en').load(area));

    for (const [path, message] of words) {
      expect({ path, ok: new IntlMessageFormat(message, 'en') instanceof IntlMessageFormat }).toEqual({
        path,
        ok: true,
      });
      expect(() => new IntlMessageFormat(pseudoMessage(message), 'en')).not.toThrow();
    }
    expect(words.length).toBeGreaterThan(0);
  });

  it.each(AREAS)('of "%s" blame nobody and shout at nobody', async (area) => {
    const words = leaves(await languageOf('en').load(area));

    const loud = words.filter(([, message]) => /!|\boops\b|\binvalid\b|\berror\b/i.test(message));

    expect(loud).toEqual([]);
  });

  it.each(AREAS)('of "%s" promise nothing that nobody does', async (area) => {
    const words = leaves(await languageOf('en').load(area));

    const untrue = words.filter(([, message]) => /has been told|have been told|was notified/i.test(message));

    expect(untrue).toEqual([]);
  });

  it.each([
    ['ltr', 'שלום', '\u2068שלום\u2069'],
    ['ltr', 'Exit check', 'Exit check'],
    ['rtl', 'Exit check', '\u2068Exit check\u2069'],
    ['rtl', '14:03', '14:03'],
  ] as const)(
    'in a language that runs %s isolate “%s”, so that it can’t turn the sentence',
    (dir, value, taken) => {
      expect(isolateValues('{value}', { value, count: 2 }, dir)).toEqual({ value: taken, count: 2 });
    },
  );

  it.each(['as written', 'as the build has parsed them'])(
    'leave alone in every language what chooses a part of them, %s',
    (how) => {
      const written = '<b>{count, plural, other {{has, select, yes {Until {date}} other {No date}}}}</b>';
      const message = how === 'as written' ? written : new IntlMessageFormat(written, 'en').getAst();

      const values = isolateValues(message, { count: 1, has: 'yes', date: 'May 3' }, 'rtl');

      expect(values).toEqual({ count: 1, has: 'yes', date: '\u2068May 3\u2069' });
    },
  );

  it('of the pseudo-locale are accented and longer, as written and as the build has parsed them', () => {
    const message = 'Open <b>{count, plural, one {# file} other {# files}}</b> now';
    const print = (elements: MessageFormatElement[]): unknown =>
      new IntlMessageFormat(elements, 'en').format({ count: 2 });

    const asWritten = print(pseudoMessage(message));
    const asBuilt = print(pseudoMessage(parse(message, { ignoreTag: true })));

    expect(asWritten).toBe('[Öþéñ <b>2 fíļéš</b> ñöŵ~~~~]');
    expect(asBuilt).toBe(asWritten);
  });

  it('load by area when a page needs them', async () => {
    const words = await startI18n('en-XA');

    expect(words.t('states.approved')).toMatch(/^\[.*~+\]$/);
  });

  it('mirror the page in a right-to-left language', async () => {
    const { unmount } = await renderPart(<StateChip state="approved" />, { lng: 'en-XB' });
    const mirrored = document.documentElement.dir;
    unmount();

    await startI18n('en');

    expect(mirrored).toBe('rtl');
    expect(document.documentElement.dir).toBe('ltr');
  });

  it('fall back to English for a language that we do not have', () => {
    expect(['de-AT', 'en-US', 'en-XA', null, ''].map(languageFor)).toEqual(['en', 'en', 'en-XA', 'en', 'en']);
  });
});

describe('dates, amounts and lists', () => {
  it('carry the weekday and stand in the zone of the institution', () => {
    expect(formatDay(vienna, '2020-12-04T22:59:00Z')).toBe('Fri 4 Dec 2020');
    expect(formatDay(vienna, '2020-12-04T23:01:00Z')).toBe('Sat 5 Dec 2020');
    expect(formatTime(vienna, '2026-11-23T13:03:00Z')).toBe('14:03');
    expect(isSameDay(vienna, '2026-11-23T22:30:00Z', '2026-11-23T23:30:00Z')).toBe(false);
  });

  it('name the year where it is not this one, in the zone of the institution, and always where it is kept', () => {
    const year = new Date().getUTCFullYear();
    const newYear = [`${year}-12-31T22:59:00Z`, `${year}-12-31T23:01:00Z`] as const;

    expect(formatShortDay(vienna, newYear[0])).toBe('31 Dec');
    expect(formatShortDay(vienna, newYear[1])).toBe(`1 Jan ${year + 1}`);
    expect(formatDay(vienna, `${year}-07-01T10:00:00Z`)).toMatch(/^\w{3} 1 Jul$/);
    expect(formatLongDay(vienna, `${year}-07-01T10:00:00Z`)).toMatch(new RegExp(`^\\w+day 1 July ${year}$`));
  });

  it("follow the session's locale where it is of the language shown", () => {
    expect(formatLocale('en', 'en-US')).toBe('en-US');
    expect(formatLocale('en', 'de-AT')).toBe('en-GB');
    expect(formatLocale('en', 'en')).toBe('en-GB');
    expect(formatLocale('en', 'en-$$$')).toBe('en-GB');
  });

  it('say minutes up to two hours, then hours', async () => {
    const { t } = await startI18n('en');

    expect([30, 90, 145, 180].map((minutes) => formatMinutes(t, minutes))).toEqual([
      '30 min',
      '90 min',
      '2 h 25 min',
      '3 h',
    ]);
  });

  it('say sizes as file managers do', () => {
    expect([0, 999, 340_000, 66_400_000, 1_240_000_000].map((bytes) => formatBytes('en-GB', bytes))).toEqual([
      '0 bytes',
      '999 bytes',
      '340 kB',
      '66 MB',
      '1.2 GB',
    ]);
  });

  it('join lists with a word', () => {
    expect(formatList('en-GB', ['A', 'C'])).toBe('A and C');
  });

  it('reach a page by one hook', async () => {
    function Saved() {
      const format = useFormat();
      return <p>{format.moment('2020-11-23T13:03:00Z')}</p>;
    }
    await renderPart(<Saved />);

    expect(screen.getByText('Mon 23 Nov 2020, 14:03')).toBeInTheDocument();
  });
});
