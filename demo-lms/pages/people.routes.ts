import { Router, type Request } from 'express';
import type { Lms } from '../lms.ts';
import { LmsError } from '../state/errors.ts';
import type { Course, CourseRole, Enrolment } from '../state/types.ts';
import { field, isStaff, numberField, readContext, requireStaff, type PageContext } from './context.ts';
import { requireMember } from './course.routes.ts';
import { html, type SafeHtml } from './html.ts';
import { buttonForm, page, selectField, textField } from './layout.ts';

const ROLES: readonly (readonly [CourseRole, string])[] = [
  ['learner', 'Learner'],
  ['instructor', 'Instructor'],
  ['designer', 'Course designer'],
  ['assistant', 'Assistant (non-editing teacher, TA)'],
  ['mentor', 'Observer (parent)'],
];

/** Who is in a course; staff enrol, suspend and unenrol. */
export function createPeopleRoutes(lms: Lms): Router {
  const router = Router();
  router.get('/courses/:courseId/people', (req, res) => {
    const context = readContext(lms, req);
    res.send(peoplePage(context, requireMember(context, req.params.courseId)));
  });
  router.post('/courses/:courseId/people/:action', (req, res) => {
    const course = lms.courses.get(req.params.courseId);
    requireStaff(readContext(lms, req), course);
    const note = act(lms, course, req);
    res.redirect(303, `/courses/${course.id}/people?note=${encodeURIComponent(note)}`);
  });
  return router;
}

function act(lms: Lms, course: Course, req: Request): string {
  if (req.params.action === 'add') return addMany(lms, course, numberField(req, 'count') ?? 1);
  const person = lms.people.get(field(req, 'person'));
  switch (req.params.action) {
    case 'enrol':
      lms.courses.enrol(course.id, person.id, readRole(field(req, 'role')));
      return `${person.name} is enrolled.`;
    case 'unenrol':
      lms.unenrol(course.id, person.id);
      return `${person.name} is no longer enrolled.`;
    case 'suspend': {
      const isSuspended = lms.courses.enrolmentOf(course.id, person.id)?.suspended ?? false;
      lms.courses.suspend(course.id, person.id, !isSuspended);
      return isSuspended ? `${person.name} is active again.` : `${person.name} is suspended.`;
    }
    default:
      throw new LmsError(404, 'There is no such action.');
  }
}

function addMany(lms: Lms, course: Course, count: number): string {
  if (!Number.isInteger(count) || count < 1 || count > 2000)
    throw new LmsError(400, 'Between 1 and 2000, please.');
  lms.addPeople(course.id, count, `learner-${lms.people.size}`);
  return `${count} people were added.`;
}

function readRole(text: string): CourseRole {
  return ROLES.find(([role]) => role === text)?.[0] ?? 'learner';
}

function peoplePage(context: PageContext, course: Course): string {
  const { lms } = context;
  const staff = isStaff(context, course);
  const all = [...course.enrolments.values()];
  const rows = all.slice(0, 500).map((enrolment) => row(context, course, enrolment, staff));
  const outside = lms.people.list().filter((person) => !course.enrolments.has(person.id) && !person.testUser);
  const base = `/courses/${course.id}/people`;
  return page(context, {
    title: 'People',
    course,
    tab: 'people',
    body: html`<h1>People</h1>
      <p>${all.length} in this course${all.length > 500 && ', the first 500 shown'}.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="People">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Role</th>
              <th scope="col">${staff ? 'Change' : 'State'}</th>
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>
      ${staff && enrolForms(base, outside)}`,
  });
}

function row(
  { lms }: PageContext,
  course: Course,
  { personId, role, suspended }: Enrolment,
  staff: boolean,
): SafeHtml {
  const person = lms.people.get(personId);
  const base = `/courses/${course.id}/people`;
  const own = { person: personId };
  return html`<tr data-person="${personId}">
    <th scope="row">${person.name}${suspended && html` <span class="chip warn">suspended</span>`}</th>
    <td>${ROLES.find(([name]) => name === role)?.[1]}</td>
    <td>
      ${
        staff
          ? html`<div class="row">
              ${buttonForm(`${base}/suspend`, `${suspended ? 'Reactivate' : 'Suspend'} ${person.name}`, '', own)}
              ${buttonForm(`${base}/unenrol`, `Unenrol ${person.name}`, 'danger', own)}
            </div>`
          : suspended
            ? 'suspended'
            : 'active'
      }
    </td>
  </tr>`;
}

function enrolForms(base: string, outside: { id: string; name: string }[]): SafeHtml {
  const options = outside.slice(0, 200).map((person): [string, string] => [person.id, person.name]);
  return html`${
      options.length > 0 &&
      html`<h2>Enrol someone</h2>
        <form method="post" action="${base}/enrol">
          ${selectField('person', 'Person', options, options[0]?.[0] ?? '')}
          ${selectField('role', 'Role', ROLES, 'learner')}
          <button type="submit">Enrol</button>
        </form>`
    }
    <h2>Make a big course</h2>
    <form method="post" action="${base}/add">
      ${textField('count', 'How many new learners', '120')}<button type="submit">Add them</button>
    </form>`;
}
