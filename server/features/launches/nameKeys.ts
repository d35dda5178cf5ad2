const MOST_KEYS = 12;
const KEY_LENGTH = 80;
const LAST = '\u{10FFFF}';

/** Where a word starts; in scripts without spaces, every character. */
const BEGINNING =
  /(?<![\p{L}\p{N}\p{M}])[\p{L}\p{N}]|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}/gu;

/** Lower case, without accents, with single spaces: typed and stored text are compared in this form. */
function fold(text: string): string {
  const bare = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ς', 'σ');
  return bare.replace(/\s+/gu, ' ').trim();
}

/**
 * A name starting from each of its words, so that a part of it is the start of one of these, and an index finds it among any
 * number of people: "Ana de la Cruz" gives "ana de la cruz", "de la cruz", "la cruz", "cruz".
 */
export function nameKeysOf(name: string | null): string[] {
  const folded = fold(name ?? '');
  if (folded === '') return [];
  const begins = [0, ...[...folded.matchAll(BEGINNING)].map(({ index }) => index)];
  const keys = new Set(begins.map((index) => folded.slice(index, index + KEY_LENGTH)));
  return [...keys].slice(0, MOST_KEYS);
}

/** Keys that start with what was typed: from `first` up to but not including `end`; null if nothing was typed. */
export interface NameRange {
  first: string;
  end: string;
}

export function toNameRange(search: string): NameRange | null {
  const first = fold(search).slice(0, KEY_LENGTH);
  return first === '' ? null : { first, end: `${first}${LAST}` };
}

/** A person's key within a range; null if none is in it. */
export function keyInRange(keys: readonly string[], { first }: NameRange): string | null {
  return keys.filter((key) => key.startsWith(first)).sort()[0] ?? null;
}
