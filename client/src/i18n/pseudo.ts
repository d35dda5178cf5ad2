import {
  parse,
  TYPE,
  type MessageFormatElement,
  type PluralOrSelectOption,
} from '@formatjs/icu-messageformat-parser';
import { isMessage, type Message, type WordTree } from './wordTree.ts';

const FROM = 'aAbcCdeEghHiIjklLmnNoOprsStTuUvwyYz';
const TO = 'áÅƀçÇðéÉğĥĦíÎĵķļĽɱñÑöÖþŕšŠťŦüÛṽŵýÝž';
const ACCENTS = new Map([...FROM].map((letter, index) => [letter, [...TO][index] ?? letter]));

function accented(text: string): string {
  let inTag = false;
  let result = '';
  for (const letter of text) {
    if (letter === '<') inTag = true;
    result += inTag ? letter : (ACCENTS.get(letter) ?? letter);
    if (letter === '>') inTag = false;
  }
  return result;
}

const countLetters = (text: string): number => text.replace(/[{<][^}>]*[}>]/g, '').length;

function accentedElement(element: MessageFormatElement): MessageFormatElement {
  switch (element.type) {
    case TYPE.literal:
      return { ...element, value: accented(element.value) };
    case TYPE.plural:
    case TYPE.select: {
      const change = (option: PluralOrSelectOption) => ({
        ...option,
        value: option.value.map(accentedElement),
      });
      const options = Object.entries(element.options).map(
        ([name, option]) => [name, change(option)] as const,
      );
      return { ...element, options: Object.fromEntries(options) };
    }
    default:
      return element;
  }
}

/**
 * One message in the pseudo-locale: missing accents show words that were never passed to i18n, the length shows what breaks at
 * +40 %. Only a message that the build has not parsed is parsed here: the client has no parser.
 */
export function pseudoMessage(message: Message): MessageFormatElement[] {
  const elements = typeof message === 'string' ? parse(message, { ignoreTag: true }) : message;
  const letters = elements.map((element) =>
    element.type === TYPE.literal ? countLetters(element.value) : 0,
  );
  const padding = '~'.repeat(Math.ceil(letters.reduce((sum, count) => sum + count, 0) * 0.4));
  const literal = (value: string): MessageFormatElement => ({ type: TYPE.literal, value });
  return [literal('['), ...elements.map(accentedElement), literal(`${padding}]`)];
}

export function pseudoWords(words: WordTree): WordTree {
  return Object.fromEntries(
    Object.entries(words).map(([key, value]) => [
      key,
      isMessage(value) ? pseudoMessage(value) : pseudoWords(value),
    ]),
  );
}
