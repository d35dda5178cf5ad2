import type { Answer } from '../../modes/answer.ts';
import { readInstant, readNumber, readText, type ScoreCall } from '../../modes/scoreCall.ts';
import type { Grade } from '../../state/types.ts';

const SUBMISSION = 'https://canvas.instructure.com/lti/submission';
const FUTURE_BUFFER_MS = 60_000;

/**
 * What Canvas does with a score (its scores_controller.rb): refusals in its order and words, an attempt
 * for each new submission, and the last score wins over a teacher's.
 */
export function receiveCanvasScore(call: ScoreCall): Answer {
  const { person, enrolment } = call;
  if (!person || person.testUser || enrolment?.role !== 'learner' || enrolment.suspended) {
    return canvasError(422, 'unprocessable_entity', 'User not found in course or is not a student');
  }
  const grade = call.gradebook.findGrade(call.item.id, person.id);
  const refusal = checkFields(call, grade) ?? checkAttempts(call, grade);
  if (refusal) return refusal;
  write(call, call.gradebook.openGrade(call.item.id, person.id));
  return {
    status: 200,
    contentType: 'application/vnd.ims.lis.v1.score+json',
    body: { resultUrl: call.resultUrl },
  };
}

/** An error in Canvas' shape. */
export function canvasError(status: number, type: string, message: string): Answer {
  return { status, body: { errors: { type, message } } };
}

function checkFields({ score }: ScoreCall, grade: Grade | null): Answer | null {
  for (const name of ['userId', 'activityProgress', 'gradingProgress', 'timestamp']) {
    if (!score[name]) {
      return canvasError(400, 'bad_request', `param is missing or the value is empty: ${name}`);
    }
  }
  const given = String(score.timestamp);
  const at = readInstant(score.timestamp);
  if (at === null) {
    return canvasError(400, 'bad_request', `Provided timestamp of ${given} not a valid timestamp`);
  }
  if (grade?.timestamp && Date.parse(grade.timestamp) > at) {
    const text = `Provided timestamp of ${given} before last updated timestamp of ${grade.timestamp}`;
    return canvasError(400, 'bad_request', text);
  }
  if (!ignoresScore(score)) {
    const maximum = readNumber(score.scoreMaximum);
    if (maximum === null) {
      const text = 'ScoreMaximum not supplied when ScoreGiven present.';
      return canvasError(422, 'unprocessable_entity', text);
    }
    if (maximum < 0) {
      return canvasError(422, 'unprocessable_entity', 'ScoreMaximum must be greater than or equal to 0');
    }
  }
  return checkSubmittedAt(score);
}

function checkSubmittedAt(score: Record<string, unknown>): Answer | null {
  const submittedAt = extension(score).submitted_at;
  if (typeof submittedAt !== 'string' || submittedAt === '') return null;
  const at = readInstant(submittedAt);
  const start = `Provided submitted_at timestamp of ${submittedAt}`;
  if (at === null) return canvasError(400, 'bad_request', `${start} not a valid timestamp`);
  if (at > Date.now() + FUTURE_BUFFER_MS) return canvasError(400, 'bad_request', `${start} in the future`);
  return null;
}

function checkAttempts({ score, item }: ScoreCall, grade: Grade | null): Answer | null {
  if (!isNewSubmission(score) || item.allowedAttempts === null) return null;
  if ((grade?.attempts.length ?? 0) < item.allowedAttempts) return null;
  const text = 'The maximum number of allowed attempts has been reached for this submission';
  return canvasError(422, 'unprocessable_entity', text);
}

function extension(score: Record<string, unknown>): Record<string, unknown> {
  const value = score[SUBMISSION];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isNewSubmission(score: Record<string, unknown>): boolean {
  const { new_submission: wanted, submission_type: type } = extension(score);
  if (type === 'none') return false;
  return wanted === undefined || wanted === null ? true : wanted === true || wanted === 'true';
}

function ignoresScore(score: Record<string, unknown>): boolean {
  const counts = score.gradingProgress === 'FullyGraded' || score.gradingProgress === 'PendingManual';
  return !counts || readNumber(score.scoreGiven) === null;
}

function write({ score, item }: ScoreCall, grade: Grade): void {
  if (isNewSubmission(score)) {
    grade.attempts.push({
      at: new Date().toISOString(),
      submittedAt: readText(extension(score).submitted_at),
    });
  }
  const given = readNumber(score.scoreGiven);
  const maximum = readNumber(score.scoreMaximum);
  if (ignoresScore(score) || given === null || maximum === null) {
    Object.assign(grade, { score: null, given: null });
  } else {
    grade.score = maximum > 0 ? (given / maximum) * item.scoreMaximum : given;
    grade.given = { score: given, maximum };
  }
  grade.comment = readText(score.comment) ?? grade.comment;
  grade.timestamp = new Date(readInstant(score.timestamp) ?? 0).toISOString();
  grade.activityProgress = readText(score.activityProgress);
  grade.gradingProgress = readText(score.gradingProgress);
  grade.overridden = false;
}
