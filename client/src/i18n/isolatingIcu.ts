import ICU from 'i18next-icu';
import { languageOf } from './languages.ts';
import type { Message } from './wordTree.ts';

declare module 'i18next-icu' {
  // the library's own types omit what i18next calls
  interface IcuInstance {
    parse(
      message: Message,
      values: Readonly<Record<string, unknown>> | undefined,
      language: string,
      ...rest: unknown[]
    ): string;
  }
}

/** First strong isolate, and its end: what is between them is laid out by its own first letters (Unicode UAX 9). */
const [FSI, PDI] = ['\u2068', '\u2069'];
/** Letters written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and related scripts. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A value that would affect the direction of its sentence: one with letters of the other direction. */
function needsIsolation(value: string, dir: 'ltr' | 'rtl'): boolean {
  return dir === 'ltr' ? RIGHT_TO_LEFT.test(value) : /\p{L}/u.test(value);
}

/** Values ready to be put into a sentence: a name or a title in another direction is isolated. */
export function isolateValues(
  values: Readonly<Record<string, unknown>> | undefined,
  dir: 'ltr' | 'rtl',
): Readonly<Record<string, unknown>> | undefined {
  if (!values) return values;
  const pairs = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' && needsIsolation(value, dir) ? FSI + value + PDI : value,
  ]);
  return Object.fromEntries(pairs) as Record<string, unknown>;
}

/** ICU messages whose values cannot disturb the order of their sentence. */
export class IsolatingIcu extends ICU {
  override parse(
    message: Message,
    values: Readonly<Record<string, unknown>> | undefined,
    language: string,
    ...rest: unknown[]
  ): string {
    return super.parse(message, isolateValues(values, languageOf(language).dir), language, ...rest);
  }
}
