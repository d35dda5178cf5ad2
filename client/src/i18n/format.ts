import type { TFunction } from 'i18next';

/** A locale for `Intl` and the institution's IANA time zone. */
export interface FormatContext {
  readonly locale: string;
  readonly zone: string;
}

type Moment = string | Date;

const cache = new Map<string, Intl.DateTimeFormat>();

function dates({ locale, zone }: FormatContext, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, zone, options]);
  let format = cache.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
    cache.set(key, format);
  }
  return format;
}

const toDate = (moment: Moment) => (typeof moment === 'string' ? new Date(moment) : moment);

/** The year, unless it is this one: without it, an old date reads like one of this year. */
function yearOf(context: FormatContext, moment: Moment): Intl.DateTimeFormatOptions {
  const year = dates(context, { year: 'numeric' });
  return year.format(toDate(moment)) === year.format(new Date()) ? {} : { year: 'numeric' };
}

/** "Fri 4 Dec", in another year "Mon 4 Dec 2028": dates include their weekday. */
export function formatDay(context: FormatContext, moment: Moment): string {
  const options = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const format = dates(context, { ...options, ...yearOf(context, moment) });
  return format.format(toDate(moment)).replace(',', '');
}

/** "4 Dec", in another year "4 Dec 2028": for lists of dates. */
export function formatShortDay(context: FormatContext, moment: Moment): string {
  const format = dates(context, { day: 'numeric', month: 'short', ...yearOf(context, moment) });
  return format.format(toDate(moment));
}

/** "Friday 18 December 2026": for what is printed and kept. */
export function formatLongDay(context: FormatContext, moment: Moment): string {
  const format = dates(context, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  return format.format(toDate(moment)).replace(',', '');
}

/** "14:03" or "2:03 PM". */
export function formatTime(context: FormatContext, moment: Moment): string {
  return dates(context, { hour: '2-digit', minute: '2-digit' }).format(toDate(moment));
}

/** True if both are on the same day in the institution's time zone. */
export function isSameDay(context: FormatContext, a: Moment, b: Moment): boolean {
  const format = dates(context, { year: 'numeric', month: '2-digit', day: '2-digit' });
  return format.format(toDate(a)) === format.format(toDate(b));
}

/** "90 min", from two hours on "2 h 25 min". */
export function formatMinutes(t: TFunction<'common'>, minutes: number): string {
  if (minutes < 120) return t('units.minutes', { minutes });
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return rest === 0 ? t('units.hours', { hours }) : t('units.hoursMinutes', { hours, minutes: rest });
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** "70 bytes", "340 kB", "1.2 GB": powers of 1000, as file managers and LMSs show them. */
export function formatBytes(locale: string, bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  const unit = BYTE_UNITS[power] ?? 'byte';
  const maximumFractionDigits = value < 10 && power > 1 ? 1 : 0;
  // in English the short form of "byte" has no plural
  const unitDisplay = power === 0 ? 'long' : 'short';
  const options = { style: 'unit', unit, unitDisplay, maximumFractionDigits } as const;
  return new Intl.NumberFormat(locale, options).format(value);
}

/** "A and C". */
export function formatList(locale: string, items: readonly string[]): string {
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(items);
}

/** "A, B, C": for a choice among them. */
export function formatChoices(locale: string, items: readonly string[]): string {
  return new Intl.ListFormat(locale, { type: 'unit' }).format(items);
}

export function formatNumber(locale: string, value: number): string {
  return new Intl.NumberFormat(locale).format(value);
}
