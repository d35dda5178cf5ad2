import type { WordTree } from './wordTree.ts';

const FROM = 'aAbcCdeEghHiIjklLmnNoOprsStTuUvwyYz';
const TO = 'áÅƀçÇðéÉğĥĦíÎĵķļĽɱñÑöÖþŕšŠťŦüÛṽŵýÝž';
const ACCENTS = new Map([...FROM].map((letter, index) => [letter, [...TO][index] ?? letter]));

/** Keeps what is between braces (ICU arguments), except the texts of plural and select branches, which are changed too. */
function outsideBraces(message: string, change: (text: string) => string): string {
  let depth = 0;
  let plain = '';
  let result = '';
  for (const letter of message) {
    if (letter === '{' && depth === 0) {
      result += change(plain);
      plain = '';
    }
    if (letter === '{') depth += 1;
    if (depth > 0) result += letter;
    else plain += letter;
    if (letter === '}') depth -= 1;
  }
  return result + change(plain);
}

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

/**
 * One message in the pseudo-locale: missing accents show words that were never passed to i18n, the length shows what breaks at
 * +40 %.
 */
export function pseudoMessage(message: string): string {
  const letters = message.replace(/[{<][^}>]*[}>]/g, '').length;
  const padding = '~'.repeat(Math.ceil(letters * 0.4));
  return `[${outsideBraces(message, accented)}${padding}]`;
}

export function pseudoWords(words: WordTree): WordTree {
  return Object.fromEntries(
    Object.entries(words).map(([key, value]) => [
      key,
      typeof value === 'string' ? pseudoMessage(value) : pseudoWords(value),
    ]),
  );
}
