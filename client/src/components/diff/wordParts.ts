import { diffWordsWithSpace } from 'diff';

export interface WordPart {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** An unchanged run this short between two changes counts as part of one change. */
const FOLDED_WORDS = 2;

function isShort(text: string): boolean {
  return !text.includes('\n') && (text.match(/\S+/gu)?.length ?? 0) <= FOLDED_WORDS;
}

/**
 * What changed between two texts, by words. A rewritten sentence becomes one removal and one addition, not a patter of single
 * words: short unchanged runs between changes belong to both.
 */
export function wordParts(before: string, after: string): WordPart[] {
  const raw = diffWordsWithSpace(before, after);
  const result: WordPart[] = [];
  let removed = '';
  let added = '';
  const flush = () => {
    if (removed) result.push({ kind: 'removed', text: removed });
    if (added) result.push({ kind: 'added', text: added });
    removed = '';
    added = '';
  };
  raw.forEach((part, index) => {
    const amid = removed !== '' || added !== '';
    if (part.added) added += part.value;
    else if (part.removed) removed += part.value;
    else if (amid && index < raw.length - 1 && isShort(part.value)) {
      removed += part.value;
      added += part.value;
    } else {
      flush();
      result.push({ kind: 'same', text: part.value });
    }
  });
  flush();
  return result;
}
