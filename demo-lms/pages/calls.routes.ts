import { Router } from 'express';
import type { Lms } from '../lms.ts';
import type { LoggedRequest } from '../state/requestLog.ts';
import { readContext, type PageContext } from './context.ts';
import { showTime } from './gradebook.pages.ts';
import { html, type SafeHtml } from './html.ts';
import { buttonForm, page } from './layout.ts';

const SHOWN = 200;

/** What tools asked of this LMS, newest first. */
export function createCallRoutes(lms: Lms): Router {
  const router = Router();
  router.get('/calls', (req, res) => res.send(callsPage(readContext(lms, req))));
  router.post('/calls/clear', (_req, res) => {
    lms.requests.clear();
    res.redirect(303, '/calls');
  });
  return router;
}

function callsPage(context: PageContext): string {
  const calls = context.lms.requests.list();
  const rows = calls.slice(-SHOWN).reverse().map(row);
  return page(context, {
    title: 'Calls',
    body: html`<h1>Calls of tools</h1>
      <p>${calls.length} since the start${calls.length > SHOWN && `, the last ${SHOWN} shown`}.</p>
      ${
        rows.length > 0
          ? html`<div class="scroll" tabindex="0" role="region" aria-label="Calls">
                <table data-calls>
                  <thead>
                    <tr>
                      <th scope="col">Time</th>
                      <th scope="col">Service</th>
                      <th scope="col">Request</th>
                      <th scope="col">Answer</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${rows}
                  </tbody>
                </table>
              </div>
              ${buttonForm('/calls/clear', 'Clear the list')}`
          : html`<p>Nothing yet.</p>`
      }`,
  });
}

function row(call: LoggedRequest): SafeHtml {
  const answer = call.status === 0 ? 'dropped' : (call.status ?? 'under way');
  return html`<tr>
    <td>${showTime(call.at.toISOString())}</td>
    <td>${call.service}</td>
    <td>
      <code>${call.method} ${call.url}</code>
      ${
        call.body &&
        html`<details>
          <summary>Body</summary>
          <code>${call.body.slice(0, 4000)}</code>
        </details>`
      }
    </td>
    <td>${answer}${call.fault && html` <span class="chip warn">${call.fault}</span>`}</td>
  </tr>`;
}
