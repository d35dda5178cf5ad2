import { Router, type Request } from 'express';
import type { Lms } from '../lms.ts';
import { LmsError } from '../state/errors.ts';
import type { Link } from '../state/types.ts';
import {
  field,
  isStaff,
  numberField,
  readContext,
  readLines,
  requireStaff,
  toLines,
  type PageContext,
} from './context.ts';
import { requireMember } from './course.routes.ts';
import { embed } from './embed.ts';
import { html, type SafeHtml } from './html.ts';
import { areaField, buttonForm, checkField, page, textField } from './layout.ts';

/** An activity: the tool in its frame, and the teacher's settings. */
export function createActivityRoutes(lms: Lms): Router {
  const router = Router();
  const base = '/courses/:courseId/activities/:linkId';
  router.get(base, (req, res) => {
    const context = readContext(lms, req);
    const course = requireMember(context, req.params.courseId);
    const link = lms.links.get(req.params.linkId);
    // Nothing of a hidden activity reaches the tool.
    if (link.hidden && !isStaff(context, course)) throw new LmsError(403, 'This activity is not available.');
    const forPersonId = typeof req.query.for === 'string' ? req.query.for : null;
    const body = html`<h1>${link.title}</h1>
      ${embed(context, link, forPersonId)}`;
    res.send(page(context, { title: link.title, course, isEmbed: true, body }));
  });
  router.get(`${base}/settings`, (req, res) => {
    const { context, link } = staffLink(lms, req);
    res.send(settingsPage(context, link));
  });
  router.post(`${base}/settings`, (req, res) => {
    const { link } = staffLink(lms, req);
    saveSettings(lms, link, req);
    res.redirect(303, `/courses/${link.courseId}/activities/${link.id}/settings?note=Saved.`);
  });
  router.post(`${base}/duplicate`, (req, res) => {
    const { link } = staffLink(lms, req);
    lms.duplicateLink(link.id);
    res.redirect(303, `/courses/${link.courseId}`);
  });
  router.post(`${base}/delete`, (req, res) => {
    const { link } = staffLink(lms, req);
    lms.removeLink(link.id);
    res.redirect(303, `/courses/${link.courseId}`);
  });
  return router;
}

function staffLink(lms: Lms, req: Request): { context: PageContext; link: Link } {
  const context = readContext(lms, req);
  requireStaff(context, lms.courses.get(String(req.params.courseId)));
  return { context, link: lms.links.get(String(req.params.linkId)) };
}

function saveSettings(lms: Lms, link: Link, req: Request): void {
  link.title = field(req, 'title') || link.title;
  link.description = field(req, 'description');
  link.url = field(req, 'url') || null;
  link.custom = readLines(field(req, 'custom'));
  link.hidden = field(req, 'hidden') === 'on';
  const item = lms.columnOf(link.id);
  const points = numberField(req, 'points');
  if (!item && points !== null) {
    lms.gradebook.addLineItem({
      courseId: link.courseId,
      toolId: link.toolId,
      linkId: link.id,
      label: link.title,
      scoreMaximum: points,
      coupled: true,
    });
  }
  if (item && points !== null && points !== item.scoreMaximum) lms.gradebook.rescale(item.id, points);
}

function settingsPage(context: PageContext, link: Link): string {
  const { lms } = context;
  const base = `/courses/${link.courseId}/activities/${link.id}`;
  const item = lms.columnOf(link.id);
  return page(context, {
    title: `Settings of ${link.title}`,
    course: lms.courses.get(link.courseId),
    body: html`<h1>Settings of ${link.title}</h1>
      <form method="post" action="${base}/settings">
        ${textField('title', 'Title', link.title)}
        ${areaField('description', 'Description', link.description)}
        ${textField('url', 'Address in the tool', link.url ?? '', 'Empty: the tool’s own')}
        ${areaField('custom', 'Custom parameters', toLines(link.custom), 'One a line: name=value')}
        ${textField('points', 'Points', item ? String(item.scoreMaximum) : '', 'Empty: no column is made')}
        ${checkField('hidden', 'Hidden from learners', link.hidden)}
        <button type="submit" class="main">Save</button>
      </form>
      <h2>What the tool knows it by</h2>
      ${facts(lms, link)}
      <h2>More</h2>
      <div class="row">
        ${buttonForm(`${base}/duplicate`, 'Duplicate')}
        ${buttonForm(`${base}/delete`, 'Delete with its grades', 'danger')}
      </div>`,
  });
}

function facts(lms: Lms, link: Link): SafeHtml {
  const columns = lms.gradebook.ofLink(link.id);
  return html`<dl class="facts">
    <dt>Resource link</dt>
    <dd><code>${lms.linkIdOf(link.id)}</code></dd>
    <dt>Context</dt>
    <dd><code>${lms.contextIdOf(link.courseId)}</code></dd>
    ${columns.map(
      (item) =>
        html`<dt>Line item</dt>
          <dd>
            <code>${lms.lineItemUrl(item, link.toolId)}</code><br />
            resource id <code>${item.resourceId ?? 'none'}</code>, tag <code>${item.tag ?? 'none'}</code>
          </dd>`,
    )}
  </dl>`;
}
