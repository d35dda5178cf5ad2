import type { Course } from '../state/types.ts';
import { isStaff, type PageContext } from './context.ts';
import { html, trusted, type HtmlValue, type SafeHtml } from './html.ts';
import { STYLE } from './style.ts';

export interface PageParts {
  title: string;
  body: HtmlValue;
  course?: Course;
  tab?: 'course' | 'gradebook' | 'people';
  /** The page is mostly a tool's frame. */
  isEmbed?: boolean;
}

/** A whole page: header with who one acts as, course tabs, main. */
export function page(context: PageContext, { title, body, course, tab, isEmbed }: PageParts): string {
  const { lms, note } = context;
  const { mode } = lms.rules();
  const shell = `shell${course ? ' course' : ''}${isEmbed ? ' embed' : ''}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>${title} · Demo LMS</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body class="${mode}" data-mode="${mode}">
        <a class="skip" href="#main">Skip to the page</a>
        ${header(context)}
        <div class="${shell}">
          ${course && crumbs(course, tab ? null : title)} ${course && tabs(context, course, tab)}
          <main id="main" class="${isEmbed ? 'embed' : ''}">
            ${note && html`<p class="note" role="status" data-note>${note}</p>`} ${body}
          </main>
        </div>
      </body>
    </html>`.text;
}

function header({ lms, person, path }: PageContext): SafeHtml {
  const options = lms.people
    .list()
    .slice(0, 60)
    .map(
      (one) =>
        html`<option value="${one.id}" ${one.id === person?.id && trusted('selected')}>${one.name}</option>`,
    );
  return html`<header class="top">
    <a class="brand" href="/">Demo LMS</a>
    <nav aria-label="Site">
      <a href="/courses">Courses</a>
      ${person?.siteAdmin && html`<a href="/tools">Tools</a>`}
      <a href="/settings">Settings</a>
      <a href="/calls">Calls</a>
    </nav>
    <form class="acting" action="/act-as" method="get">
      <label for="act-as">${person ? 'Acting as' : 'Act as'}</label>
      <select id="act-as" name="person" data-acting="${person?.id ?? ''}">
        ${!person && html`<option value="">Choose…</option>`} ${options}
      </select>
      <input type="hidden" name="to" value="${path}" />
      <button type="submit">Go</button>
    </form>
  </header>`;
}

function crumbs(course: Course, here: string | null): SafeHtml {
  return html`<nav class="crumbs" aria-label="Where you are">
    <a href="/courses">Courses</a> ›
    <a href="/courses/${course.id}">${course.title}</a> ${here && html`› ${here}`}
  </nav>`;
}

function tabs(context: PageContext, course: Course, tab: PageParts['tab']): SafeHtml {
  const current = (name: string) => (name === tab ? trusted('aria-current="page"') : '');
  const gradesLabel = isStaff(context, course) ? 'Gradebook' : 'My grades';
  return html`<nav class="tabs" aria-label="Course">
    <a href="/courses/${course.id}" ${current('course')}>Activities</a>
    <a href="/courses/${course.id}/gradebook" ${current('gradebook')}>${gradesLabel}</a>
    <a href="/courses/${course.id}/people" ${current('people')}>People</a>
  </nav>`;
}

/** A labelled text field. */
export function textField(name: string, label: string, value: string, hint?: string): SafeHtml {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" value="${value}" />
    ${hint && html`<div class="hint">${hint}</div>`}
  </div>`;
}

export function areaField(name: string, label: string, value: string, hint?: string): SafeHtml {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <textarea id="${name}" name="${name}" rows="4">${value}</textarea>
    ${hint && html`<div class="hint">${hint}</div>`}
  </div>`;
}

export function checkField(name: string, label: string, isOn: boolean): SafeHtml {
  return html`<div class="field check">
    <input type="checkbox" id="${name}" name="${name}" value="on" ${isOn && trusted('checked')} />
    <label for="${name}">${label}</label>
  </div>`;
}

export function selectField(
  name: string,
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string,
): SafeHtml {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      ${options.map(
        ([value, text]) =>
          html`<option value="${value}" ${value === chosen && trusted('selected')}>${text}</option>`,
      )}
    </select>
  </div>`;
}

/** A small form of one button. */
export function buttonForm(
  action: string,
  label: string,
  kind = '',
  fields: Record<string, string> = {},
): SafeHtml {
  return html`<form class="inline" method="post" action="${action}">
    ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <button type="submit" class="${kind}">${label}</button>
  </form>`;
}
