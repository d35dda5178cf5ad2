import { Router, type Request } from 'express';
import type { Lms } from '../lms.ts';
import { LmsError } from '../state/errors.ts';
import { setActingPerson } from './actAs.ts';
import { field, isStaff, readContext, requireAdmin, type PageContext } from './context.ts';
import { html, type SafeHtml } from './html.ts';
import { buttonForm, page, textField } from './layout.ts';

/** The front page, the list of courses, and acting as someone. */
export function createHomeRoutes(lms: Lms): Router {
  const router = Router();
  router.get('/', (req, res) => res.send(welcome(readContext(lms, req))));
  router.get('/courses', (req, res) => res.send(courseList(readContext(lms, req))));
  router.post('/courses', (req, res) => {
    requireAdmin(readContext(lms, req));
    const course = lms.courses.add({ title: field(req, 'title') || 'New course' });
    res.redirect(303, `/courses/${course.id}/people`);
  });
  router.post('/courses/:courseId/copy', (req, res) => {
    const context = readContext(lms, req);
    const course = lms.courses.get(req.params.courseId);
    if (!isStaff(context, course)) throw new LmsError(403, 'Only staff of this course can copy it.');
    res.redirect(303, `/courses/${lms.copyCourse(course.id).id}`);
  });
  router.get('/act-as', (req, res) => {
    const id = typeof req.query.person === 'string' ? req.query.person : '';
    setActingPerson(lms, res, lms.people.get(id).id);
    res.redirect(302, safePath(req));
  });
  router.get('/act-as/:personId', (req, res) => {
    setActingPerson(lms, res, lms.people.get(req.params.personId).id);
    res.redirect(302, safePath(req));
  });
  return router;
}

/** Only a path of this LMS: never another site's address. */
function safePath(req: Request): string {
  const { to } = req.query;
  if (typeof to !== 'string' || !to.startsWith('/')) return '/courses';
  const url = new URL(to, 'http://lms.invalid');
  return url.host === 'lms.invalid' ? url.pathname + url.search : '/courses';
}

function welcome(context: PageContext): string {
  const { lms, person } = context;
  const people = lms.people.list().slice(0, 40);
  return page(context, {
    title: 'Welcome',
    body: html`<h1>A learning platform for trying out tools</h1>
      <p>
        This is a real LTI 1.3 platform, in ${lms.rules().label} mode. Choose whom you act as; you can change
        it at any time at the top of the page.
      </p>
      <h2 id="people">Act as</h2>
      <ul class="people" aria-labelledby="people">
        ${people.map(
          (one) =>
            html`<li><a href="/act-as/${one.id}?to=/courses" data-act-as="${one.id}">${one.name}</a></li>`,
        )}
      </ul>
      ${toolHint(context)}
      ${person && html`<p><a class="button main" href="/courses">Go to the courses</a></p>`}`,
  });
}

function toolHint({ lms }: PageContext): SafeHtml | null {
  if (lms.tools.list().some((tool) => tool.state === 'active')) return null;
  return html`<p class="note">
    No tool is connected yet. <a href="/act-as/admin?to=/tools">Act as LMS admin</a> and add one by its
    registration URL.
  </p>`;
}

function courseList(context: PageContext): string {
  const { lms, person } = context;
  const courses = lms.courses
    .list()
    .filter(
      (course) => person?.siteAdmin || person?.testUser || (person && course.enrolments.has(person.id)),
    );
  const rows = courses.map(
    (course) =>
      html`<li data-course="${course.id}">
        <a class="title" href="/courses/${course.id}">${course.title}</a>
        <div class="hint">
          ${course.label}${course.concluded && ' · has ended'}${course.history.length > 0 && ' · a copy'}
        </div>
        ${isStaff(context, course) && buttonForm(`/courses/${course.id}/copy`, `Copy ${course.label}`)}
      </li>`,
  );
  const none = person ? 'You are in no course.' : 'Choose first whom you act as.';
  return page(context, {
    title: 'Courses',
    body: html`<h1>Courses</h1>
      ${toolHint(context)}
      ${
        rows.length > 0
          ? html`<ul class="list">
              ${rows}
            </ul>`
          : html`<p>${none}</p>`
      }
      ${
        person?.siteAdmin &&
        html`<h2>New course</h2>
          <form method="post" action="/courses">
            ${textField('title', 'Title', '')}<button type="submit">Make the course</button>
          </form>`
      }`,
  });
}
