import type { Request } from 'express';
import type { Answer } from '../modes/answer.ts';
import type { Lms } from '../lms.ts';
import { withSegment } from '../state/lmsState.ts';
import { SCOPE } from '../state/tools.ts';
import type { Grade, LineItem, Tool } from '../state/types.ts';
import { admit, isAnswer, queryText, readJson, refuse } from './access.ts';
import { findOwnItem } from './lineItems.ts';
import { checkMedia, checkTypeId, MEDIA } from './media.ts';
import { pageOf } from './paging.ts';

/** POST of a score (AGS 2.0 §3.4): the mode's own rules decide what it does. */
export function receiveScore(lms: Lms, req: Request): Answer {
  const access = admit(lms, req, [SCOPE.score]);
  if (isAnswer(access)) return access;
  const refused = checkTypeId(lms, req) ?? checkMedia(lms, req, 'score');
  if (refused) return refused;
  const item = findOwnItem(lms, req, access);
  if (!item) return refuse(lms, 404, 'The line item is not here');
  const score = readJson(req);
  if (!score) return refuse(lms, 400, 'The body is not a score');
  const person = typeof score.userId === 'string' ? lms.findBySub(score.userId) : null;
  const answer = lms.rules().receiveScore({
    gradebook: lms.gradebook,
    course: access.course,
    item,
    score,
    raw: String(req.body),
    person,
    enrolment: person ? lms.courses.enrolmentOf(access.course.id, person.id) : null,
    resultUrl: resultId(lms, item, access.tool, person?.id ?? ''),
  });
  return { ...answer, headers: { ...access.headers, ...answer.headers } };
}

/** GET of results (AGS 2.0 §3.3), all or `user_id`'s. */
export function listResults(lms: Lms, req: Request): Answer {
  const access = admit(lms, req, [SCOPE.result]);
  if (isAnswer(access)) return access;
  const refused = checkTypeId(lms, req) ?? checkMedia(lms, req, 'result');
  if (refused) return refused;
  const item = findOwnItem(lms, req, access);
  if (!item) return refuse(lms, 404, 'The line item is not here');
  // Observed: Moodle answers a page of results with its HTML "not found".
  if (lms.rules().mode === 'moodle' && req.query.limit !== undefined) {
    return {
      status: 404,
      contentType: 'text/html; charset=utf-8',
      body: '<!doctype html><title>Error</title>',
    };
  }
  const userId = queryText(req, 'user_id');
  const own = userId === null ? null : lms.findBySub(userId);
  const isUnfiltered = lms.switches.strike('unfiltered', 'results') !== null;
  const lacks = lms.switches.strike('lacksPerson', 'results') !== null;
  const grades = lms.gradebook
    .gradesOf(item.id)
    .filter((grade) => userId === null || isUnfiltered || own?.id === grade.personId)
    .filter((grade) => !lacks || own?.id !== grade.personId);
  const page = pageOf(lms, req, grades, 'results');
  return {
    status: 200,
    contentType: MEDIA.result,
    body: page.rows.map((grade) => toResult(lms, item, access.tool, grade)),
    headers: { ...access.headers, ...page.headers },
  };
}

function resultId(lms: Lms, item: LineItem, tool: Tool, personId: string): string {
  const number = lms.people.find(personId)?.number ?? '0';
  const results = withSegment(lms.lineItemUrl(item, tool.id), 'results');
  if (lms.rules().mode !== 'moodle') return `${results}/${number}`;
  return `${results}&user_id=${number}`;
}

function toResult(lms: Lms, item: LineItem, tool: Tool, grade: Grade): Record<string, unknown> {
  const { mode } = lms.rules();
  const id = { id: resultId(lms, item, tool, grade.personId), userId: lms.subOf(grade.personId) };
  if (grade.score === null && mode === 'moodle') return id;
  // Canvas repeats what the tool sent; the others answer in the column's points.
  const shown = mode === 'canvas' ? grade.given : { score: grade.score, maximum: item.scoreMaximum };
  return {
    ...id,
    scoreOf: lms.lineItemUrl(item, tool.id),
    ...(shown && shown.score !== null ? { resultScore: shown.score, resultMaximum: shown.maximum } : {}),
    ...(grade.comment === null ? {} : { comment: grade.comment }),
    ...(mode === 'moodle' && grade.timestamp ? { timestamp: grade.timestamp } : {}),
  };
}
