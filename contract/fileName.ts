/** Most characters (UTF-16 units) of a file's name as it is stored. */
export const FILE_NAME_MAX = 255;

/** Longest name (UTF-16 units) that is accepted and shortened: many times what any file system allows. */
export const FILE_NAME_SENT_MAX = 4096;

/** An extension that identifies the type of a file; anything longer is part of a sentence. */
const ENDING = /\.[^.\s/\\]{1,16}$/u;
/**
 * Control characters, unpaired surrogates, and characters that change the reading direction: `gpj.exe` must not look like
 * `exe.jpg`.
 */
const MISLEADING = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/gu;

const letters = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Whole characters, with all their marks, up to `max` units. */
function firstLetters(text: string, max: number): string {
  let end = 0;
  // a character longer than everything that is examined is cut
  for (const { index, segment } of letters.segment(text.slice(0, 2 * max))) {
    if (index + segment.length > max) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

/** A name of at most `max` units that keeps its extension; cut between two characters, never within one. */
export function cutFileName(name: string, max = FILE_NAME_MAX): string {
  if (name.length <= max) return name;
  const ending = ENDING.exec(name)?.[0] ?? '';
  return `${firstLetters(name.slice(0, name.length - ending.length), max - ending.length - 1).trimEnd()}…${ending}`;
}

/** A file's name as it is stored and shown: composed characters, nothing misleading, within the limit, never empty. */
export function toFileName(name: string): string {
  const plain = name.normalize('NFC').replace(MISLEADING, '').trim();
  return plain === '' ? 'file' : cutFileName(plain);
}
