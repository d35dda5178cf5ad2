/**
 * Words that judge where evidence should say what was seen or heard: "good questioning" is a verdict, "asked four open questions" is
 * evidence. English only. A hint, never a block: in a quotation of what somebody said each of them may stand.
 */
const JUDGING = [
  'adequate', 'amazing', 'appropriate', 'appropriately', 'awesome', 'awful', 'bad', 'badly', 'best', 'better', 'boring', 'brilliant',
  'clearly', 'confusing', 'disappointing', 'disorganised', 'disorganized', 'effective', 'effectively', 'engaging', 'excellent',
  'fantastic', 'good', 'great', 'impressive', 'inadequate', 'inappropriate', 'ineffective', 'insufficient', 'lazy', 'lovely', 'meaningful',
  'nice', 'nicely', 'outstanding', 'perfect', 'perfectly', 'poor', 'poorly', 'properly', 'satisfactory', 'strong', 'successful',
  'successfully', 'terrible', 'unclear', 'unsatisfactory', 'weak', 'well-managed', 'well-organised', 'well-organized', 'well-planned',
  'wonderful', 'worse', 'worst', 'wrong',
]; // prettier-ignore

const PATTERN = new RegExp(`(?<![\\p{L}\\p{N}-])(?:${JUDGING.join('|')})(?![\\p{L}\\p{N}-])`, 'giu');
/** What stands between quotation marks is somebody's own words. */
const QUOTED = /"[^"]*"|“[^”]*”|‘[^’]*’|«[^»]*»/gu;

export interface JudgingWord {
  /** As it was written. */
  word: string;
  /** Where it begins, in UTF-16 units. */
  at: number;
}

/** The judging words of a text, in order; none within quotation marks. Linear in the length of the text. */
export function findJudgingWords(text: string): JudgingWord[] {
  const unquoted = text.replace(QUOTED, (quotation) => ' '.repeat(quotation.length));
  return [...unquoted.matchAll(PATTERN)].map((match) => ({ word: match[0], at: match.index }));
}
