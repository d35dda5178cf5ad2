import type { Response } from 'express';
import { ENTERED } from '../../../contract/sessions.ts';
import { html } from '../../http/html.ts';
import { pageWordsFor } from '../../words/pageWords.ts';
import { messageBody, sendPage } from './layout.ts';

/** Continues to the same page without its fragment: a one-time code in another site's link is dropped. */
const SCRIPT = `var q=new URLSearchParams(location.search);q.set('${ENTERED}','');location.replace(location.pathname+'?'+q);`;

/** What a browser gets if another site, or nobody, led it to one of our pages. */
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

/** For a browser that reports even our own page as coming from elsewhere: a person's click is one of ours. */
export function sendNoEntryPage(res: Response, path: string, ancestors: readonly string[]): void {
  const words = pageWordsFor(res);
  const { t } = words;
  const [title, text] = [t('entry.title'), t('entry.text')];
  const action = { href: path, label: t('opening.goOn'), target: '_self' as const };
  sendPage(res, 403, { words, title, body: messageBody({ title, text, action, foot: null }), ancestors });
}
