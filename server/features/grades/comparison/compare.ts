import type { ResultRead } from '../../../lti/results.ts';
import type { ScoreValue } from '../deliveries/delivery.model.ts';

/** LMSs round columns to two decimal places at best. */
const TOLERANCE = 0.011;

const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE;

/** What a score becomes in a column with this many points; null if there is no ratio. */
export function inPoints({ given, maximum }: ScoreValue, points: number): number | null {
  return maximum > 0 && points > 0 ? (given / maximum) * points : null;
}

/** A column without points shows 0, or the points as they were sent. */
const isWithoutPoints = ({ maximum }: ResultRead): boolean => maximum !== null && maximum <= 0;

/** True if the LMS shows what that score becomes in the column's own points. */
export function showsScore(result: ResultRead, score: ScoreValue): boolean {
  // Moodle omits a 0 from its results
  if (result.score === null) return score.given === 0;
  const shown = result.score;
  if (isWithoutPoints(result)) return isClose(shown, 0) || isClose(shown, score.given);
  // without a maximum it is in our points, or out of 1 (AGS 2.0 §3.3.4.5)
  const expected =
    result.maximum === null ? [score.given, inPoints(score, 1)] : [inPoints(score, result.maximum)];
  return expected.some((value) => value !== null && isClose(shown, value));
}

/**
 * True if the LMS shows what that score became in the points that the column had then, reduced to those that it has now: a
 * column's points can be changed with or without rescaling its grades.
 */
function showedScore(result: ResultRead, score: ScoreValue, pointsThen: number): boolean {
  const { score: shown, maximum } = result;
  if (shown === null || maximum === null || maximum === pointsThen) return false;
  const then = inPoints(score, pointsThen) ?? score.given;
  return isClose(shown, then) || (maximum > 0 && isClose(shown, Math.min(then, maximum)));
}

export type Finding = 'arrived' | 'as_we_left_it' | 'empty' | 'changed' | 'cleared';

/** What we know about a column and person before the next score. */
export interface Known {
  wanted: ScoreValue;
  /** Null if nothing was ever accepted. */
  sent: ScoreValue | null;
  doubts: readonly ScoreValue[];
  /** The column's points in the LMS when we last looked; null if we never did, in which case as many as ours are assumed. */
  lmsMaximum?: number | null;
}

/**
 * The result in the LMS, compared with what we sent. `arrived`: the wanted score is there already. `as_we_left_it`: what we sent,
 * or may have sent, before. `empty`: nothing, and nothing of ours is missing. The other two are somebody's change, which a person
 * must decide about.
 */
export function compareResult(result: ResultRead, { wanted, sent, doubts, lmsMaximum }: Known): Finding {
  const ours = sent ? [sent, ...doubts] : doubts;
  if (result.score === null) {
    if (sent === null) return 'empty';
    return showsScore(result, sent) ? 'as_we_left_it' : 'cleared';
  }
  if (isWithoutPoints(result)) {
    // a 0 there says nothing about anybody's grade
    if (isClose(result.score, wanted.given) && wanted.given !== 0) return 'arrived';
    if (isClose(result.score, 0)) return 'as_we_left_it';
  } else if (showsScore(result, wanted)) return 'arrived';
  const isOurs = ours.some(
    (score) => showsScore(result, score) || showedScore(result, score, lmsMaximum || score.maximum),
  );
  return isOurs ? 'as_we_left_it' : 'changed';
}
