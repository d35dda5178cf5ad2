import type { Response } from 'express';
import { claimedAncestors, frameAncestors } from '../frames.ts';
import type { LaunchRefused } from '../launchRefused.ts';
import { shortIdOf } from '../refusals.ts';
import { wordsOf } from './copy.ts';
import { html, type Html } from './html.ts';
import { messageBody, sendPage } from './layout.ts';

/** Code and correlation id with Copy: what a person hands on. The long id is in the copied text. */
export function codeFoot(code: string, correlationId: string): Html {
  const shown = `${code} ${shortIdOf(correlationId)}`;
  return html`<div class="foot">
    <span>Still stuck? Give this to your LMS admin:</span> <code>${shown}</code>
    <button type="button" data-copy="${shown} (${correlationId})" data-done="Copied">Copy</button>
  </div>`;
}

/**
 * Where 'Back to your course' may lead: an address that the platform signed, else the issuer where that is the site
 * itself (Moodle; the issuers of Canvas and Schoology are nobody's course).
 */
function wayBack({ platform, returnUrl }: LaunchRefused): string | null {
  if (returnUrl) return returnUrl;
  const isSite = platform?.family === 'moodle' || platform?.family === 'other';
  return isSite && /^https?:\/\//.test(platform.issuer) ? platform.issuer : null;
}

/** The page of a refused login, launch or registration (ux: launch pages). */
export function sendRefusalPage(res: Response, refused: LaunchRefused, correlationId: string): void {
  const words = wordsOf(refused.code, refused.reason, refused.facts);
  const href = wayBack(refused);
  sendPage(res, refused.status, {
    title: words.title,
    body: messageBody({
      ...words,
      action: href === null ? null : { href, label: '← Back to your course', target: '_top' },
      foot: codeFoot(refused.code, correlationId),
    }),
    ancestors: refused.platform
      ? frameAncestors(refused.platform, refused.returnUrl)
      : claimedAncestors(refused.claimedIssuer),
  });
}
