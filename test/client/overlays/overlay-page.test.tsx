import { describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import type { OverlayEdits } from '../../../contract/overlays.ts';
import { frameworkEndpoints } from '../../../contract/frameworks.ts';
import { overlayEndpoints } from '../../../contract/overlays.ts';
import { buildCore, ITEM } from '../../support/frameworks.ts';
import { editOf, ownItem } from '../../support/overlays.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { core, DRAFT_ID, OverlayServer } from './overlayServer.ts';

const admin = { roles: ['admin' as const], startsAs: 'admin' as const };
const start = (server: OverlayServer, api = server.api()) => startApp(`/overlays/${DRAFT_ID}`, api, admin);

/** Opens an item in the list. @returns the place of its fields */
async function openItem(user: UserEvent, name: RegExp): Promise<HTMLElement> {
  const button = await screen.findByRole('button', { name });
  await user.click(button);
  const item = button.closest('li');
  if (!item) throw new Error('the item is in no list');
  return item;
}

/** Waits until the server has what was written. */
const isSaved = (server: OverlayServer, edits: Partial<OverlayEdits>) =>
  waitFor(() => expect(server.saved.edits).toMatchObject(edits), { timeout: 10_000 });

describe('an overlay', () => {
  it('saves an own title beside the core’s, and puts the core’s back', async () => {
    const server = new OverlayServer();
    const { user } = await start(server);
    const item = within(await openItem(user, /A1/));
    const field = item.getByLabelText('Title');
    await user.clear(field);
    await user.type(field, 'Exit checks');
    await isSaved(server, { items: [editOf(core, ITEM.checks, { title: 'Exit checks' })] });
    const beside = item.getByText('Core: Quick checks');

    await user.click(item.getByRole('button', { name: 'Put back: Title' }));

    await isSaved(server, { items: [] });
    expect(beside).not.toBeInTheDocument();
    expect(field).toHaveValue('Quick checks');
    await expectAccessible();
  });

  it('shows who else has it open, and where this person has it open twice', async () => {
    const server = new OverlayServer();
    server.others = [
      { windowId: DRAFT_ID, name: 'Teacher 15', isCaller: false },
      { windowId: ITEM.checks, name: '', isCaller: false },
      { windowId: ITEM.feedback, name: 'Teacher 14', isCaller: true },
    ];
    await start(server);

    expect(await screen.findByText('Teacher 15 is here.')).toBeVisible();
    expect(screen.getByText('Somebody else is here.')).toBeVisible();
    expect(screen.getByText('You have this draft open in another window, too.')).toBeVisible();
    await expectAccessible();
  });

  it('asks for no less than its core, and never offers to remove an item of it', async () => {
    const server = new OverlayServer();
    const { user } = await start(server);

    const item = within(await openItem(user, /A1/));
    const target = item.getByLabelText('Target');
    await user.selectOptions(target, 'Lead');

    expect(
      within(target)
        .getAllByRole('option')
        .map(({ textContent }) => textContent),
    ).toEqual(['Apply', 'Lead']);
    expect(item.getByText('Core: Apply')).toBeInTheDocument();
    expect(item.queryByRole('button', { name: /Remove/ })).toBeNull();
    await isSaved(server, { items: [editOf(core, ITEM.checks, { target: 'lead' })] });
  });

  it('adds an item, which may be removed, and brings it back', async () => {
    const server = new OverlayServer();
    const { user } = await start(server);
    await user.click(await screen.findByRole('button', { name: 'Add an item to Assessment' }));
    const added = screen.getByRole('button', { name: /^New item/ }).closest('li');
    await user.type(within(added ?? document.body).getByLabelText('Title'), 'Exit tickets');

    await user.click(screen.getByRole('button', { name: 'Remove Exit tickets' }));
    const gone = screen.queryByRole('button', { name: /^Exit tickets/ });
    await user.click(screen.getByRole('button', { name: 'Undo' }));

    expect(gone).toBeNull();
    expect(screen.getByRole('button', { name: /^Exit tickets/ })).toBeInTheDocument();
    await waitFor(() => expect(server.saved.edits.ownItems).toMatchObject([{ title: 'Exit tickets' }]), {
      timeout: 10_000,
    });
  });

  it('renames a strand, and adds one and takes it out', async () => {
    const server = new OverlayServer();
    const { user } = await start(server);
    const [first] = await screen.findAllByLabelText('Name of the strand');
    if (!first) throw new Error('there is no strand');
    await user.type(first, 's');
    await user.click(screen.getByRole('button', { name: 'Add a strand' }));
    const [last] = screen.getAllByLabelText('Name of the strand').slice(-1);
    await user.type(last ?? first, 'Own');

    await waitFor(() => expect(server.saved.edits.ownStrands).toMatchObject([{ title: 'Own' }]), {
      timeout: 10_000,
    });
    await user.click(screen.getByRole('button', { name: 'Remove Own' }));

    expect(server.saved.edits.strands).toMatchObject([{ key: 'assessment', title: 'Assessments' }]);
    await waitFor(() => expect(server.saved.edits.ownStrands).toEqual([]), { timeout: 10_000 });
  });

  it('shows only what is changed, or what a search finds', async () => {
    const { user } = await start(
      new OverlayServer({ items: [editOf(core, ITEM.stories, { title: 'Stories that teach' })] }),
    );
    await user.click(await screen.findByRole('radio', { name: 'Changed here' }));
    const changed = screen.getAllByRole('listitem').map(({ textContent }) => textContent);

    await user.click(screen.getByRole('radio', { name: 'All items' }));
    await user.type(screen.getByRole('searchbox'), 'm2');

    expect(changed).toEqual(['M1Stories that teachRenamed']);
    expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual(['M2Item M2']);
  });

  it('says what has to be settled, settles it, and is published with what it changes', async () => {
    const newer = buildCore({ items: core.items.filter(({ key }) => key !== ITEM.feedback), crosswalk: [] });
    const server = new OverlayServer({ items: [editOf(core, ITEM.feedback, { title: 'Marking' })] }, [
      core,
      newer,
    ]);
    const { user } = await start(server);
    await user.click(await screen.findByRole('button', { name: 'See what it changes' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(await dialog.findByText('Dropped in the core')).toBeInTheDocument();
    await expectAccessible();
    await user.click(dialog.getByRole('button', { name: 'Take over version 2' }));
    const blocked = await screen.findByText('Settle first what is listed at the top of the page.');
    await user.click(screen.getByRole('button', { name: 'Keep it as our own: A2' }));
    await waitFor(() => expect(server.saved.edits.ownItems).toMatchObject([{ title: 'Marking' }]), {
      timeout: 10_000,
    });

    const publish = screen.getByRole('button', { name: 'Publish…' });
    await waitFor(() => expect(publish).toBeEnabled(), { timeout: 10_000 });
    await user.click(publish);
    const asked = within(await screen.findByRole('dialog'));
    expect(asked.getByText('1 item added, 0 changed, 0 removed.')).toBeInTheDocument();
    await user.click(asked.getByRole('button', { name: 'Publish version 1' }));

    expect(blocked).not.toBeInTheDocument();
    await waitFor(() =>
      expect(server.published).toEqual([{ revision: server.saved.revision, newest: null }]),
    );
    expect(server.saved.edits.core.version).toBe(2);
    expect(server.saved.edits.ownItems).toMatchObject([{ key: ITEM.feedback, title: 'Marking' }]);
  });

  it('merges what somebody else saved, and asks only where both wrote into the same field', async () => {
    const server = new OverlayServer();
    const { user } = await start(server);
    const title = await screen.findByRole('textbox', { name: 'Title' });
    server.saveAsOther({ title: 'Theirs', source: 'Another school', ownItems: [ownItem()] });

    await user.clear(title);
    await user.type(title, 'Mine');
    const conflict = within(
      await screen.findByRole('group', { name: 'Somebody else changed the same' }, { timeout: 10_000 }),
    );
    expect(conflict.getByText('Theirs', { selector: '.wm-words, .wm-words *' })).toBeInTheDocument();
    await user.click(conflict.getByRole('button', { name: 'Keep what is here' }));

    await waitFor(() => expect(server.saved.edits.title).toBe('Mine'), { timeout: 10_000 });
    expect(server.saved.edits).toMatchObject({
      source: 'Another school',
      ownItems: [{ title: 'Exit tickets' }],
    });
  });

  it('is discarded once that is confirmed', async () => {
    const server = new OverlayServer();
    const api = server.api();
    const { user } = await start(server, api);
    await user.click(await screen.findByRole('button', { name: 'Discard this draft' }));

    await user.click(screen.getByRole('button', { name: 'Discard' }));

    expect(await screen.findByRole('heading', { name: 'Frameworks' })).toBeInTheDocument();
    expect(api.bodiesOf(overlayEndpoints.discard)).toHaveLength(1);
  });

  it('is not for designers', async () => {
    const api = new OverlayServer().api();
    api.on(overlayEndpoints.read, () => {
      throw new Refusal('FORBIDDEN');
    });

    await startApp(`/overlays/${DRAFT_ID}`, api, admin);

    expect(await screen.findByRole('heading', { level: 1 })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Publish…' })).toBeNull();
  });

  it('that is not there any more says so', async () => {
    const api = new OverlayServer().api();
    api.on(overlayEndpoints.read, () => {
      throw new Refusal('NOT_FOUND');
    });

    await startApp(`/overlays/${DRAFT_ID}`, api, admin);

    expect(await screen.findByText('There is nothing at this address')).toBeInTheDocument();
  });
});

describe('a core', () => {
  it('is adapted from its page, under a title of one’s own', async () => {
    const api = new OverlayServer().api();
    const { user } = await startApp(`/frameworks/${core.key}`, api, admin);
    await user.click(await screen.findByRole('button', { name: 'Adapt for us' }));
    const title = screen.getByRole('textbox', { name: 'Title' });
    await user.clear(title);
    await user.click(screen.getByRole('button', { name: 'Begin' }));
    const refused = screen.getByText('Fill this in first.');
    await user.type(title, 'Ours');

    await user.click(screen.getByRole('button', { name: 'Begin' }));

    expect(refused).not.toBeInTheDocument();
    expect(await screen.findByRole('button', { name: 'Publish…' })).toBeInTheDocument();
    expect(api.bodiesOf(overlayEndpoints.begin)).toMatchObject([
      { from: 'core', title: 'Ours', core: { key: core.key, version: 1 } },
    ]);
  });

  it('is not adapted by designers, who do not see what is being written', async () => {
    const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
    const api = new OverlayServer().api();
    await startApp(`/frameworks/${core.key}`, api, designer);

    await screen.findByRole('button', { name: /A1/ });

    expect(screen.queryByRole('button', { name: 'Adapt for us' })).toBeNull();
    expect(api.received.some(({ endpoint }) => endpoint === overlayEndpoints.list)).toBe(false);
  });
});

describe('the list of frameworks', () => {
  it('leads admins to the overlays that are being written', async () => {
    const server = new OverlayServer();
    await startApp('/frameworks', server.api(), admin);

    const drafts = within(await screen.findByRole('region', { name: 'Being written' }));

    expect(drafts.getByRole('link', { name: 'District' })).toHaveAttribute(
      'href',
      expect.stringContaining(`overlays/${DRAFT_ID}`),
    );
    expect(drafts.getByText(/by Teacher 14/)).toBeInTheDocument();
  });

  it('goes on from a published overlay to its next version', async () => {
    const server = new OverlayServer();
    const api = server.api();
    api.on(frameworkEndpoints.list, () => ({
      rows: [
        {
          key: core.key,
          slug: 'district',
          title: 'District',
          licence: '',
          version: 1,
          publishedAt: '2026-10-02T09:00:00.000Z',
          items: 0,
          core: { key: core.key, title: core.title, version: 1 },
        },
      ],
    }));
    const { user } = await startApp(`/frameworks/${core.key}`, api, admin);

    await user.click(await screen.findByRole('button', { name: 'Change this overlay' }));

    expect(await screen.findByRole('button', { name: 'Publish…' })).toBeInTheDocument();
    expect(api.bodiesOf(overlayEndpoints.begin)).toEqual([{ from: 'version', key: core.key }]);
  });
});
