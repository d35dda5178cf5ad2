import type { Course, Grade, LineItem, Person } from '../state/types.ts';
import type { PageContext } from './context.ts';
import { html, trusted, type HtmlValue, type SafeHtml } from './html.ts';
import { buttonForm, page, selectField, textField } from './layout.ts';

/** People by columns, with everything that a teacher may do to a grade. */
export function gradebookPage(context: PageContext, course: Course): string {
  const { lms } = context;
  const items = lms.gradebook.ofCourse(course.id);
  const learners = [...course.enrolments.values()].filter((one) => one.role === 'learner');
  const rows = learners.map(({ personId, suspended }) => {
    const person = lms.people.get(personId);
    const cells = items.map((item) => cell(context, item, person));
    return html`<tr data-person="${person.id}">
      <th scope="row">${person.name}${suspended && html` <span class="chip warn">suspended</span>`}</th>
      ${cells}
    </tr>`;
  });
  const base = `/courses/${course.id}/gradebook`;
  return page(context, {
    title: 'Gradebook',
    course,
    tab: 'gradebook',
    body: html`<h1>Gradebook</h1>
      ${
        items.length > 0
          ? html`<div class="scroll" tabindex="0" role="region" aria-label="Grades">
              <table data-gradebook>
                <thead>
                  <tr>
                    <th scope="col">Person</th>
                    ${items.map((item) => html`<th scope="col" data-column="${item.id}">${columnHead(base, item)}</th>`)}
                  </tr>
                </thead>
                <tbody>
                  ${rows}
                </tbody>
              </table>
            </div>`
          : html`<p>There are no columns yet.</p>`
      }
      <h2>This course</h2>
      ${buttonForm(`${base}/conclude`, course.concluded ? 'Open the course again' : 'End the course')}
      <h2>New column</h2>
      ${newColumn(context, base)}`,
  });
}

function newColumn({ lms }: PageContext, base: string): SafeHtml {
  const tools = lms.tools.list().map((tool): [string, string] => [tool.id, tool.name]);
  return html`<form method="post" action="${base}/new-column">
    ${textField('label', 'Name', '')} ${textField('points', 'Points', '100')}
    ${selectField('tool', 'Belongs to', [['', 'No tool'], ...tools], '')}
    <button type="submit">Make the column</button>
  </form>`;
}

function columnHead(base: string, item: LineItem): SafeHtml {
  const own = { item: item.id };
  return html`<div>${item.label}</div>
    <div class="hint">
      ${item.kind === 'text' ? 'text' : `${item.scoreMaximum} points`}${item.locked && ' · locked'}
    </div>
    <details>
      <summary>Change ${item.label}</summary>
      <form method="post" action="${base}/column">
        <input type="hidden" name="item" value="${item.id}" />
        <label for="points-${item.id}">Points</label>
        <input id="points-${item.id}" name="points" value="${item.scoreMaximum}" size="5" />
        <label for="keep-${item.id}">Keep the grades as they are</label>
        <input id="keep-${item.id}" name="keep" type="checkbox" />
        <label for="attempts-${item.id}">Attempts allowed (Canvas)</label>
        <input id="attempts-${item.id}" name="attempts" value="${item.allowedAttempts ?? ''}" size="5" />
        <button type="submit">Save</button>
      </form>
      ${buttonForm(`${base}/lock`, item.locked ? 'Unlock' : 'Lock', '', own)}
      ${buttonForm(`${base}/delete-column`, 'Delete the column', 'danger', own)}
    </details>`;
}

function cell(context: PageContext, item: LineItem, person: Person): SafeHtml {
  const { lms } = context;
  const grade = lms.gradebook.findGrade(item.id, person.id);
  const own = { item: item.id, person: person.id };
  const base = `/courses/${item.courseId}/gradebook`;
  const inputId = `score-${item.id}-${person.id}`;
  const review = item.linkId && `/courses/${item.courseId}/activities/${item.linkId}?for=${person.id}`;
  return html`<td data-cell="${item.id}:${person.id}" data-score="${grade?.score ?? ''}">
    ${gradeText(grade, item)}
    <details>
      <summary>Change <span class="hint">${person.name}, ${item.label}</span></summary>
      <form method="post" action="${base}/override" class="row">
        <input type="hidden" name="item" value="${item.id}" />
        <input type="hidden" name="person" value="${person.id}" />
        <label for="${inputId}">Grade of ${person.name}</label>
        <input id="${inputId}" name="score" size="5" value="${grade?.score ?? ''}" inputmode="decimal" />
        <button type="submit">Save</button>
      </form>
      ${grade && buttonForm(`${base}/remove`, 'Remove', '', own)}
      ${grade?.overridden && buttonForm(`${base}/release`, 'Let the tool grade again', '', own)}
      ${review && html`<a href="${review}" data-review="${person.id}">Look at the work of ${person.name}</a>`}
    </details>
  </td>`;
}

function gradeText(grade: Grade | null, item: LineItem): HtmlValue {
  if (!grade) return html`<span class="hint">none</span>`;
  const score = grade.score === null ? 'none' : `${round(grade.score)} of ${round(item.scoreMaximum)}`;
  const attempts = grade.attempts.length;
  return html`<strong data-grade>${score}</strong
    >${grade.overridden && html` <span class="chip">by the teacher</span>`}
    ${grade.comment && html`<div data-comment>${grade.comment}</div>`}
    <div class="hint">
      ${grade.timestamp && html`<time datetime="${grade.timestamp}">${showTime(grade.timestamp)}</time>`}
      ${grade.gradingProgress && grade.gradingProgress !== 'FullyGraded' && html` · ${grade.gradingProgress}`}
      ${attempts > 0 && html` · ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`}
    </div>`;
}

/** A learner's own grades. */
export function myGradesPage(context: PageContext, course: Course): string {
  const { lms, person } = context;
  const rows = lms.gradebook.ofCourse(course.id).map((item) => {
    const grade = person ? lms.gradebook.findGrade(item.id, person.id) : null;
    return html`<tr data-column="${item.id}">
      <th scope="row">${item.label}</th>
      <td data-score="${grade?.score ?? ''}">${gradeText(grade, item)}</td>
    </tr>`;
  });
  return page(context, {
    title: 'My grades',
    course,
    tab: 'gradebook',
    body: html`<h1>My grades</h1>
      ${
        rows.length > 0
          ? html`<table>
              <thead>
                <tr>
                  <th scope="col">Activity</th>
                  <th scope="col">Grade</th>
                </tr>
              </thead>
              <tbody>
                ${rows}
              </tbody>
            </table>`
          : html`<p>There is nothing here yet.</p>`
      }`,
  });
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function showTime(iso: string): SafeHtml {
  const text = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'UTC',
  });
  return trusted(`${text.format(new Date(iso))} UTC`);
}
