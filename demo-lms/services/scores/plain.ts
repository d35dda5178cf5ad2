import type { Answer } from '../../modes/answer.ts';
import {
  ACTIVITY_PROGRESS,
  GRADING_PROGRESS,
  readInstant,
  readNumber,
  readText,
  type ScoreCall,
} from '../../modes/scoreCall.ts';
import type { Grade } from '../../state/types.ts';

/** A score by the letter of AGS 2.0 §3.4, for the modes of which nothing else is known. */
export function receivePlainScore(call: ScoreCall): Answer {
  const { score, item, person, enrolment } = call;
  const fault = findFault(score);
  if (fault) return { status: 400, body: { error: fault } };
  if (!person) return { status: 404, body: { error: 'No such user' } };
  if (enrolment?.role !== 'learner' || person.testUser) {
    return { status: 422, body: { error: 'This user can not be graded in this course' } };
  }
  if (call.course.concluded) return { status: 403, body: { error: 'The course has ended' } };
  if (item.locked) return { status: 403, body: { error: 'This column is locked' } };
  const at = readInstant(score.timestamp) ?? 0;
  const before = call.gradebook.findGrade(item.id, person.id);
  if (before?.timestamp && Date.parse(before.timestamp) >= at) {
    return { status: 409, body: { error: 'A score with this or a later timestamp is already there' } };
  }
  write(call, call.gradebook.openGrade(item.id, person.id), at);
  return { status: 204 };
}

function findFault(score: Record<string, unknown>): string | null {
  if (!readText(score.userId)) return 'userId is missing';
  if (readInstant(score.timestamp) === null) return 'timestamp is not an ISO 8601 instant';
  if (!ACTIVITY_PROGRESS.includes(String(score.activityProgress))) return 'activityProgress is not known';
  if (!GRADING_PROGRESS.includes(String(score.gradingProgress))) return 'gradingProgress is not known';
  if (score.scoreGiven === undefined) return null;
  if (typeof score.scoreGiven !== 'number' || score.scoreGiven < 0)
    return 'scoreGiven is not a number of 0 or more';
  const maximum = readNumber(score.scoreMaximum);
  return maximum === null || maximum <= 0 ? 'scoreMaximum is not a number above 0' : null;
}

function write({ score, item }: ScoreCall, grade: Grade, at: number): void {
  const given = readNumber(score.scoreGiven);
  const maximum = readNumber(score.scoreMaximum);
  if (given === null || maximum === null) Object.assign(grade, { score: null, given: null });
  else if (score.gradingProgress === 'FullyGraded') {
    grade.score = (given / maximum) * item.scoreMaximum;
    grade.given = { score: given, maximum };
  }
  grade.comment = readText(score.comment);
  grade.timestamp = new Date(at).toISOString();
  grade.activityProgress = readText(score.activityProgress);
  grade.gradingProgress = readText(score.gradingProgress);
  grade.overridden = false;
}
