import type { Lms } from '../lms.ts';
import { barePage } from '../pages/handover.ts';
import { html, scriptJson, type SafeHtml } from '../pages/html.ts';
import type { DeepLink } from '../state/types.ts';
import { asObject, type ContentItem } from './contentItems.ts';
import type { Saved } from './response.ts';

/** Moodle's form for one item: the person may change it, then saves. */
export function formPage(lms: Lms, dialogue: DeepLink, item: ContentItem, fault: string | null): string {
  const { scoreMaximum } = asObject(item.lineItem);
  const points = typeof scoreMaximum === 'number' ? scoreMaximum : 100;
  const custom = Object.entries(asObject(item.custom)).map(([key, value]) => `${key}=${String(value)}`);
  const title = typeof item.title === 'string' ? item.title : lms.tools.get(dialogue.toolId).name;
  const text = typeof item.text === 'string' ? item.text : '';
  return barePage(
    'Add this activity',
    html`${fault && html`<p role="alert" data-fault>${fault}</p>`}
      <form method="post" action="${saveUrl(dialogue)}" data-form="save-item">
        <p>
          <label for="title">Activity name</label><br /><input
            id="title"
            name="title"
            size="50"
            value="${title}"
          />
        </p>
        <p>
          <label for="text">Description</label><br /><textarea id="text" name="text" rows="3" cols="50">
${text}</textarea>
        </p>
        <p>Tool URL: ${typeof item.url === 'string' ? item.url : 'the tool’s own'}</p>
        ${custom.length > 0 && html`<p>Custom parameters: ${custom.join(', ')}</p>`}
        ${
          item.lineItem
            ? html`<p>
                <label for="scoreMaximum">Maximum grade</label><br />
                <input id="scoreMaximum" name="scoreMaximum" value="${points}" inputmode="numeric" />
              </p>`
            : html`<p>Not graded</p>`
        }
        <button type="submit">Save and return to course</button>
      </form>`,
  );
}

/** Moodle's list of several items. */
export function listPage(lms: Lms, dialogue: DeepLink): string {
  const toolName = lms.tools.get(dialogue.toolId).name;
  const rows = dialogue.items.map(
    (item) => html`<li>${typeof item.title === 'string' ? item.title : toolName}</li>`,
  );
  return barePage(
    `${dialogue.items.length} activities`,
    html`<p>These will be added to your course:</p>
      <ul data-items>
        ${rows}
      </ul>
      <form method="post" action="${saveUrl(dialogue)}" data-form="save-items">
        <button type="submit">Save and return to course</button>
      </form>`,
  );
}

/** What was made; tells the course page around the frame, which then loads again. */
export function donePage(
  lms: Lms,
  dialogue: DeepLink,
  saved: Saved & { msg?: string | null; errormsg?: string | null },
): string {
  const courseUrl = `${lms.url}/courses/${dialogue.courseId}`;
  const isClean = saved.refused.length === 0;
  return barePage(
    saved.links.length > 0 ? 'Added to the course' : 'Nothing was added',
    html`${notes(saved)}
      <ul data-created>
        ${saved.links.map((link) => html`<li data-link-id="${link.id}">${link.title}</li>`)}
      </ul>
      ${saved.refused.map(({ title, reason }) => html`<p role="alert">${title}: ${reason}</p>`)}
      <p><a href="${courseUrl}" target="_top" data-back>Back to the course</a></p>
      <script>
        if (${scriptJson(isClean)} && window.parent !== window)
          window.parent.postMessage(
            { subject: 'demo-lms.selected', courseUrl: ${scriptJson(courseUrl)} },
            ${scriptJson(lms.url)},
          );
      </script>`,
  );
}

function notes({ msg, errormsg }: { msg?: string | null; errormsg?: string | null }): SafeHtml {
  return html`${msg && html`<p role="status">${msg}</p>`}${errormsg && html`<p role="alert">${errormsg}</p>`}`;
}

function saveUrl(dialogue: DeepLink): string {
  return `/courses/${dialogue.courseId}/select/${dialogue.id}/save`;
}
