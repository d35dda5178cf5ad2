import { OWN_NOTES } from '../../contract/grades.ts';
import { z } from 'zod';
import type { PagedList } from './pagedList.ts';
import { Identifier, toNumber } from './received.ts';
import { unusable } from './serviceCall.ts';
import type { Outcome } from './serviceFault.ts';

/** A value, nothing, or something that is not a number (a letter, an object). */
const Points = z
  .unknown()
  .optional()
  .transform((value) => {
    if (value === null || value === undefined || value === '') return null;
    return toNumber(value) ?? ('unreadable' as const);
  });
export const Result = z.object({
  userId: Identifier,
  resultScore: Points,
  resultMaximum: Points,
  timestamp: z.string().optional().catch(undefined),
});
export type Result = z.infer<typeof Result>;

/** The result of one person in one column of the LMS. Both null: nothing, or a grade that was cleared. */
export interface ResultRead {
  score: number | null;
  maximum: number | null;
}

const timeOf = ({ timestamp }: Result): number => Date.parse(timestamp ?? '') || 0;

/** Usually there is one result per person; of several the newest with points counts, of the same age the last. */
function chooseOwn(results: readonly Result[], userId: string): Result | undefined {
  const own = results.filter((result) => result.userId === userId);
  const graded = own.filter((result) => result.resultScore !== null);
  return (graded.length > 0 ? graded : own).reduce<Result | undefined>(
    (best, one) => (best && timeOf(best) > timeOf(one) ? best : one),
    undefined,
  );
}

/** True once a person's points are among the results: further pages cannot add anything. */
export function hasPointsOf(results: readonly Result[], userId: string): boolean {
  return results.some((result) => result.userId === userId && result.resultScore !== null);
}

/**
 * One person's result from a list, whether the LMS filtered it or not. If the list was not read to its end, or some members could
 * not be read, not finding somebody in it says nothing about them; nor do points that are not a number.
 */
export function readResultOf(list: Outcome<PagedList<Result>>, userId: string): Outcome<ResultRead> {
  if (!list.ok) return list;
  const { items, skipped, broken } = list.value;
  const own = chooseOwn(items, userId);
  const isFound = own !== undefined && own.resultScore !== null;
  if (!isFound && broken?.fault) return { ok: false, fault: broken.fault, milliseconds: list.milliseconds };
  if (!isFound && broken) return unusable(list, OWN_NOTES.listWithoutEnd);
  if (!own && skipped > 0) return unusable(list, OWN_NOTES.resultsUnreadable);
  if (own?.resultScore === 'unreadable') return unusable(list, OWN_NOTES.noNumber);
  const maximum = own?.resultMaximum === 'unreadable' ? null : (own?.resultMaximum ?? null);
  return { ...list, skipped, value: { score: own?.resultScore ?? null, maximum } };
}
