import type { Request } from 'express';
import type { Answer } from '../modes/answer.ts';
import { readNumber } from '../modes/scoreCall.ts';
import type { Lms } from '../lms.ts';
import { SCOPE } from '../state/tools.ts';
import type { LineItem, Tool } from '../state/types.ts';
import { admit, isAnswer, queryText, readJson, refuse, type Access } from './access.ts';
import { checkMedia, MEDIA } from './media.ts';
import { pageOf } from './paging.ts';

const READ = [SCOPE.lineItem, SCOPE.lineItemReadOnly];

/** GET of the container (AGS 2.0 §3.2.4): filters, pages of `limit`; Canvas pages always, Moodle only when asked. */
export function listLineItems(lms: Lms, req: Request): Answer {
  const access = admit(lms, req, READ);
  if (isAnswer(access)) return access;
  const wrongMedia = checkMedia(lms, req, 'container');
  if (wrongMedia) return wrongMedia;
  const { course, tool } = access;
  const linkId = queryText(req, 'resource_link_id');
  const resourceId = queryText(req, 'resource_id');
  const tag = queryText(req, 'tag');
  const items = lms.gradebook.ofCourse(course.id).filter((item) => {
    if (item.toolId !== tool.id) return false;
    if (linkId !== null && (item.linkId === null || lms.linkIdOf(item.linkId) !== linkId)) return false;
    return (resourceId === null || item.resourceId === resourceId) && (tag === null || item.tag === tag);
  });
  const page = pageOf(lms, req, items, 'lineitems');
  return {
    status: 200,
    contentType: MEDIA.container,
    body: page.rows.map((item) => toLineItem(lms, item, tool)),
    headers: { ...access.headers, ...page.headers },
  };
}

/** POST to the container (AGS 2.0 §3.2.5). */
export function createLineItem(lms: Lms, req: Request): Answer {
  const access = admit(lms, req, [SCOPE.lineItem]);
  if (isAnswer(access)) return access;
  const wrongMedia = checkMedia(lms, req, 'lineItem');
  if (wrongMedia) return wrongMedia;
  const body = readJson(req);
  const scoreMaximum = readNumber(body?.scoreMaximum);
  if (!body || typeof body.label !== 'string' || body.label === '' || scoreMaximum === null) {
    return refuse(lms, 400, 'label and scoreMaximum are needed');
  }
  // Moodle takes a maximum of 0 too.
  if (scoreMaximum <= 0 && lms.rules().mode !== 'moodle')
    return refuse(lms, 400, 'scoreMaximum must be above 0');
  const linkId = findLink(lms, access, body.resourceLinkId);
  if (typeof linkId === 'object' && linkId !== null) return linkId;
  const { course, tool } = access;
  const item = lms.gradebook.addLineItem({
    courseId: course.id,
    toolId: tool.id,
    linkId,
    label: body.label,
    scoreMaximum,
    ...freeMembers(lms, body),
  });
  const answered =
    lms.rules().mode === 'moodle' ? moodleEcho(lms, item, tool, body) : toLineItem(lms, item, tool);
  return { status: 201, contentType: MEDIA.lineItem, body: answered, headers: access.headers };
}

function findLink(lms: Lms, { course, tool }: Access, given: unknown): string | null | Answer {
  if (given === undefined || given === null || given === '') return null;
  const link = typeof given === 'string' ? lms.findLinkByExternalId(course.id, given) : null;
  if (link?.toolId === tool.id) return link.id;
  return refuse(
    lms,
    lms.rules().mode === 'moodle' ? 403 : 404,
    'The resource link is not one of this course',
  );
}

/** GET, PUT and DELETE of one line item (AGS 2.0 §3.2.6–8). */
export function answerLineItem(lms: Lms, req: Request): Answer {
  const access = admit(lms, req, req.method === 'GET' ? READ : [SCOPE.lineItem]);
  if (isAnswer(access)) return access;
  const wrongMedia = req.method === 'DELETE' ? null : checkMedia(lms, req, 'lineItem');
  if (wrongMedia) return wrongMedia;
  const item = findOwnItem(lms, req, access);
  if (!item) return refuse(lms, 404, 'The line item is not here');
  const { headers, tool } = access;
  if (req.method === 'DELETE') return { ...deleteLineItem(lms, item), headers };
  if (req.method === 'PUT') {
    const fault = changeLineItem(lms, item, readJson(req));
    if (fault) return fault;
  }
  return { status: 200, contentType: MEDIA.lineItem, body: toLineItem(lms, item, tool), headers };
}

/** The line item that the path names, if it is in this course and the tool's own. */
export function findOwnItem(lms: Lms, req: Request, { course, tool }: Access): LineItem | null {
  const item = lms.gradebook.findLineItem(String(req.params.lineItemId));
  return item?.courseId === course.id && item.toolId === tool.id ? item : null;
}

function deleteLineItem(lms: Lms, item: LineItem): Answer {
  // Canvas keeps the column of an assignment; Moodle deletes even an activity's own, and nothing heals it.
  if (item.coupled && lms.rules().mode === 'canvas') return { status: 401 };
  lms.gradebook.removeLineItem(item.id);
  return { status: 204 };
}

function changeLineItem(lms: Lms, item: LineItem, body: Record<string, unknown> | null): Answer | null {
  const scoreMaximum = body?.scoreMaximum === undefined ? item.scoreMaximum : readNumber(body.scoreMaximum);
  if (!body || scoreMaximum === null) return refuse(lms, 400, 'The body is not a line item');
  if (scoreMaximum !== item.scoreMaximum) lms.gradebook.rescale(item.id, scoreMaximum);
  if (typeof body.label === 'string') item.label = body.label;
  const free = freeMembers(lms, body);
  // What a PUT leaves out is taken away, but for Canvas.
  if (lms.rules().mode === 'canvas') Object.assign(item, withoutNulls(free));
  else Object.assign(item, free);
  return null;
}

function withoutNulls(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

function freeMembers(lms: Lms, body: Record<string, unknown>) {
  const keeps = lms.rules().mode !== 'moodle';
  const extensions = Object.entries(body).filter(([name]) => keeps && name.startsWith('https://'));
  return {
    resourceId: asText(body.resourceId),
    tag: asText(body.tag),
    submissionReview: body.submissionReview ?? null,
    startDateTime: keeps ? asText(body.startDateTime) : null,
    endDateTime: keeps ? asText(body.endDateTime) : null,
    extensions: Object.fromEntries(extensions),
  };
}

function asText(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' ? String(value) : null;
}

/** Moodle answers a POST with the body it got and the new id; what it does not keep is in there all the same. */
function moodleEcho(lms: Lms, item: LineItem, tool: Tool, body: Record<string, unknown>) {
  return { ...body, id: lms.lineItemUrl(item, tool.id) };
}

/** A line item as tools read it. */
function toLineItem(lms: Lms, item: LineItem, tool: Tool): Record<string, unknown> {
  return {
    id: lms.lineItemUrl(item, tool.id),
    label: item.label,
    scoreMaximum: item.scoreMaximum,
    ...(item.resourceId === null ? {} : { resourceId: item.resourceId }),
    ...(item.tag === null ? {} : { tag: item.tag }),
    ...(item.linkId === null
      ? {}
      : { resourceLinkId: lms.linkIdOf(item.linkId), ltiLinkId: moodleLink(lms, item) }),
    ...(item.submissionReview ? { submissionReview: item.submissionReview } : {}),
    ...(item.startDateTime ? { startDateTime: item.startDateTime } : {}),
    ...(item.endDateTime ? { endDateTime: item.endDateTime } : {}),
    ...item.extensions,
  };
}

function moodleLink(lms: Lms, item: LineItem): string | undefined {
  return lms.rules().mode === 'moodle' && item.linkId ? item.linkId : undefined;
}
