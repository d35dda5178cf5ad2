import type { Quote } from '../../components/words/quoted.ts';
import type { Criterion } from '../../../../contract/content.ts';
import { judgementOf } from './reviewModel.ts';
import type { ReviewDraft } from './reviewModel.ts';

const SHORTEST = 4;
const LONGEST = 1000;

/** A selected passage as quotes, one per paragraph; quotation marks within become single ones. */
export function toQuotes(selected: string): string[] {
  return selected
    .slice(0, LONGEST)
    .split(/\n+/)
    .map((line) => line.replace(/\s+/g, ' ').trim().replaceAll('“', '‘').replaceAll('”', '’'))
    .filter((line) => line.length >= SHORTEST)
    .map((line) => `“${line}”`);
}

/** The comment with quotes appended, ready for more text. */
export function withQuotes(comment: string, quotes: readonly string[]): string {
  const before = comment.trimEnd();
  return `${before}${before === '' ? '' : '\n'}${quotes.join(' ')} `;
}

/** All passages quoted in comments, with the letter of their criterion: shown in the evidence. */
export function quotesOf(criteria: readonly Criterion[], draft: ReviewDraft): Quote[] {
  return criteria.flatMap((criterion) => {
    const { comment } = judgementOf(draft, criterion.key);
    const found = comment.matchAll(/“([^“”]+)”/g);
    return [...found].map((match) => ({ text: match[1] ?? '', code: criterion.code }));
  });
}
