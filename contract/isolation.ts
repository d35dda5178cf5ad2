/** First strong isolate, and its end: what is between them is laid out by its own first letters (Unicode UAX 9). */
const [FSI, PDI] = ['\u2068', '\u2069'];
/** Letters written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and related scripts. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Whether a value would affect the direction of its sentence: one with letters of the other direction. */
export function needsIsolation(value: string, dir: 'ltr' | 'rtl'): boolean {
  return dir === 'ltr' ? RIGHT_TO_LEFT.test(value) : /\p{L}/u.test(value);
}

/** A name or title, ready to be put into a sentence of that direction: it can't turn the rest of it. */
export function isolate(value: string, dir: 'ltr' | 'rtl'): string {
  return needsIsolation(value, dir) ? FSI + value + PDI : value;
}
