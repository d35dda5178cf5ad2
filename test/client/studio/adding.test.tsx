import { describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { startApp } from '../support/startApp.tsx';
import type { Started } from '../support/startApp.tsx';
import { moduleAt, sampleParts } from './samples.ts';
import { DRAFT_ID, studioApi, StudioServer } from './studioServer.ts';

const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
/** A module with a checklist. */
const parts = sampleParts();
const FIRST = moduleAt(parts, 0);

async function open(at = FIRST.key): Promise<Started & { server: StudioServer }> {
  window.sessionStorage.clear();
  const server = new StudioServer(sampleParts());
  const started = await startApp(`/studio/${DRAFT_ID}?at=${at}`, studioApi(server), designer);
  await screen.findByRole('navigation', { name: 'Outline' });
  return { ...started, server };
}

type User = Started['user'];
const press = (user: User, name: string) => user.click(screen.getByRole('button', { name }));
async function pick(user: User, menu: string, entry: string): Promise<void> {
  await press(user, menu);
  await user.click(screen.getByRole('menuitem', { name: entry }));
}
/** What has the focus and is written in. */
const written = () => {
  const { activeElement: field } = document;
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value : null;
};

describe('what a designer adds', () => {
  it.each([
    ['a module', (user: User) => press(user, 'Add a module'), 'Title'],
    ['a resource', (user: User) => pick(user, 'Add to Learn', 'Resource'), 'Title'],
    ['a question', (user: User) => pick(user, 'Add to Reflect', 'Question'), 'Question'],
    ['a step', (user: User) => pick(user, 'Add a step', 'Plan'), 'Title of the step'],
  ])('is written in next: %s', async (_what, add, field) => {
    const { user } = await open();
    await add(user);
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName(field));

    await user.keyboard('Ask 1');

    expect(written()).toBe('Ask 1');
  });

  it('is written in next: an item of a checklist, each after the other', async () => {
    const { user } = await open();
    await pick(user, 'Add to Learn', 'Checklist');
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName('Title'));
    const card = within(document.activeElement?.closest<HTMLElement>('[role=group]') ?? document.body);

    for (const [at, text] of ['A b', 'C d'].entries()) {
      await user.click(card.getByRole('button', { name: 'Add an item' }));
      await waitFor(() => expect(document.activeElement).toHaveAccessibleName(`Item ${at + 1}`));
      await user.keyboard(text);
    }

    expect(card.getByRole('textbox', { name: 'Item 1' })).toHaveValue('A b');
    expect(card.getByRole('textbox', { name: 'Item 2' })).toHaveValue('C d');
  });

  it('is written in next: a text, whose editor is made first', async () => {
    const { user } = await open();

    await pick(user, 'Add to Learn', 'Text');

    await waitFor(() => expect(document.activeElement).toHaveAttribute('contenteditable', 'true'));
    expect(document.activeElement).toHaveTextContent('');
  });

  it('is named next: a track, and a level of the rubric', async () => {
    const { user } = await open('pathway');
    await press(user, 'Add a track');
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName('Name of the track'));
    await user.keyboard('Primary');
    const track = written();
    await user.click(screen.getByRole('button', { name: new RegExp(`^${FIRST.title}`) }));
    await user.click(await screen.findByText('Levels of the rubric, low to high'));
    await press(user, 'Add a level');
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName('Name of level 5'));

    await user.keyboard('Leads');

    expect([track, written()]).toEqual(['Primary', 'Leads']);
  });

  it('is left alone by somebody who has gone elsewhere meanwhile', async () => {
    const { user } = await open();
    await press(user, 'Add a module');

    const title = screen.getByRole('textbox', { name: 'Title' });
    await waitFor(() => expect(title).toHaveFocus());
    await user.click(screen.getByRole('textbox', { name: 'Achievement' }));
    await user.keyboard('Asks');

    expect(title).toHaveValue('New module');
    expect(screen.getByRole('textbox', { name: 'Achievement' })).toHaveValue('Asks');
  });

  it('is found by the words beside the plus', async () => {
    const { user } = await open();

    await user.click(screen.getByText('Add to Learn'));

    expect(screen.getByRole('menu', { name: 'Add to Learn' })).toBeVisible();
  });
});

describe('a text of the studio', () => {
  it('is divided by headings of two levels', async () => {
    const { user, server } = await open();
    await pick(user, 'Add to Learn', 'Text');
    await waitFor(() => expect(document.activeElement).toHaveAttribute('contenteditable', 'true'));
    const card = within(document.activeElement?.closest<HTMLElement>('[role=group]') ?? document.body);

    await user.click(card.getByRole('button', { name: 'Subheading' }));

    expect(card.getByRole('button', { name: 'Subheading' })).toHaveAttribute('aria-pressed', 'true');
    expect(card.getByRole('button', { name: 'Heading' })).toHaveAttribute('aria-pressed', 'false');
    const saved = () => JSON.stringify(server.saves.flat().map((key) => server.value(key)));
    await waitFor(() => expect(saved()).toContain('"heading","attrs":{"level":3}'), { timeout: 10_000 });
  });
});
