import type { Quote } from '../../components/words/quoted.ts';
import type { Criterion } from '../../../../contract/pathways.ts';
import { judgementOf } from './reviewModel.ts';
import type { ReviewDraft } from './reviewModel.ts';

const SHORTEST = 4;
const LONGEST = 1000;

/** A selected passage as quotes, one for each of its paragraphs; quotation marks within become single ones. */
export function toQuotes(selected: string): string[] {
  return selected
    .slice(0, LONGEST)
    .split(/\n+/)
    .map((line) => line.replace(/\s+/g, ' ').trim().replaceAll('“', '‘').replaceAll('”', '’'))
    .filter((line) => line.length >= SHORTEST)
    .map((line) => `“${line}”`);
}

/** The comment with quotes added at its end, ready to write on. */
export function withQuotes(comment: string, quotes: readonly string[]): string {
  const before = comment.trimEnd();
  return `${before}${before === '' ? '' : '\n'}${quotes.join(' ')} `;
}

/** All passages that comments quote, with the letter of their criterion: shown in the evidence. */
export function quotesOf(criteria: readonly Criterion[], draft: ReviewDraft): Quote[] {
  return criteria.flatMap((criterion) => {
    const { comment } = judgementOf(draft, criterion.key);
    const found = comment.matchAll(/“([^“”]+)”/g);
    return [...found].map((match) => ({ text: match[1] ?? '', code: criterion.code }));
  });
}
