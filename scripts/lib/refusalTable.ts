import { REFUSAL_REASONS, type RefusalReason } from '../../server/lti/refusalReasons.ts';
import { reasonOf } from '../../server/lti/pages/copy.ts';
import { english } from '../../server/words/pageWords.ts';

/** The page that has the table, from the root. */
export const REFUSALS_PAGE = 'docs/lms-setup.md';

const START = '<!-- refusals: written by `npm run docs` -->\n<!-- prettier-ignore-start -->\n';
const END = '<!-- prettier-ignore-end -->\n';

function rowOf(reason: RefusalReason): string {
  const { code, seenBy } = REFUSAL_REASONS[reason];
  const where = seenBy === 'operator' ? ' (Not on the page: the log has it.)' : '';
  return `| \`${code}\` | \`${reason}\` | ${reasonOf(english, reason)}${where} |\n`;
}

/** A page with the table of all reasons, by code, between its marks. @throws {Error} where it has no marks */
export function withRefusalTable(page: string): string {
  const [before, rest] = page.split(START);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined)
    throw new Error(`${REFUSALS_PAGE} has lost the marks of its table`);
  const reasons = Object.keys(REFUSAL_REASONS) as RefusalReason[];
  const codes = [...new Set(reasons.map((reason) => REFUSAL_REASONS[reason].code))].sort();
  const rows = codes.flatMap((code) =>
    reasons.filter((reason) => REFUSAL_REASONS[reason].code === code).map(rowOf),
  );
  const head = '| Code | Reason | What was wrong, and what to do |\n| --- | --- | --- |\n';
  return `${before}${START}\n${head}${rows.join('')}\n${END}${after}`;
}
