import { REFUSAL_REASONS, type RefusalReason } from '../../server/lti/refusalReasons.ts';
import { reasonOf } from '../../server/lti/pages/copy.ts';
import { english } from '../../server/words/pageWords.ts';
import { withTable } from './generatedTable.ts';

/** The page that contains the table, relative to the root. */
export const REFUSALS_PAGE = 'docs/lms-setup.md';

function rowOf(reason: RefusalReason): string {
  const { code, seenBy } = REFUSAL_REASONS[reason];
  const where = seenBy === 'operator' ? ' (Not on the page: the log has it.)' : '';
  return `| \`${code}\` | \`${reason}\` | ${reasonOf(english, reason)}${where} |`;
}

/** A page with the table of all reasons, by code, between its markers. @throws {Error} if it has no markers */
export function withRefusalTable(page: string): string {
  const reasons = Object.keys(REFUSAL_REASONS) as RefusalReason[];
  const codes = [...new Set(reasons.map((reason) => REFUSAL_REASONS[reason].code))].sort();
  const rows = codes.flatMap((code) =>
    reasons.filter((reason) => REFUSAL_REASONS[reason].code === code).map(rowOf),
  );
  const head = ['| Code | Reason | What was wrong, and what to do |', '| --- | --- | --- |'];
  return withTable(page, 'refusals', [...head, ...rows]);
}
