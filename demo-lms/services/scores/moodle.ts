import type { Answer } from '../../modes/answer.ts';
import { readInstant, readNumber, readText, type ScoreCall } from '../../modes/scoreCall.ts';
import type { Grade } from '../../state/types.ts';

/**
 * What Moodle 4.5 does with a score. Anything but FullyGraded with a scoreGiven erases the grade,
 * whole seconds count, and a teacher's own grade stays although the answer is 200.
 */
export function receiveMoodleScore(call: ScoreCall): Answer {
  const { score, item, person } = call;
  // Moodle's own number conversion fails on such an id before it has written a status line.
  if (typeof score.userId === 'string' && !/^\d+$/.test(score.userId)) return { status: 0, drop: true };
  const at = readInstant(score.timestamp);
  if (at === null || isIncomplete(score) || !person || call.enrolment?.role !== 'learner') {
    return { status: 400, reason: `Incorrect score received${call.raw}`, body: [] };
  }
  const seconds = Math.floor(at / 1000);
  const before = call.gradebook.findGrade(item.id, person.id);
  if (before?.timestamp && Math.floor(Date.parse(before.timestamp) / 1000) >= seconds) {
    const reason = `Refusing score with an earlier timestamp for item ${item.id} and user ${person.number}`;
    return { status: 409, reason, body: [] };
  }
  if (item.locked) return { status: 500, reason: 'Internal Server Error', body: [] };
  if (before?.overridden || item.kind === 'text') return { status: 200 };
  write(call, call.gradebook.openGrade(item.id, person.id), seconds);
  return { status: 200 };
}

function isIncomplete(score: Record<string, unknown>): boolean {
  if (!score.userId || !score.gradingProgress || !score.activityProgress) return true;
  if (score.scoreGiven === undefined || score.scoreGiven === null) return false;
  return readNumber(score.scoreGiven) === null || readNumber(score.scoreMaximum) === null;
}

function write(call: ScoreCall, grade: Grade, seconds: number): void {
  const given = readNumber(call.score.scoreGiven);
  if (call.score.gradingProgress !== 'FullyGraded' || given === null) {
    Object.assign(grade, { score: null, given: null, comment: null, timestamp: null });
    return;
  }
  const maximum = readNumber(call.score.scoreMaximum) ?? 1;
  const scaled = maximum > 0 ? (given / maximum) * call.item.scoreMaximum : given;
  grade.score = Math.min(Math.max(scaled, 0), call.item.scoreMaximum);
  grade.given = { score: given, maximum };
  grade.comment = readText(call.score.comment);
  grade.timestamp = new Date(seconds * 1000).toISOString();
  grade.activityProgress = readText(call.score.activityProgress);
  grade.gradingProgress = readText(call.score.gradingProgress);
}
