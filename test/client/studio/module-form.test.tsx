import { describe, expect, it } from '@jest/globals';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { startApp } from '../support/startApp.tsx';
import type { Started } from '../support/startApp.tsx';
import { moduleAt, samplePathway, sampleParts } from './samples.ts';
import { DRAFT_ID, studioApi, StudioServer } from './studioServer.ts';

const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
/** A module with seven steps and two examples. */
const THIRD = moduleAt(sampleParts(), 2);
const examples = samplePathway.modules[2]?.exemplars ?? [];
const [approvedExample, returnedExample] = examples;
if (!approvedExample || !returnedExample) throw new Error('the sample has no two examples');
const [codeA] = samplePathway.modules[2]?.criteria ?? [];

async function open(parts = sampleParts()): Promise<Started & { server: StudioServer }> {
  window.sessionStorage.clear();
  const server = new StudioServer(parts);
  const started = await startApp(`/studio/${DRAFT_ID}?at=${THIRD.key}`, studioApi(server), designer);
  await screen.findByRole('navigation', { name: 'Outline' });
  return { ...started, server };
}

const form = (name: string) => within(screen.getByRole('group', { name }));
const saved = (check: () => void) => waitFor(check, { timeout: 10_000 });

describe('an example of work', () => {
  it('is judged in each criterion, and no more where no level is chosen', async () => {
    const { server } = await open();
    const card = form(returnedExample.title);

    fireEvent.change(card.getByRole('combobox', { name: 'Outcome' }), { target: { value: 'approved' } });
    fireEvent.change(card.getByRole('combobox', { name: 'Level in A' }), { target: { value: 'extends' } });
    fireEvent.change(card.getByRole('combobox', { name: 'Level in B' }), { target: { value: '' } });
    fireEvent.change(card.getByRole('textbox', { name: 'Comment on A' }), {
      target: { value: 'Names groups.' },
    });
    fireEvent.change(card.getByRole('textbox', { name: 'Overall comment' }), {
      target: { value: 'Hand it in.' },
    });

    const criteria = [{ criterion: codeA?.key, level: 'extends', comment: 'Names groups.' }];
    const exemplar = { outcome: 'approved', comment: 'Hand it in.', criteria };
    await saved(() => expect(server.value(returnedExample.key)).toMatchObject({ exemplar }));
  });

  it('gets the level that is needed where only a comment is written', async () => {
    const { server, user } = await open();
    await user.click(screen.getByRole('button', { name: 'Add an example' }));
    const card = form('Example without a title');

    fireEvent.change(card.getByRole('textbox', { name: 'Comment on A' }), { target: { value: 'Clear.' } });

    const criteria = [{ criterion: codeA?.key, level: THIRD.scale.meets, comment: 'Clear.' }];
    await saved(() =>
      expect(server.since(0).parts.map(({ value }) => value)).toContainEqual({
        type: 'exemplar',
        exemplar: expect.objectContaining({ title: '', criteria }),
      }),
    );
  });

  it('moves with Alt and an arrow from anywhere in it, and is removed with what it says', async () => {
    const { server, user } = await open();
    const [first, second] = THIRD.exemplars;

    fireEvent.keyDown(form(approvedExample.title).getByRole('textbox', { name: 'Title' }), {
      key: 'ArrowDown',
      altKey: true,
    });
    await saved(() => expect(server.value(THIRD.key)).toMatchObject({ exemplars: [second, first] }));
    await user.click(screen.getByRole('button', { name: `Move or change ${returnedExample.title}` }));
    await user.click(screen.getByRole('menuitem', { name: 'Remove' }));

    await saved(() => expect(server.value(THIRD.key)).toMatchObject({ exemplars: [first] }));
    expect(server.value(returnedExample.key)).toBeNull();
  });
});

describe('a step', () => {
  const orderOf = (server: StudioServer) => {
    const value = server.value(THIRD.key);
    return value?.type === 'module' ? value.steps.map(({ key }) => key) : [];
  };

  it('moves among those before the last one, and changes its title and its minutes', async () => {
    const { server, user } = await open();
    await user.click(screen.getByRole('button', { name: 'Move or change Observe' }));
    const entries = screen.getAllByRole('menuitem').map(({ textContent }) => textContent);
    await user.click(screen.getByRole('menuitem', { name: 'Move up' }));

    fireEvent.change(form('Observe').getByRole('textbox', { name: 'Title of the step' }), {
      target: { value: 'Sit in' },
    });
    fireEvent.change(form('Sit in').getByRole('spinbutton', { name: 'Minutes: Sit in' }), {
      target: { value: '25' },
    });

    expect(entries).toEqual(['Move up', 'Move down', 'Move to…', 'Remove']);
    await saved(() =>
      expect(orderOf(server)).toEqual(['learn', 'plan', 'observe', 'try', 'refine', 'reflect', 'hand_in']),
    );
    await saved(() =>
      expect(server.value(THIRD.key)).toMatchObject({
        steps: expect.arrayContaining([
          expect.objectContaining({ key: 'observe', title: 'Sit in', minutes: 25 }),
        ]),
      }),
    );
    expect(screen.queryByRole('button', { name: 'Move or change Hand in' })).toBeNull();
  });
});

describe('a block', () => {
  const stepsOf = (server: StudioServer) => {
    const value = server.value(THIRD.key);
    return value?.type === 'module' ? value.steps : [];
  };
  const placesOf = (server: StudioServer, block: string) =>
    stepsOf(server).flatMap(({ key, blocks }) => (blocks.includes(block) ? [key] : []));
  const text = THIRD.steps[0]?.blocks[0] ?? '';

  it('goes on to the next step with Alt and an arrow at the end of its own', async () => {
    const { server } = await open();
    const field = document.querySelector(`[data-part="${text}"] button`);

    fireEvent.keyDown(field ?? document.body, { key: 'ArrowDown', altKey: true });

    await saved(() => expect(placesOf(server, text)).toEqual(['plan']));
  });

  it.each([
    ['Keep it here', 'learn'],
    [/^Keep it in Try/, 'try'],
  ])('that two people moved at once stays where its designer says: %s', async (choice, step) => {
    const parts = sampleParts();
    const steps = THIRD.steps.map((one) =>
      one.key === 'try' ? { ...one, blocks: [...one.blocks, text] } : one,
    );
    const { server, user } = await open(parts.set(THIRD.key, { ...THIRD, steps }));
    const [notice] = screen.getAllByText(/moved by two people at the same time/);

    const group = notice?.closest<HTMLElement>('[role=group]') ?? document.body;
    await user.click(within(group).getByRole('button', { name: choice }));

    await saved(() => expect(placesOf(server, text)).toEqual([step]));
    expect(screen.queryByRole('button', { name: choice })).toBeNull();
  });
});

describe('a module', () => {
  it('is left to colleagues where its designer says so', async () => {
    const { server } = await open();

    fireEvent.change(screen.getByRole('combobox', { name: 'Who reviews' }), { target: { value: 'peer' } });

    await saved(() => expect(server.value(THIRD.key)).toMatchObject({ reviewedBy: 'peer' }));
  });
});
