import type { ResultRead } from '../../lti/results.ts';
import type { ScoreValue } from './delivery.model.ts';

/** Columns are rounded by LMSs to two places at best. */
const TOLERANCE = 0.011;

/** True when the LMS shows what that score becomes in the column's own points. */
export function showsScore(result: ResultRead, score: ScoreValue): boolean {
  // Moodle leaves a 0 out of its results
  const shown = result.score ?? 0;
  if (result.score === null && score.given !== 0) return false;
  const maximum = result.maximum ?? score.maximum;
  return Math.abs(shown - (score.given / score.maximum) * maximum) <= TOLERANCE;
}

export type Finding = 'arrived' | 'as_we_left_it' | 'empty' | 'changed' | 'cleared';

/** What we know of a column and person before the next score. */
export interface Known {
  wanted: ScoreValue;
  /** Null when nothing was ever accepted. */
  sent: ScoreValue | null;
  doubts: readonly ScoreValue[];
}

/**
 * What stands in the LMS, in the light of what we sent. `arrived`: the wanted score is there already. `as_we_left_it`:
 * what we sent, or may have sent, before. `empty`: nothing, and nothing of ours is missing. The other two are
 * somebody's doing, and theirs to decide about.
 */
export function compareResult(result: ResultRead, { wanted, sent, doubts }: Known): Finding {
  const ours = sent ? [sent, ...doubts] : doubts;
  if (result.score === null) {
    if (sent === null) return 'empty';
    return showsScore(result, sent) ? 'as_we_left_it' : 'cleared';
  }
  if (showsScore(result, wanted)) return 'arrived';
  return ours.some((score) => showsScore(result, score)) ? 'as_we_left_it' : 'changed';
}
