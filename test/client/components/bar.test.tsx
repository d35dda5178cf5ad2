import { describe, expect, it, jest } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import { Page } from '../../../client/src/components/page/Page.tsx';
import { PageTitle } from '../../../client/src/components/page/PageTitle.tsx';
import { renderPart } from '../gallery/renderPart.tsx';
import { key, session } from '../gallery/samples.ts';

const top = (
  <Page title="Map" bar={{ kind: 'top', role: 'participant', tab: 'pathway', counts: { pathway: 2 } }}>
    <PageTitle>{'Assessment technology'}</PageTitle>
  </Page>
);

describe('the frame bar', () => {
  it('shows the tabs of one role, the current one marked', async () => {
    await renderPart(top);

    expect(screen.getByRole('link', { name: /Pathway/ })).toHaveAttribute('aria-current', 'page');
    expect(screen.queryByRole('link', { name: /Reviews/ })).toBeNull();
    expect(document.title).toBe('Map · Waymark');
  });

  it('leads back to the parent by name, and may carry the heading of a workspace', async () => {
    await renderPart(
      <Page
        title="Run it"
        kind="workspace"
        bar={{
          kind: 'inner',
          back: 'pathways/1',
          parent: 'Pathway',
          title: 'Run it with one class',
          isHeading: true,
        }}
      >
        {null}
      </Page>,
    );

    expect(screen.getByRole('link', { name: 'Back to Pathway' })).toHaveAttribute(
      'href',
      `/app/${key}/pathways/1`,
    );
    expect(screen.getByRole('heading', { level: 1, name: 'Run it with one class' })).toBeInTheDocument();
  });

  it('ends with the parent while there is no title yet', async () => {
    await renderPart(
      <Page title="Module" bar={{ kind: 'inner', back: '', parent: 'Pathway', title: '' }}>
        <p />
      </Page>,
    );

    expect(screen.getByText('Pathway').parentElement).toHaveTextContent(/^Pathway$/);
  });

  it('has text and theme, help, print and sign off under ⋯, and no dead entry', async () => {
    const { user } = await renderPart(top);

    await user.click(screen.getByRole('button', { name: 'More' }));

    const entries = (await screen.findAllByRole('menuitem')).map((item) => item.textContent);
    expect(entries).toEqual(expect.arrayContaining(['Text and theme', 'Help', 'Print', 'Sign out']));
    // in its own window already, and English is the only language
    expect(entries).not.toContain('Open in a new window');
    expect(entries).not.toContain('Language');
  });

  it('opens its menu with focus in it, goes by arrows and first letters, and gives focus back on Escape', async () => {
    const { user } = await renderPart(top);
    const button = screen.getByRole('button', { name: 'More' });
    button.focus();

    await user.keyboard('{Enter}');
    const first = document.activeElement?.textContent;
    await user.keyboard('{ArrowUp}');
    const last = document.activeElement?.textContent;
    await user.keyboard('h');
    const sought = document.activeElement?.textContent;
    await user.keyboard('{Escape}');

    // another role of this session
    expect([first, last, sought]).toEqual(['Switch to reviewing', 'Sign out', 'Help']);
    expect(button).toHaveFocus();
    expect(screen.queryByRole('menu')).toBeNull();
  });

  it('closes its menu when something else is pressed', async () => {
    const { user } = await renderPart(top);
    await user.click(screen.getByRole('button', { name: 'More' }));

    await user.click(screen.getByRole('heading', { level: 1 }));

    expect(screen.queryByRole('menu')).toBeNull();
  });

  it('changes theme and text size at once', async () => {
    const { user } = await renderPart(top);
    await user.click(screen.getByRole('button', { name: 'More' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Text and theme' }));

    await user.click(screen.getByRole('radio', { name: 'Dark' }));
    await user.click(screen.getByRole('radio', { name: 'Larger' }));

    await waitFor(() => expect(document.documentElement.dataset['mantineColorScheme']).toBe('dark'));
    expect(document.documentElement.dataset['text']).toBe('larger');
  });

  it('says in dark that there is no connection', async () => {
    const online = jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    await renderPart(top);
    online.mockRestore();

    expect(screen.getByText('Offline')).toBeInTheDocument();
  });

  it.each([
    ['the way back to the course', session],
    ['no way back', { ...session, frame: { ...session.frame, returnUrl: null } }],
  ])('says that there is no network on a page without tabs, with %s', async (_said, info) => {
    const online = jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    await renderPart(
      <Page title="Welcome" bar={{ kind: 'plain' }}>
        <p />
      </Page>,
      { info },
    );
    online.mockRestore();

    expect(screen.getByText('Offline')).toBeInTheDocument();
  });

  it('labels practice', async () => {
    await renderPart(top, { info: { ...session, practice: true } });

    expect(screen.getByText('Practice: kept apart from real work')).toBeInTheDocument();
  });
});
