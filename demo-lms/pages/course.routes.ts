import { Router } from 'express';
import type { Lms } from '../lms.ts';
import { LmsError } from '../state/errors.ts';
import type { Course, Link } from '../state/types.ts';
import {
  field,
  isStaff,
  numberField,
  readContext,
  readLines,
  requireStaff,
  type PageContext,
} from './context.ts';
import { html, scriptJson, type SafeHtml } from './html.ts';
import { areaField, page, selectField, textField } from './layout.ts';

/** The course page, adding an activity, and where tools send people back to. */
export function createCourseRoutes(lms: Lms): Router {
  const router = Router();
  router.get('/courses/:courseId', (req, res) => {
    const context = readContext(lms, req);
    const course = requireMember(context, req.params.courseId);
    res.send(coursePage(context, course));
  });
  router.get('/courses/:courseId/add', (req, res) => {
    const context = readContext(lms, req);
    const course = lms.courses.get(req.params.courseId);
    requireStaff(context, course);
    res.send(addPage(context, course));
  });
  router.post('/courses/:courseId/activities', (req, res) => {
    const context = readContext(lms, req);
    const course = lms.courses.get(req.params.courseId);
    requireStaff(context, course);
    const points = numberField(req, 'points');
    const link = lms.embed({
      courseId: course.id,
      toolId: lms.tools.get(field(req, 'tool')).id,
      ...(field(req, 'title') ? { title: field(req, 'title') } : {}),
      url: field(req, 'url') || null,
      custom: readLines(field(req, 'custom')),
      ...(points === null ? {} : { lineItem: { scoreMaximum: points } }),
    });
    res.redirect(303, `/courses/${course.id}?note=${encodeURIComponent(`"${link.title}" was added.`)}`);
  });
  router.get('/courses/:courseId/return', (req, res) => {
    const context = readContext(lms, req);
    const course = lms.courses.get(req.params.courseId);
    res.send(returnPage(context, course, { msg: req.query.lti_msg, errormsg: req.query.lti_errormsg }));
  });
  return router;
}

/** The course, if the acting person may look into it. */
export function requireMember({ lms, person }: PageContext, courseId: string): Course {
  const course = lms.courses.get(courseId);
  if (!person) throw new LmsError(403, 'Choose first whom you act as.');
  if (!course.enrolments.has(person.id) && !person.siteAdmin && !person.testUser) {
    throw new LmsError(403, 'You are not in this course.');
  }
  return course;
}

function coursePage(context: PageContext, course: Course): string {
  const { lms } = context;
  const staff = isStaff(context, course);
  const links = lms.links.ofCourse(course.id).filter((link) => staff || !link.hidden);
  return page(context, {
    title: course.title,
    course,
    tab: 'course',
    body: html`<h1>${course.title}</h1>
      ${course.concluded && html`<p class="note">This course has ended.</p>`}
      ${
        staff &&
        html`<p>
          <a class="button main" href="/courses/${course.id}/add" data-add-activity>Add an activity</a>
        </p>`
      }
      ${
        links.length > 0
          ? html`<ul class="list" data-activities>
              ${links.map((link) => activityRow(context, link, staff))}
            </ul>`
          : html`<p>There are no activities yet.</p>`
      }`,
  });
}

function activityRow({ lms }: PageContext, link: Link, staff: boolean): SafeHtml {
  const base = `/courses/${link.courseId}/activities/${link.id}`;
  const columns = lms.gradebook.ofLink(link.id);
  const points = columns.map((item) => `${item.scoreMaximum} points`).join(', ');
  return html`<li data-activity="${link.id}">
    <a class="title" href="${base}">${link.title}</a> ${points && html`<span class="chip">${points}</span>`}
    ${link.hidden && html`<span class="chip warn">hidden</span>`}
    ${link.description && html`<div>${link.description}</div>`}
    ${
      staff &&
      html`<div class="hint">
        ${lms.tools.find(link.toolId)?.name} · <a href="${base}/settings">Settings of ${link.title}</a>
      </div>`
    }
  </li>`;
}

function addPage(context: PageContext, course: Course): string {
  const { lms } = context;
  const tools = lms.tools.list().filter((tool) => tool.state === 'active' && tool.inChooser);
  const choices = tools.map(
    (tool) =>
      html`<li>
        <span class="title">${tool.name}</span>
        ${tool.description && html`<div>${tool.description}</div>`}
        <div>
          <a
            class="button main"
            href="/courses/${course.id}/select/${tool.id}"
            data-select="${tool.id}"
            data-name="${tool.name}"
            >Select content from ${tool.name}</a
          >
        </div>
      </li>`,
  );
  const none = html`<p class="note">
    No tool is offered here yet. An LMS admin adds one under Tools, activates it and shows it in the activity
    chooser.
  </p>`;
  return page(context, {
    title: 'Add an activity',
    course,
    body: html`<h1>Add an activity</h1>
      ${
        choices.length > 0
          ? html`<ul class="list">
              ${choices}
            </ul>`
          : none
      }
      ${selectDialog()} ${tools.length > 0 && manualForm(course, tools)}`,
  });
}

/** The tool's page opens over this one, as LMSs do it; without scripts the link simply leads there. */
function selectDialog(): SafeHtml {
  return html`<dialog id="select" aria-labelledby="select-title">
      <div class="bar">
        <h2 id="select-title">Select content</h2>
        <button type="button" id="select-close">Close</button>
      </div>
      <iframe
        id="select-frame"
        name="select-frame"
        title="Select content"
        allow="microphone; camera; fullscreen"
      ></iframe>
    </dialog>
    <script>
      const dialog = document.getElementById('select');
      const frame = document.getElementById('select-frame');
      document.querySelectorAll('[data-select]').forEach((link) =>
        link.addEventListener('click', (event) => {
          event.preventDefault();
          frame.title = 'Select content from ' + link.dataset.name;
          frame.src = link.href;
          dialog.showModal();
        }),
      );
      document.getElementById('select-close').addEventListener('click', () => dialog.close());
      addEventListener('message', (event) => {
        if (event.origin !== location.origin || event.data?.subject !== 'demo-lms.selected') return;
        location.href = new URL(event.data.courseUrl).pathname;
      });
    </script>`;
}

function manualForm(course: Course, tools: { id: string; name: string }[]): SafeHtml {
  const options = tools.map((tool): [string, string] => [tool.id, tool.name]);
  return html`<h2>Or make a link by hand</h2>
    <form method="post" action="/courses/${course.id}/activities">
      ${selectField('tool', 'Tool', options, options[0]?.[0] ?? '')} ${textField('title', 'Title', '')}
      ${textField('url', 'Address in the tool', '', 'Empty: the tool’s own')}
      ${areaField('custom', 'Custom parameters', '', 'One a line: name=value')}
      ${textField('points', 'Points', '', 'Empty: not graded')}
      <button type="submit">Add the link</button>
    </form>`;
}

/** Shows the tool's message; inside a frame it first breaks out to the whole window. */
function returnPage(context: PageContext, course: Course, said: { msg: unknown; errormsg: unknown }): string {
  const msg = typeof said.msg === 'string' ? said.msg : null;
  const errormsg = typeof said.errormsg === 'string' ? said.errormsg : null;
  return page(context, {
    title: 'Back in the course',
    course,
    body: html`<h1>Back in ${course.title}</h1>
      ${msg && html`<p class="note" role="status" data-lti-msg>${msg}</p>`}
      ${errormsg && html`<p class="note bad" role="alert" data-lti-errormsg>${errormsg}</p>`}
      <p><a class="button" href="/courses/${course.id}">Go to the activities</a></p>
      <script>
        if (window.top !== window.self) window.top.location.href = location.href;
        else if (${scriptJson(!msg && !errormsg)}) location.replace(${scriptJson(`/courses/${course.id}`)});
      </script>`,
  });
}
