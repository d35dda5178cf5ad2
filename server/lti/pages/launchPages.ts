import type { Response } from 'express';
import { BINDING_SCRIPT, LOGIN_SCRIPT } from './bindingScripts.ts';
import { html, jsonBlock } from '../../http/html.ts';
import { messageBody, sendPage } from './layout.ts';

/** Long enough for a forwarding frame, short enough for apps that name one and never answer. */
const PLATFORM_STORAGE_WAIT_MS = 1500;

interface PlatformStorage {
  key: string;
  /** Frame to ask; null where the platform offers none. */
  target: string | null;
  /** Origin of the authorization endpoint: no other gets a message. */
  origin: string;
}

export interface LoginPage extends PlatformStorage {
  authorizationUrl: string;
  /** The same login once more, for a window of its own. */
  again: string;
  binding: string;
  probeCookie: string;
  ttlMs: number;
  ancestors: readonly string[];
}

const APART = 'Your browser keeps us apart';

/** On its way to the LMS; without JavaScript the link is the way, and the cookie the binding. */
export function sendLoginPage(res: Response, page: LoginPage): void {
  const { key, target, origin, binding, ttlMs } = page;
  const stopped = {
    title: APART,
    text: 'Inside this page it lets us keep nothing, so we could not tell that it is you who comes back. In a window of its own it works.',
    action: { href: page.again, label: 'Open in a new window', target: '_blank' as const },
    foot: null,
  };
  const text =
    'It lets us keep nothing at all, so we could not tell that it is you who comes back. Allow cookies for this address, then open the link in your course again.';
  sendPage(res, 200, {
    title: 'Opening Waymark',
    body: html`<div id="opening">
        <main>
          <p>Opening…</p>
          <p><a id="go" class="quiet" href="${page.authorizationUrl}">Go on</a></p>
        </main>
      </div>
      <div id="stopped" hidden>${messageBody(stopped)}</div>
      <div id="stopped-window" hidden>${messageBody({ title: APART, text, action: null, foot: null })}</div>
      ${jsonBlock('lti', { key, target, origin, binding, ttlMs, probe: page.probeCookie, waitMs: PLATFORM_STORAGE_WAIT_MS })}`,
    script: LOGIN_SCRIPT,
    ancestors: page.ancestors,
  });
}

export interface BindingPage extends PlatformStorage {
  action: string;
  idToken: string;
  state: string;
  ancestors: readonly string[];
}

/** Holds a launch whose cookie did not come back, and looks for its binding elsewhere. */
export function sendBindingPage(res: Response, page: BindingPage): void {
  const { ancestors, ...facts } = page;
  sendPage(res, 200, {
    title: 'Opening Waymark',
    body: html`<main>
        <p id="opening">Opening…</p>
        <p id="offline" hidden>
          Waymark can't be reached just now. Go back to the course page and open the link once more.
        </p>
        <noscript
          ><p>
            Waymark needs JavaScript. Switch it on for this address, then open the link in your course once
            more.
          </p></noscript
        >
      </main>
      ${jsonBlock('lti', { ...facts, waitMs: PLATFORM_STORAGE_WAIT_MS })}`,
    script: BINDING_SCRIPT,
    ancestors,
  });
}
