import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import ICU from 'i18next-icu';
import { isolate, needsIsolation } from '../../../contract/isolation.ts';
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

/** The names of values by which a part of a message is chosen. */
function* selectorsOf(elements: readonly MessageFormatElement[]): Generator<string> {
  for (const element of elements) {
    if ('children' in element) yield* selectorsOf(element.children);
    if (!('options' in element)) continue;
    // a plural has it, too, and chooses by a number
    if (!('pluralType' in element)) yield element.value;
    for (const { value } of Object.values(element.options)) yield* selectorsOf(value);
  }
}

/** Whether a value chooses a part of the message: nobody reads it, and with anything added it would choose another one. */
function isSelector(message: Message, name: string): boolean {
  if (typeof message === 'string') return new RegExp(`\\{\\s*${name}\\s*,\\s*select\\b`).test(message);
  return [...selectorsOf(message)].includes(name);
}

type Values = Readonly<Record<string, unknown>>;

/** Values ready to be put into a sentence: a name or a title in another direction is isolated. */
export function isolateValues(
  message: Message,
  values: Values | undefined,
  dir: 'ltr' | 'rtl',
): Values | undefined {
  if (!values) return values;
  const pairs = Object.entries(values).map(([name, value]) => {
    const isText = typeof value === 'string' && needsIsolation(value, dir) && !isSelector(message, name);
    return [name, isText ? isolate(value, dir) : value];
  });
  return Object.fromEntries(pairs) as Values;
}

/** ICU messages whose values cannot disturb the order of their sentence. */
export class IsolatingIcu extends ICU {
  override parse(
    message: Message,
    values: Readonly<Record<string, unknown>> | undefined,
    language: string,
    ...rest: unknown[]
  ): string {
    return super.parse(message, isolateValues(message, values, languageOf(language).dir), language, ...rest);
  }
}
