import { describe, expect, it } from '@jest/globals';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { PATHWAY_PART } from '../../../contract/studioParts.ts';
import { studioEndpoints } from '../../../contract/studio.ts';
import { findPlacesOf } from '../../../client/src/features/studio/blockMoves.ts';
import type { Parts } from '../../../client/src/features/studio/changes.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import type { Started } from '../support/startApp.tsx';
import { moduleAt, samplePathway, sampleParts } from './samples.ts';
import { DRAFT_ID, sampleRow, studioApi, StudioServer } from './studioServer.ts';

const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
const first = () => moduleAt(sampleParts(), 0);

/** Opens the draft at a part of it. */
async function openDraft(server: StudioServer, at: string = first().key): Promise<Started> {
  window.sessionStorage.clear();
  const started = await startApp(`/studio/${DRAFT_ID}?at=${at}`, studioApi(server), designer);
  await screen.findByRole('navigation', { name: 'Outline' });
  return started;
}

const partsOf = (server: StudioServer): Parts =>
  new Map(server.since(0).parts.flatMap(({ key, value }) => (value ? [[key, value] as const] : [])));

const outline = () => within(screen.getByRole('navigation', { name: 'Outline' }));
const field = (name: string) => screen.getAllByRole('textbox', { name })[0];
const type = (name: string, text: string) => {
  const box = field(name);
  if (!box) throw new Error(`there is no field ${name}`);
  fireEvent.change(box, { target: { value: text } });
};
const saved = () => screen.findByText('Saved', {}, { timeout: 10_000 });
/** The page is looked at again: what others changed is asked for at once. */
const lookAgain = () => act(() => void document.dispatchEvent(new Event('visibilitychange')));

describe('the list of pathways', () => {
  it('shows what is published, and who saved the draft when', async () => {
    await startApp('/studio', studioApi(new StudioServer()), designer);

    await screen.findByRole('heading', { name: samplePathway.title });

    expect(screen.getByText(/^Version 3, published/)).toBeInTheDocument();
    expect(screen.getByText(/by Teacher 14$/)).toBeInTheDocument();
    await expectAccessible();
  });

  it('says how to begin where there is nothing yet', async () => {
    await startApp('/studio', studioApi(new StudioServer(), []), designer);

    await screen.findByText(/No pathways yet/);

    expect(screen.getByRole('button', { name: 'New pathway' })).toBeInTheDocument();
  });

  it('begins a pathway with a title and a strand, also by Enter', async () => {
    const { api, user } = await startApp('/studio', studioApi(new StudioServer(), []), designer);
    await user.click(await screen.findByRole('button', { name: 'New pathway' }));

    await user.click(screen.getByRole('button', { name: 'Begin' }));
    const asked = screen.getByText(/Give it a title first/);
    await user.type(screen.getByRole('textbox', { name: 'Title' }), 'Feedback that is used{Enter}');
    await screen.findByRole('navigation', { name: 'Outline' });

    expect(asked).toBeDefined();
    expect(api.bodiesOf(studioEndpoints.begin)).toEqual([
      expect.objectContaining({ from: 'blank', title: 'Feedback that is used' }),
    ]);
  });

  it('copies a published pathway once, also when it is pressed again after a failure', async () => {
    const api = studioApi(new StudioServer(), [sampleRow()]);
    api.on(studioEndpoints.begin, () => {
      throw new Refusal('NOT_FOUND');
    });
    const { user } = await startApp('/studio', api, designer);
    const copy = await screen.findByRole('button', { name: `Make a copy of ${samplePathway.title}` });

    await user.click(copy);
    await screen.findAllByText(/The draft was not opened/);
    await user.click(copy);
    await waitFor(() => expect(api.bodiesOf(studioEndpoints.begin)).toHaveLength(2));

    const [one, two] = api.bodiesOf(studioEndpoints.begin);
    expect(one).toMatchObject({ from: 'copy', of: samplePathway.key });
    expect(two).toEqual(one);
  });
});

describe('the draft of a pathway', () => {
  it('shows the minutes of module and pathway against the caps of the institution, and what is over them', async () => {
    const server = new StudioServer();
    server.caps = { moduleMinutesMax: 1, pathwayMinutesMax: 6000, evaluativeShareMax: 50 };

    await openDraft(server);
    const foot = within(screen.getByRole('contentinfo', { name: 'What the check found' }));

    expect(foot.getByText(/^This module: .+ of 1 min$/)).toBeInTheDocument();
    expect(foot.getByText(/ of 100 h in all$/)).toBeInTheDocument();
    expect(foot.getByText('100% of at most 50% judged by reviewers')).toBeInTheDocument();
    // each module's minutes, and the share
    expect(foot.getByText(`${samplePathway.modules.length + 1} to fix`)).toBeInTheDocument();
  });

  it('tells two steps of one kind apart that have no title', async () => {
    const { user } = await openDraft(new StudioServer());
    const before = screen.getAllByRole('heading', { name: 'Reflect' });

    await user.click(screen.getByRole('button', { name: 'Add a step' }));
    await user.click(screen.getByRole('menuitem', { name: 'Reflect' }));

    expect(before).toHaveLength(2);
    expect(screen.getAllByRole('heading', { name: 'Reflect (2)' })).toHaveLength(2);
  });

  it('is accessible, at the pathway and at a module', async () => {
    const { user } = await openDraft(new StudioServer(), PATHWAY_PART);
    await expectAccessible();

    await user.click(outline().getByRole('button', { name: new RegExp(`^${first().title}`) }));
    await screen.findByRole('heading', { name: 'Criteria' });

    await expectAccessible();
  });

  it('saves what is typed, and takes it back with undo', async () => {
    const server = new StudioServer();
    const { user } = await openDraft(server);

    type('Title', 'Run it twice');
    await saved();
    const title = server.value(first().key);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(server.value(first().key)).toMatchObject({ title: first().title }), {
      timeout: 10_000,
    });

    expect(title).toMatchObject({ title: 'Run it twice' });
    expect(field('Title')).toHaveValue(first().title);
  });

  it('adds a module at the end and goes there', async () => {
    const server = new StudioServer();
    const { user } = await openDraft(server);

    await user.click(screen.getByRole('button', { name: 'Add a module' }));

    expect(field('Title')).toHaveValue('New module');
    await saved();
    expect(server.saves.flat()).toContain(PATHWAY_PART);
  });

  it('moves a module with Alt and an arrow', async () => {
    const server = new StudioServer();
    await openDraft(server);
    const [one, two] = samplePathway.modules;

    fireEvent.keyDown(outline().getByRole('button', { name: new RegExp(`^${one?.title}`) }), {
      key: 'ArrowDown',
      altKey: true,
    });
    await saved();

    const head = server.value(PATHWAY_PART);
    expect(head?.type === 'pathway' && head.modules.slice(0, 2)).toEqual([two?.key, one?.key]);
  });

  it('moves a block to another module by its dialog, says where it is now, and takes it back', async () => {
    const server = new StudioServer();
    const { user } = await openDraft(server);
    const [text] = first().steps[0]?.blocks ?? [];
    const [grip] = screen.getAllByRole('button', { name: /^Move or change Text/ });

    await user.click(grip ?? document.body);
    await user.click(screen.getByRole('menuitem', { name: 'Move to…' }));
    const other = moduleAt(sampleParts(), 1);
    await user.selectOptions(screen.getByRole('combobox', { name: 'Module' }), other.title);
    await user.click(screen.getByRole('button', { name: 'Move' }));

    expect(await screen.findByText(`Text is now in Learn, ${other.title}.`)).toBeInTheDocument();
    await waitFor(
      () => expect(findPlacesOf(partsOf(server), text ?? '')).toMatchObject([{ module: other.key }]),
      {
        timeout: 10_000,
      },
    );
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(
      () => expect(findPlacesOf(partsOf(server), text ?? '')).toMatchObject([{ module: first().key }]),
      {
        timeout: 10_000,
      },
    );
  });

  it('takes over what somebody else changed, and says that they are here', async () => {
    const server = new StudioServer();
    const { key } = first();
    await openDraft(server);

    server.others = [{ windowId: DRAFT_ID, name: 'Teacher 15', isCaller: false, part: key }];
    server.saveAsOther(key, (part) => (part.type === 'module' ? { ...part, label: 'Theirs' } : part));
    lookAgain();

    await waitFor(() => expect(field('Label on the map')).toHaveValue('Theirs'));
    expect(screen.getByText(`Teacher 15 is here, in ${first().title}.`)).toBeInTheDocument();
  });

  it.each([
    ['Keep mine: Title', 'Mine'],
    ['Keep theirs: Title', 'Theirs'],
    ['Keep both: Title', 'Theirs Mine'],
  ])('shows both texts of one field until one is chosen (%s)', async (choice, kept) => {
    const server = new StudioServer();
    const { key } = first();
    const { user } = await openDraft(server);
    server.saveAsOther(key, (part) => (part.type === 'module' ? { ...part, title: 'Theirs' } : part));

    type('Title', 'Mine');
    const conflict = await screen.findByRole('group', { name: 'Somebody else changed this, too' });
    const shown = [
      within(conflict).getByText('Mine'),
      within(conflict).getByText('Theirs', { selector: 'div' }),
    ];
    await user.click(screen.getByRole('button', { name: choice }));
    await waitFor(() => expect(screen.queryByRole('group', { name: /Somebody else/ })).toBeNull());

    expect(shown).toHaveLength(2);
    await waitFor(() => expect(server.value(key)).toMatchObject({ title: kept }), { timeout: 10_000 });
    expect(field('Title')).toHaveValue(kept);
  });

  it('keeps what is typed after the role has ended, and says why it is not saved', async () => {
    const server = new StudioServer();
    const { api } = await openDraft(server);
    api.on(studioEndpoints.save, () => {
      throw new Refusal('FORBIDDEN');
    });

    type('Title', 'Too late');

    await screen.findByText(/You can no longer edit this draft/, {}, { timeout: 10_000 });
    expect(field('Title')).toHaveValue('Too late');
  });

  it.each([
    ['NOT_FOUND', /^This draft was put away or published/],
    ['FORBIDDEN', /^You can no longer edit this draft/],
  ] as const)('says before anything is typed that nothing will be saved (%s)', async (code, words) => {
    const { api } = await openDraft(new StudioServer());
    api.on(studioEndpoints.presence, () => {
      throw new Refusal(code);
    });

    lookAgain();

    expect(await screen.findByText(words)).toBeVisible();
  });

  it('goes from what the lint found to its field', async () => {
    const server = new StudioServer();
    const { user } = await openDraft(server, PATHWAY_PART);
    type('Licence', '');

    await user.click(await screen.findByRole('button', { name: 'Show' }));
    const dialog = within(await screen.findByRole('dialog'));
    const [finding] = dialog.getAllByRole('button', { name: samplePathway.title });
    if (finding) await user.click(finding);

    await waitFor(() => expect(field('Licence')).toHaveFocus());
  });

  it('shows the module as teachers see it', async () => {
    await openDraft(new StudioServer());

    const preview = within(screen.getByRole('region', { name: 'As a teacher sees it' }));

    expect(preview.getByRole('heading', { name: first().title })).toBeInTheDocument();
    expect(preview.getByRole('heading', { name: 'Rubric' })).toBeInTheDocument();
  });

  it('is for designers', async () => {
    const api = studioApi(new StudioServer());
    api.on(studioEndpoints.draft, () => {
      throw new Refusal('FORBIDDEN');
    });

    await startApp(`/studio/${DRAFT_ID}`, api, designer);

    expect(await screen.findByText('Only course designers can open this.')).toBeInTheDocument();
  });
});
