import type { Response } from 'express';
import { ENTERED } from '../../../contract/sessions.ts';
import { html } from '../../http/html.ts';
import { pageWordsFor } from '../../words/pageWords.ts';
import { messageBody, sendPage } from './layout.ts';

/** Goes on to the same page, as it was asked for, without its fragment: a one-time code of another site's link stays behind. */
const SCRIPT = `var q=new URLSearchParams(location.search);q.set('${ENTERED}','');location.replace(location.pathname+'?'+q);`;

/** What a browser gets that was led to a page of ours by another site, or by nobody. */
export function sendEntryPage(res: Response, ancestors: readonly string[]): void {
  const words = pageWordsFor(res);
  const { t } = words;
  sendPage(res, 200, {
    words,
    title: t('opening.title'),
    body: html`<main><p>${t('opening.busy')}</p></main>
      <noscript><p>${t('entry.noScript')}</p></noscript>`,
    script: SCRIPT,
    ancestors,
  });
}

/** For a browser that says of our own page, too, that it comes from elsewhere: a person's click is one of ours. */
export function sendNoEntryPage(res: Response, path: string, ancestors: readonly string[]): void {
  const words = pageWordsFor(res);
  const { t } = words;
  const [title, text] = [t('entry.title'), t('entry.text')];
  const action = { href: path, label: t('opening.goOn'), target: '_self' as const };
  sendPage(res, 403, { words, title, body: messageBody({ title, text, action, foot: null }), ancestors });
}
