const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The comment that is sent with a score: who approved it and why stays in Waymark, and so do a reviewer's words.
 *
 * @param zone  the institution's IANA time zone, for the date
 */
export function commentFor(decidedAt: Date, zone: string, locale = 'en-GB'): string {
  const key = `${locale} ${zone}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: zone });
    formats.set(key, format);
  }
  return `Approved ${format.format(decidedAt)} in Waymark`;
}
