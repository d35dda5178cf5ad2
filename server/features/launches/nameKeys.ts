const MOST_KEYS = 12;
const KEY_LENGTH = 80;
const LAST = '\u{10FFFF}';

/** Where a word begins; in scripts that set no spaces, every character. */
const BEGINNING =
  /(?<![\p{L}\p{N}\p{M}])[\p{L}\p{N}]|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}/gu;

/** One case, without accents, with single spaces: what is typed and what is stored meet in it. */
function fold(text: string): string {
  const bare = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ς', 'σ');
  return bare.replace(/\s+/gu, ' ').trim();
}

/**
 * A name from each of its words on, so that a part of it is the beginning of one of these, and an index finds it among any
 * number of people: "Ana de la Cruz" gives "ana de la cruz", "de la cruz", "la cruz", "cruz".
 */
export function nameKeysOf(name: string | null): string[] {
  const folded = fold(name ?? '');
  if (folded === '') return [];
  const begins = [0, ...[...folded.matchAll(BEGINNING)].map(({ index }) => index)];
  const keys = new Set(begins.map((index) => folded.slice(index, index + KEY_LENGTH)));
  return [...keys].slice(0, MOST_KEYS);
}

/** Keys that begin with what was typed: from `first` until before `end`; null when nothing was typed. */
export interface NameRange {
  first: string;
  end: string;
}

export function toNameRange(search: string): NameRange | null {
  const first = fold(search).slice(0, KEY_LENGTH);
  return first === '' ? null : { first, end: `${first}${LAST}` };
}

/** The key by which a person stands in a range; null when none lies in it. */
export function keyInRange(keys: readonly string[], { first }: NameRange): string | null {
  return keys.filter((key) => key.startsWith(first)).sort()[0] ?? null;
}
