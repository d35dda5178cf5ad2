import './zodQuiet.ts';
import './theme/styles.ts';
import { createRoot } from 'react-dom/client';
import { createApi } from './api/createApi.ts';
import { createQueryClient } from './api/queries.ts';
import { bootSession, SessionHolder } from './api/session.ts';
import { App } from './app.tsx';
import { applyTextSize, textSize } from './components/look/look.ts';
import type { WhenIdle } from './pages/usePageCode.ts';
import { startI18n } from './i18n/index.ts';
import { openTextStore } from './storage/webStorage.ts';

async function start(root: HTMLElement): Promise<void> {
  applyTextSize(textSize());
  const wish = new URLSearchParams(window.location.search).get('lng');
  const fetcher: typeof fetch = (input, init) => window.fetch(input, init);
  const session = new SessionHolder({ fetch: fetcher, store: openTextStore('sessionStorage') });
  const [words] = await Promise.all([startI18n(wish), bootSession(session)]);
  const cache = createQueryClient();
  const api = createApi({ fetch: fetcher, session, cache });
  createRoot(root).render(<App api={api} cache={cache} words={words} whenIdle={whenIdle} />);
}

/** After the first paint, and not while something is loading that a person is waiting for. */
const whenIdle: WhenIdle = (work) => {
  // not in Safari before 2026
  const canAsk = 'requestIdleCallback' in window;
  const id = canAsk ? window.requestIdleCallback(work, { timeout: 4000 }) : setTimeout(work, 1500);
  return () => (canAsk ? window.cancelIdleCallback(Number(id)) : clearTimeout(id));
};

const root = document.getElementById('root');
if (root) void start(root);
