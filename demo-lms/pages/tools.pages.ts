import { ALL_SCOPES } from '../state/tools.ts';
import type { Tool } from '../state/types.ts';
import { toLines, type PageContext } from './context.ts';
import { html, scriptJson, trusted, type SafeHtml } from './html.ts';
import { areaField, buttonForm, page, selectField, textField } from './layout.ts';

/** All tools, and the two ways to add one. */
export function toolsPage(context: PageContext, toolUrl: string | null): string {
  const { lms } = context;
  const rows = lms.tools.list().map(
    (tool) =>
      html`<li data-tool="${tool.id}" data-state="${tool.state}">
        <a class="title" href="/tools/${tool.id}">${tool.name}</a>
        <span class="chip ${tool.state === 'pending' && 'warn'}">${tool.state}</span>
        ${!tool.inChooser && html`<span class="chip warn">not in the activity chooser</span>`}
        <div class="hint">client id <code>${tool.clientId}</code></div>
        ${stateButtons(tool)}
      </li>`,
  );
  return page(context, {
    title: 'Tools',
    body: html`<h1>Tools</h1>
      ${
        rows.length > 0
          ? html`<ul class="list" data-tools>
              ${rows}
            </ul>`
          : html`<p>No tool is connected yet.</p>`
      }
      <h2>Add a tool by its registration URL</h2>
      <form method="post" action="/tools/register">
        ${textField('url', 'Registration URL', toolUrl ? `${toolUrl}/lti/register` : '', 'The tool’s operator gives it to you, with its invite.')}
        <button type="submit" class="main">Add LTI Advantage</button>
      </form>
      <h2>Or by hand</h2>
      <p><a class="button" href="/tools/new">Enter the tool’s addresses</a></p>`,
  });
}

function stateButtons(tool: Tool): SafeHtml {
  return html`<div class="row">
    ${buttonForm(`/tools/${tool.id}/activate`, tool.state === 'active' ? `Set ${tool.name} pending` : `Activate ${tool.name}`)}
    ${buttonForm(`/tools/${tool.id}/chooser`, tool.inChooser ? 'Hide from the activity chooser' : 'Show in the activity chooser')}
  </div>`;
}

/** Moodle's question when a tool of that host and port is there already. */
export function updateOrNewPage(context: PageContext, url: string, known: Tool): string {
  return page(context, {
    title: 'Update or register',
    body: html`<h1>${known.name} is registered already</h1>
      <div class="row">
        ${buttonForm('/tools/register', 'Update', 'main', { url, update: 'yes' })}
        ${buttonForm('/tools/register', 'Register as a new external tool', '', { url, update: 'no' })}
      </div>`,
  });
}

/** The tool's own registration page in a frame; it says by a message when it is done. */
export function registerPage(context: PageContext, src: string): string {
  return page(context, {
    title: 'Register a tool',
    body: html`<h1>Register a tool</h1>
      <iframe
        class="register-frame"
        id="register-frame"
        title="The tool’s registration"
        src="${src}"
      ></iframe>
      <p><a class="button" href="/tools">Back to the tools</a></p>
      <script>
        const origin = ${scriptJson(new URL(src).origin)};
        addEventListener('message', (event) => {
          const data = typeof event.data === 'string' ? parse(event.data) : event.data;
          if (event.origin === origin && data && data.subject === 'org.imsglobal.lti.close')
            location.href = '/tools';
        });
        function parse(text) {
          try {
            return JSON.parse(text);
          } catch {
            return null;
          }
        }
      </script>`,
  });
}

/** One tool: its state, its deployments, and what its operator must know of this LMS. */
export function toolPage(context: PageContext, tool: Tool): string {
  const { lms } = context;
  const courses = lms.courses.list().map((course): [string, string] => [course.id, course.title]);
  return page(context, {
    title: tool.name,
    body: html`<p class="crumbs"><a href="/tools">Tools</a></p>
      <h1>${tool.name}</h1>
      <p><span class="chip ${tool.state === 'pending' && 'warn'}">${tool.state}</span></p>
      ${stateButtons(tool)}
      <h2>For the tool’s operator</h2>
      <dl class="facts" data-platform-facts>
        ${fact('Issuer', lms.issuer())} ${fact('Client id', tool.clientId)}
        ${fact('Deployment ids', tool.deployments.join(', '))}
        ${fact('Authorization', lms.endpoint('authorization'))}
        ${fact('Access tokens', lms.endpoint('token'))} ${fact('Key set', lms.endpoint('jwks'))}
      </dl>
      <h2>What is known of the tool</h2>
      <dl class="facts">
        ${fact('Login', tool.initiateLoginUri)} ${fact('Redirect URIs', tool.redirectUris.join(' '))}
        ${fact('Target link', tool.targetLinkUri)} ${fact('Deep linking', tool.deepLinkingUri)}
        ${fact('Key set', tool.jwksUri)}
        ${fact('Custom parameters', toLines(tool.customParameters) || 'none')}
        ${fact('Scopes', tool.scopes.map((scope) => scope.slice(scope.lastIndexOf('/') + 1)).join(', ') || 'none')}
        ${fact('Claims', tool.claims?.join(', ') ?? 'all')}
      </dl>
      <p><a class="button" href="/tools/${tool.id}/edit">Change</a></p>
      <h2>Install once more</h2>
      <p class="hint">
        A second deployment under the same client id, as Canvas and Schoology make for each school.
      </p>
      <form method="post" action="/tools/${tool.id}/deploy">
        ${textField('deployment', 'Deployment id', '', 'Empty: one is made')}
        ${selectField('course', 'For the course', [['', 'none yet'], ...courses], '')}
        <button type="submit">Install</button>
      </form>
      <h2>Remove</h2>
      ${buttonForm(`/tools/${tool.id}/delete`, 'Delete the tool and its activities', 'danger')}`,
  });
}

function fact(name: string, value: string): SafeHtml {
  return html`<dt>${name}</dt>
    <dd><code>${value}</code></dd>`;
}

/** Manual registration, filled in for the tool at hand. */
export function newPage(context: PageContext, toolUrl: string | null): string {
  const at = (path: string) => (toolUrl ? `${toolUrl}${path}` : '');
  return page(context, {
    title: 'New tool',
    body: html`<p class="crumbs"><a href="/tools">Tools</a></p>
      <h1>New tool</h1>
      <form method="post" action="/tools">
        ${fields({
          name: '',
          description: '',
          initiateLoginUri: at('/lti/login'),
          redirectUris: [at('/lti/launch')],
          targetLinkUri: at('/lti/launch'),
          deepLinkingUri: '',
          jwksUri: at('/lti/jwks'),
          customParameters: {},
          scopes: [...ALL_SCOPES],
        })}
        ${textField('clientId', 'Client id', '', 'Empty: one is made')}
        ${textField('deployments', 'Deployment ids', '', 'Separated by blanks. Empty: one is made')}
        <button type="submit" class="main">Add the tool</button>
      </form>`,
  });
}

export function editPage(context: PageContext, tool: Tool): string {
  return page(context, {
    title: `Change ${tool.name}`,
    body: html`<p class="crumbs"><a href="/tools">Tools</a> › <a href="/tools/${tool.id}">${tool.name}</a></p>
      <h1>Change ${tool.name}</h1>
      <form method="post" action="/tools/${tool.id}/edit">
        ${fields(tool)}
        <button type="submit" class="main">Save</button>
      </form>`,
  });
}

type Editable = Pick<
  Tool,
  | 'name'
  | 'description'
  | 'initiateLoginUri'
  | 'redirectUris'
  | 'targetLinkUri'
  | 'deepLinkingUri'
  | 'jwksUri'
  | 'customParameters'
  | 'scopes'
>;

function fields(tool: Editable): SafeHtml {
  return html`${textField('name', 'Name', tool.name)}
    ${textField('description', 'Description', tool.description)}
    ${textField('initiateLoginUri', 'Login URL', tool.initiateLoginUri)}
    ${areaField('redirectUris', 'Redirect URIs', tool.redirectUris.join('\n'), 'One a line')}
    ${textField('targetLinkUri', 'Target link URL', tool.targetLinkUri)}
    ${textField('deepLinkingUri', 'Deep linking URL', tool.deepLinkingUri, 'Empty: the target link')}
    ${textField('jwksUri', 'Key set URL', tool.jwksUri)}
    ${areaField('custom', 'Custom parameters', toLines(tool.customParameters), 'One a line: name=value')}
    <fieldset class="field">
      <legend>Services</legend>
      ${ALL_SCOPES.map((scope, index) => scopeField(scope, index, tool.scopes.includes(scope)))}
    </fieldset>`;
}

function scopeField(scope: string, index: number, isOn: boolean): SafeHtml {
  return html`<div class="check">
    <input type="checkbox" id="scope-${index}" name="scopes" value="${scope}" ${isOn && trusted('checked')} />
    <label for="scope-${index}">${scope.replace('https://purl.imsglobal.org/spec/', '')}</label>
  </div>`;
}
