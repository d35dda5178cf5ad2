import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Frame, Page, Route } from '@playwright/test';
import { sessionEndpoints, type SessionInfo } from '../../../contract/session.ts';
import { key, session as sample } from '../../client/gallery/samples.ts';
import type { ListApi } from '../../client/reviews/listApi.ts';

/**
 * The built client in a real browser, framed by a page of another site, on an API that a test plays: for what depends on what
 * is shown and how large, not on who stored it. What the real server sends is tried in the other browser tests.
 */
const TOOL = 'https://waymark.example';
const LMS = 'https://lms.example';
const BUILT = 'dist/client';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface Stage {
  /** Below `/app/:key`. */
  readonly at: string;
  readonly api: ListApi;
  readonly info?: Partial<SessionInfo> | undefined;
  /** False: the tool is the whole page. */
  readonly framed?: boolean;
  /** Changes each answer before the client gets it: longer words, another script. */
  readonly change?: ((reply: unknown) => unknown) | undefined;
  /** `en-XA`, `en-XB`. */
  readonly language?: string;
}

function shell({ at }: Stage): string {
  const landing = `/app/${key}${at}`;
  const bearer = `wm.${'b'.repeat(22)}.${'b'.repeat(43)}`;
  const block = JSON.stringify({ key, bearer, landing });
  return readFileSync(join(BUILT, 'index.html'), 'utf8').replace(
    '<!--waymark-session-->',
    `<script type="application/json" id="waymark-session">${block}</script>`,
  );
}

async function answerApi(route: Route, { api, change }: Stage): Promise<void> {
  const request = route.request();
  const { pathname, search } = new URL(request.url());
  const body = request.postData();
  const response = await api.fetch(pathname + search, {
    method: request.method(),
    ...(body === null ? {} : { body }),
  });
  const reply: unknown = await response.json();
  const text = JSON.stringify(change ? change(reply) : reply);
  await route.fulfill({ status: response.status, contentType: 'application/json', body: text });
}

async function answer(route: Route, stage: Stage): Promise<void> {
  const { origin, pathname } = new URL(route.request().url());
  const isHtml = (body: string) => route.fulfill({ contentType: 'text/html', body });
  if (origin === LMS) {
    const style = 'position:fixed;inset:0;inline-size:100%;block-size:100%;border:0';
    return isHtml(
      `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Course</title><iframe id="tool-frame" title="Waymark" style="${style}" src="${TOOL}/lti/launch?lng=${stage.language ?? ''}"></iframe></html>`,
    );
  }
  if (pathname.startsWith('/api/')) return answerApi(route, stage);
  if (pathname.startsWith('/files/')) {
    return route.fulfill({ contentType: 'text/plain', body: 'A line of the file.\n'.repeat(80) });
  }
  const file = join(BUILT, pathname);
  if (extname(pathname) === '' || !existsSync(file)) return isHtml(shell(stage));
  return route.fulfill({ contentType: TYPES[extname(pathname)] ?? 'application/octet-stream', path: file });
}

/** Opens a page of the client and waits for its heading. @returns the frame that the client is in */
export async function openStaged(page: Page, stage: Stage): Promise<Frame> {
  const person = { ...sample.person, ...stage.info?.person };
  const info: SessionInfo = {
    ...sample,
    hats: ['participant'],
    startsAs: 'participant',
    ...stage.info,
    person,
  };
  stage.api.on(sessionEndpoints.get, () => info);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.route(/^https:\/\/(waymark|lms)\.example\//, (route) => answer(route, stage));
  await page.goto(
    stage.framed === false ? `${TOOL}/lti/launch?lng=${stage.language ?? ''}` : `${LMS}/courses/1`,
  );
  const inner = await page.waitForSelector(stage.framed === false ? '#root' : '#tool-frame');
  const frame = stage.framed === false ? page.mainFrame() : await inner.contentFrame();
  if (!frame) throw new Error('the page has no frame of the tool');
  await frame.waitForSelector('h1');
  await frame.waitForFunction(
    () => document.fonts.status === 'loaded' && !document.querySelector('.wm-skeleton'),
  );
  return frame;
}

const KEPT = new Set(['id', 'key', 'code', 'zone', 'locale', 'next', 'submissionCode', 'moduleKey', 'type']);

/** What a person may have written: not an id, an address, a moment or a name of the contract. */
function isWritten(name: string, value: string): boolean {
  if (KEPT.has(name) || /^\d{4}-\d\d-\d\dT/.test(value) || /^(https?:|\/)/.test(value)) return false;
  return /[A-Z\s]/.test(value);
}

/** The same answer with every text of people replaced. */
export function withTexts(reply: unknown, text: string, name = ''): unknown {
  if (typeof reply === 'string') {
    if (!isWritten(name, reply)) return reply;
    // a module's kind is one short word
    return name === 'kind' ? text.slice(0, 40) : text;
  }
  if (Array.isArray(reply)) return reply.map((one) => withTexts(one, text, name));
  if (typeof reply !== 'object' || reply === null) return reply;
  return Object.fromEntries(Object.entries(reply).map(([key, value]) => [key, withTexts(value, text, key)]));
}
