import { randomBytes } from 'node:crypto';
import type { Response } from 'express';
import { html, Html } from '../../http/html.ts';
import { sendNoStore } from '../../http/noStore.ts';
import type { PageWords } from '../../words/pageWords.ts';
import { toPolicy, type Sources } from './csp.ts';

const STYLE = `
[data-framed]{color-scheme:light}
:root:not([data-framed]){color-scheme:light dark}
:root{--ground:#fff;--text:#1f2520;--text2:#4c534d;--line:#cfd4cf;--dots:#818882;--primary:#00625a;--on:#fff;--here:#e3a22c}
@media (prefers-color-scheme:dark){:root:not([data-framed]){--ground:#121918;--text:#eaeeeb;--text2:#b8c0bc;--line:#303937;--dots:#6c7775;--primary:#90d4c5;--on:#041a18}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:17px/1.55 'Atkinson Hyperlegible Next Variable','Atkinson Hyperlegible Next',system-ui,sans-serif}
main{max-width:35rem;margin:0 auto;padding:clamp(1.5rem,calc(26vh - 5rem),13rem) 1rem 2rem}
svg.trail{display:block;width:17rem;max-width:100%;height:auto;margin-bottom:1.6rem}
[dir=rtl] svg.trail{transform:scaleX(-1)}
h1{font-size:1.65rem;line-height:1.25;margin:0 0 .6rem}
p{margin:0 0 1.1rem}
a.act,button.act{display:inline-flex;align-items:center;justify-content:center;gap:.6rem;min-height:44px;padding:.55rem 1.25rem;border:0;border-radius:8px;background:var(--primary);color:var(--on);font:inherit;font-weight:700;text-decoration:none;cursor:pointer}
a.quiet{color:var(--primary)}
.foot{border-top:1px solid var(--line);margin-top:1.75rem;padding-top:.85rem;color:var(--text2);font-size:.85rem;display:flex;flex-wrap:wrap;gap:.3rem .8rem;align-items:center}
.foot span+span{white-space:nowrap}
.foot code{font-size:.85rem;color:var(--text)}
.foot .why{flex-basis:100%;margin:0}
.foot button{border:0;background:none;padding:.35rem .1rem;min-height:24px;color:var(--primary);font:inherit;text-decoration:underline;cursor:pointer}
:focus-visible{outline:3px solid var(--primary);outline-offset:2px}
[hidden]{display:none!important}
@media (max-width:30rem){main{padding-top:2.5rem}a.act,button.act{width:100%}}
@media (forced-colors:active){a.act,button.act{border:1px solid}}
`;

/** The trail, and the post where it stops (one drawing on launch pages). */
const DRAWING = new Html(
  '<svg class="trail" viewBox="0 0 270 74" aria-hidden="true" focusable="false" fill="none" stroke-linecap="round">' +
    '<path d="M3 67C36 67 38 41 71 41S112 58 137 58" stroke="var(--primary)" stroke-width="4"/>' +
    '<path d="M174 45C186 33 204 31 221 43S248 54 268 53" stroke="var(--dots)" stroke-width="2.5" stroke-dasharray="2 8"/>' +
    '<path d="M139 13Q139 11 141 10.4L164 2.6Q167 1.8 167 4.4V60H139Z" fill="var(--ground)" stroke="var(--primary)" stroke-width="3"/>' +
    '<path d="M127 61H178" stroke="var(--primary)" stroke-width="3.5"/>' +
    '<rect x="147" y="21" width="12" height="17" rx="2.5" fill="var(--here)"/></svg>',
);

/** Copies the code of a refusal; delegated, so that it also works in a page that was filled later. */
const COPY_SCRIPT = `
document.addEventListener('click',function(e){
  var b=e.target.closest&&e.target.closest('button[data-copy]');if(!b)return;
  function done(){b.textContent=b.dataset.done}
  function byHand(){var r=document.createRange();r.selectNodeContents(b.parentNode.querySelector('code'));var s=getSelection();s.removeAllRanges();s.addRange(r);try{if(document.execCommand('copy'))done()}catch(_){}}
  if(navigator.clipboard)navigator.clipboard.writeText(b.dataset.copy).then(done,byHand);else byHand();
});
`;

export interface Page {
  /** Language of the text in title and body. */
  words: PageWords;
  title: string;
  body: Html;
  /** Runs in the page, after the body; may read its JSON blocks. */
  script?: string;
  /** It has a form that posts to its own address. */
  postsForm?: boolean;
  /** Sources of `frame-ancestors`. */
  ancestors: Sources;
}

/**
 * Sends a page made on the server that loads nothing else: style and script have a nonce, calls go to our own origin only, and
 * only the platform of this launch may frame it.
 */
export function sendPage(res: Response, status: number, page: Page): void {
  const nonce = randomBytes(16).toString('base64');
  const own = [`'nonce-${nonce}'`];
  const csp = toPolicy({
    'default-src': ["'none'"],
    'script-src': own,
    'style-src': own,
    'connect-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': [page.postsForm ? "'self'" : "'none'"],
    'frame-ancestors': page.ancestors,
  });
  setFrameHeaders(res, csp);
  const text = html`<!doctype html>
    <html lang="${page.words.lang}" dir="${page.words.dir}" ${isFramed(res) ? FRAMED : null}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title}</title>
        <style nonce="${nonce}">
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        ${page.body}
        <script nonce="${nonce}">
          ${new Html(COPY_SCRIPT + (page.script ?? ''))};
        </script>
      </body>
    </html> `;
  res.statusCode = status;
  sendNoStore(res, 'text/html; charset=utf-8', text.text);
}

/** LMSs are light: a page in their frame starts light, whatever the system setting is. */
const FRAMED = new Html(' data-framed');

/**
 * True if the browser says that this response fills a frame; one that does not say (Safari before 16.4) is treated as a window.
 */
export function isFramed(res: Response): boolean {
  const destination = res.req.get('sec-fetch-dest');
  return destination === 'iframe' || destination === 'frame';
}

/** Headers of every page that an LMS frames: none of them may forbid the frame or cut `window.opener`. */
export function setFrameHeaders(res: Response, csp: string): void {
  res.removeHeader('X-Frame-Options');
  res.removeHeader('Cross-Origin-Opener-Policy');
  res.setHeader('Content-Security-Policy', csp);
  res.setHeader('Referrer-Policy', 'same-origin');
  res.setHeader('X-Content-Type-Options', 'nosniff');
}

export interface Message {
  title: string;
  text: string;
  action: { href: string; label: string; target: '_top' | '_blank' | '_self' } | null;
  foot: Html | null;
}

/** The layout of all launch pages: drawing, title, two sentences, one action, then the code. */
export function messageBody({ title, text, action, foot }: Message): Html {
  return html`<main>
    ${DRAWING}
    <h1>${title}</h1>
    <p>${text}</p>
    ${action && html`<a class="act" href="${action.href}" target="${action.target}">${action.label}</a>`}
    ${foot}
  </main>`;
}
