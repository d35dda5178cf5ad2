import type { Response } from 'express';
import { html } from '../../http/html.ts';
import { messageBody, sendPage } from './layout.ts';

/** Query mark of a page that the entry page led to: it leads there once, never in a circle. */
export const ENTERED = 'entered';

/** Goes on to the same page without its fragment: a one-time code of another site's link stays behind. */
const SCRIPT = `location.replace(location.pathname+'?${ENTERED}');`;

/** What a browser gets that was led to a page of ours by another site, or by nobody. */
export function sendEntryPage(res: Response, ancestors: readonly string[]): void {
  sendPage(res, 200, {
    title: 'Opening Waymark',
    body: html`<main><p>Opening…</p></main>
      <noscript><p>Waymark needs JavaScript. Switch it on for this address.</p></noscript>`,
    script: SCRIPT,
    ancestors,
  });
}

/** For a browser that says of our own page, too, that it comes from elsewhere: a person's click is one of ours. */
export function sendNoEntryPage(res: Response, path: string, ancestors: readonly string[]): void {
  const title = 'One more click';
  const text = 'Your browser did not say that you come from Waymark itself. Everything you wrote is kept.';
  const action = { href: path, label: 'Go on', target: '_self' as const };
  sendPage(res, 403, { title, body: messageBody({ title, text, action, foot: null }), ancestors });
}
