import { beforeEach, describe, expect, it } from '@jest/globals';
import { act, render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { App } from '../../../client/src/app.tsx';
import { createApi } from '../../../client/src/api/createApi.ts';
import { createQueryClient } from '../../../client/src/api/queries.ts';
import { SessionHolder } from '../../../client/src/api/session.ts';
import type { OverReason } from '../../../client/src/api/session.ts';
import { startI18n } from '../../../client/src/i18n/index.ts';
import { openTextStore } from '../../../client/src/storage/webStorage.ts';
import { nextPages, PAGE_IDS, pageOf, TABS } from '../../../client/src/pages/registry.ts';
import { key, session as info } from '../gallery/samples.ts';
import { Role } from '../../../contract/common.ts';
import type { SessionInfo } from '../../../contract/sessions.ts';
import { pathOf } from '../gallery/pathOf.ts';

/** A server that knows this session and nothing else; `broken` answers 500 to all. */
async function start(options: { at: string; info?: SessionInfo; over?: OverReason; broken?: boolean }) {
  window.history.replaceState(null, '', `/app/${key}${options.at}`);
  const fetcher: typeof fetch = (input) => {
    const path = pathOf(input);
    const no = { code: 'INTERNAL', message: 'Something broke.', correlationId: 'c-77' };
    if (options.broken)
      return Promise.resolve(new Response(JSON.stringify({ ...no, code: 'NOT_FOUND' }), { status: 404 }));
    const reply = path === '/api/v1/session' ? (options.info ?? info) : null;
    return Promise.resolve(new Response(JSON.stringify(reply ?? no), { status: reply ? 200 : 400 }));
  };
  const cache = createQueryClient();
  const session = new SessionHolder({ fetch: fetcher, store: openTextStore('sessionStorage') });
  if (options.over) session.end(options.over);
  else session.grant({ key, bearer: `wm.${'b'.repeat(22)}.${'b'.repeat(43)}` });
  const api = createApi({ fetch: fetcher, session, cache });
  const words = await startI18n('en');
  render(<App api={api} cache={cache} words={words} />);
  return { session, user: userEvent.setup() };
}

describe('the client', () => {
  beforeEach(() => window.history.replaceState(null, '', '/'));

  it('has a tab where each role begins, and every tab leads to a page that needs no id', () => {
    const paths = PAGE_IDS.map((id) => pageOf(id).path);

    const first = Role.options.map((role) => TABS.find((tab) => tab.role === role)?.path);

    expect(first).toEqual(['?to=map', 'reviews', 'preview', 'admin/deliveries']);
    expect(TABS.map(({ path }) => path.split('?')[0]).filter((path) => !paths.includes(path ?? ''))).toEqual(
      [],
    );
  });

  it('preloads the other tabs of a page’s role, and where its links lead', () => {
    expect(nextPages('people').slice(0, 1)).toEqual(['deliveries']);
    expect(nextPages('people').slice(-2)).toEqual(['home', 'me']);
    expect(nextPages('map')).toEqual(['home', 'module', 'newer', 'me']);
    expect(nextPages('submission')).toEqual(['module', 'map', 'home', 'me']);
  });

  it('tells a bookmark to come by the course, and names no address it does not know', async () => {
    await start({ at: '/reviews', over: 'absent' });

    expect(
      await screen.findByRole('heading', { level: 1, name: 'Open the link in your course to go on' }),
    ).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'Back to your course' })).toBeNull();
  });

  it('says that nothing is left after signing off', async () => {
    await start({ at: '', over: 'signedOff' });

    expect(await screen.findByRole('heading', { name: 'You are signed out' })).toBeInTheDocument();
  });

  it('says so when the module of the link is gone', async () => {
    await start({ at: '', info: { ...info, shows: { kind: 'gone' } } });

    expect(await screen.findByRole('heading', { name: 'This module is no longer here' })).toBeInTheDocument();
  });

  it('has a page for an address that leads nowhere, with a way back', async () => {
    await start({ at: '/nowhere/at/all' });

    expect(
      await screen.findByRole('heading', { name: 'There is nothing at this address' }),
    ).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Back to the start' })).toHaveAttribute('href', `/app/${key}`);
  });

  it('keeps the page standing when the session ends under it, and says aloud what to do', async () => {
    const { session } = await start({ at: '/nowhere' });
    const page = await screen.findByRole('heading', { name: 'There is nothing at this address' });

    act(() => session.end('expired'));

    expect(page).toBeInTheDocument();
    const notice = screen.getByRole('heading', { name: 'You were away for a while' }).closest('section');
    const back = within(notice as HTMLElement).getByRole('link', { name: 'Back to your course' });
    expect(back).toHaveAttribute('target', '_top');
    const spoken = screen
      .getAllByRole('alert')
      .map((region) => region.textContent)
      .join('');
    expect(spoken).toContain('You were away for a while');
  });

  it('shows code and correlation id when it can not learn who this is', async () => {
    await start({ at: '', broken: true });

    expect(await screen.findByText('NOT_FOUND c-77')).toBeInTheDocument();
  });

  it('does not pull focus into the frame at the launch, but moves it to the heading on a page change', async () => {
    const { user } = await start({ at: '/nowhere', info: { ...info, shows: { kind: 'gone' } } });
    await screen.findByRole('heading', { name: 'There is nothing at this address' });
    const atLaunch = document.activeElement;

    await user.click(screen.getByRole('link', { name: 'Back to the start' }));

    expect(atLaunch).toBe(document.body);
    expect(await screen.findByRole('heading', { name: 'This module is no longer here' })).toHaveFocus();
  });

  it('leads the first Tab to the work', async () => {
    const { user } = await start({ at: '/nowhere' });
    await screen.findByRole('heading', { name: 'There is nothing at this address' });

    await user.tab();
    const first = document.activeElement?.textContent;
    await user.keyboard('{Enter}');

    expect(first).toBe('Skip to the work');
    expect(screen.getByRole('main')).toHaveFocus();
    expect(window.location.hash).toBe('');
  });
});
