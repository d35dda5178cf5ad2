import type { Response } from 'express';
import { BINDING_SCRIPT, LANDING_SCRIPT, LOGIN_SCRIPT } from './bindingScripts.ts';
import { html, jsonBlock } from '../../http/html.ts';
import { pageWordsFor } from '../../words/pageWords.ts';
import { ANYONE } from './csp.ts';
import { messageBody, sendPage } from './layout.ts';

/** Long enough for a forwarding frame, short enough for apps that name one and never respond. */
const PLATFORM_STORAGE_WAIT_MS = 1500;

/** Address of `sendLandingPage`, which replaces the login page in the history. */
const LANDING_PATH = '/lti/landing';

interface PlatformStorage {
  key: string;
  /** Frame to ask; null if the platform offers none. */
  target: string | null;
  /** Origin of the authorization endpoint: no other gets a message. */
  origin: string;
}

export interface LoginPage extends PlatformStorage {
  authorizationUrl: string;
  /** The same login once more, for a new window. */
  again: string;
  binding: string;
  probeCookie: string;
  ttlMs: number;
  ancestors: readonly string[];
}

/** On the way to the LMS; without JavaScript the link is used, with the cookie as the binding. */
export function sendLoginPage(res: Response, page: LoginPage): void {
  const { key, target, origin, binding, ttlMs } = page;
  const words = pageWordsFor(res);
  const { t } = words;
  const title = t('opening.apart');
  const action = { href: page.again, label: t('opening.openWindow'), target: '_blank' as const };
  const inFrame = { title, text: t('opening.stoppedInFrame'), action, foot: null };
  const inWindow = { title, text: t('opening.stoppedInWindow'), action: null, foot: null };
  sendPage(res, 200, {
    words,
    title: t('opening.title'),
    body: html`<div id="opening">
        <main>
          <p>${t('opening.busy')}</p>
          <p><a id="go" class="quiet" href="${page.authorizationUrl}">${t('opening.goOn')}</a></p>
        </main>
      </div>
      <div id="stopped" hidden>${messageBody(inFrame)}</div>
      <div id="stopped-window" hidden>${messageBody(inWindow)}</div>
      ${jsonBlock('lti', { key, target, origin, binding, ttlMs, landing: LANDING_PATH, probe: page.probeCookie, waitMs: PLATFORM_STORAGE_WAIT_MS })}`,
    script: LOGIN_SCRIPT,
    ancestors: page.ancestors,
  });
}

export interface BindingPage extends PlatformStorage {
  action: string;
  idToken: string;
  state: string;
  probeCookie: string;
  ancestors: readonly string[];
}

/** Holds a launch whose cookie did not come back, and looks for its binding elsewhere. */
export function sendBindingPage(res: Response, page: BindingPage): void {
  const { ancestors, probeCookie, ...facts } = page;
  const words = pageWordsFor(res);
  const { t } = words;
  sendPage(res, 200, {
    words,
    title: t('opening.title'),
    body: html`<main>
        <p id="opening">${t('opening.busy')}</p>
        <p id="offline" hidden>${t('opening.offline')}</p>
        <noscript><p>${t('opening.noScript')}</p></noscript>
      </main>
      ${jsonBlock('lti', { ...facts, probe: probeCookie, waitMs: PLATFORM_STORAGE_WAIT_MS })}`,
    script: BINDING_SCRIPT,
    ancestors,
  });
}

/**
 * `GET /lti/landing`: takes the place of a login page in the history, once that page has left for the platform. It is loaded when
 * the launch comes back to that entry, and continues to the client's page, which replaces it.
 */
export function sendLandingPage(res: Response): void {
  const words = pageWordsFor(res);
  const { t } = words;
  sendPage(res, 200, {
    words,
    title: t('opening.title'),
    body: html`<main>
      <p id="opening">${t('opening.busy')}</p>
      <p id="over" hidden>${t('opening.over')}</p>
    </main>`,
    script: LANDING_SCRIPT,
    // the request does not say which platform is around it; it has nothing to click
    ancestors: ANYONE,
  });
}
