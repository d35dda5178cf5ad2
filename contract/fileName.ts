/** Most characters (UTF-16 units) of a file's name as it is kept. */
export const FILE_NAME_MAX = 255;

/** Longest name (UTF-16 units) that is taken to be shortened: many times what any file system lets a name have. */
export const FILE_NAME_SENT_MAX = 4096;

/** An ending that says what a file is; what is longer is a part of a sentence. */
const ENDING = /\.[^.\s/\\]{1,16}$/u;
/** Controls, lone halves of characters, and what turns the direction of reading: `gpj.exe` must not look like `exe.jpg`. */
const MISLEADING = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/gu;

const letters = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Whole letters, with all their marks, up to `max` units. */
function firstLetters(text: string, max: number): string {
  let end = 0;
  // a letter that is longer than all that is looked at is cut
  for (const { index, segment } of letters.segment(text.slice(0, 2 * max))) {
    if (index + segment.length > max) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

/** A name of at most `max` units that keeps its ending; between two letters, never within one. */
export function cutFileName(name: string, max = FILE_NAME_MAX): string {
  if (name.length <= max) return name;
  const ending = ENDING.exec(name)?.[0] ?? '';
  return `${firstLetters(name.slice(0, name.length - ending.length), max - ending.length - 1).trimEnd()}…${ending}`;
}

/** A file's name as it is kept and shown: composed letters, nothing that misleads, no longer than it may be, never empty. */
export function toFileName(name: string): string {
  const plain = name.normalize('NFC').replace(MISLEADING, '').trim();
  return plain === '' ? 'file' : cutFileName(plain);
}
