import type { Request, Response } from 'express';
import { contextOf } from '../../http/requestContext.ts';
import { claimedAncestors, frameAncestors } from '../frames.ts';
import type { LaunchRefused } from '../launchRefused.ts';
import { shortIdOf } from '../refusals.ts';
import { pageWordsFor, type PageWords } from '../../words/pageWords.ts';
import { reasonOf, wordsOf } from './copy.ts';
import { html, type Html } from '../../http/html.ts';
import { messageBody, sendPage } from './layout.ts';

/**
 * Code and correlation id with a Copy button, and what was wrong: what a person passes on. The copied text has the long id.
 * Values of the request are not on the page: they are in the record of the refusal.
 */
function codeFoot(words: PageWords, { code, reason }: LaunchRefused, correlationId: string): Html {
  const { t } = words;
  const shown = `${code} ${shortIdOf(correlationId)}`;
  const why = reasonOf(words, reason);
  return html`<div class="foot">
    <span>${t('refusal.handOn')}</span>
    <span
      ><code>${shown}</code>
      <button type="button" data-copy="${shown} (${correlationId}) ${why}" data-done="${t('refusal.copied')}">
        ${t('refusal.copy')}
      </button></span
    >
    <p class="why">${t('refusal.forAdmin')} <bdi>${why}</bdi></p>
  </div>`;
}

/**
 * Where 'Back to your course' may lead: an address that the platform signed, otherwise the issuer if that is the site itself
 * (Moodle; the issuers of Canvas and Schoology are nobody's course).
 */
function returnUrlOf({ platform, returnUrl }: LaunchRefused): string | null {
  if (returnUrl) return returnUrl;
  const isSite = platform?.family === 'moodle' || platform?.family === 'other';
  return isSite && /^https?:\/\//.test(platform.issuer) ? platform.issuer : null;
}

/**
 * Who may frame the page: the platform, otherwise the one that the request claims to come from. It only says why, and a person
 * who cannot see it cannot act on it.
 */
function ancestorsOf(req: Request, refused: LaunchRefused): string[] {
  if (refused.platform) return frameAncestors(refused.platform, refused.returnUrl);
  return claimedAncestors(refused.claimedIssuer ?? req.get('origin') ?? req.get('referer') ?? null);
}

/** The page of a refused login, launch or registration (ux: launch pages). */
export function sendRefusalPage(req: Request, res: Response, refused: LaunchRefused): void {
  const { correlationId } = contextOf(req);
  const words = pageWordsFor(res, refused.locale);
  const { title, text } = wordsOf(words, refused);
  const href = returnUrlOf(refused);
  sendPage(res, refused.status, {
    words,
    title,
    body: messageBody({
      title,
      text,
      action: href === null ? null : { href, label: words.t('refusal.back'), target: '_top' },
      foot: codeFoot(words, refused, correlationId),
    }),
    ancestors: ancestorsOf(req, refused),
  });
}
