import { describe, expect, it } from '@jest/globals';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { PATHWAY_PART } from '../../../contract/studioParts.ts';
import type { Part } from '../../../contract/studioParts.ts';
import { isReorderedByBoth } from '../../../client/src/autosave/parts/reordered.ts';
import { applyChanges, findPathway } from '../../../client/src/features/studio/changes.ts';
import {
  removeBlock,
  removeCriterion,
  removeExemplar,
  removeModule,
} from '../../../client/src/features/studio/studioModel.ts';
import { outermost, restore } from '../../../client/src/features/studio/unlistedParts.ts';
import { expectAccessible } from '../support/axe.ts';
import { startApp } from '../support/startApp.tsx';
import { moduleAt, sampleParts } from './samples.ts';
import { DRAFT_ID, studioApi, StudioServer } from './studioServer.ts';

const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
const before = sampleParts();
const third = moduleAt(before, 2);
const pathway = findPathway(before);
if (!pathway) throw new Error('the sample has no pathway');
const [block = ''] = third.steps[1]?.blocks ?? [];
const [criterion = ''] = third.criteria;
const [exemplar = ''] = third.exemplars;

const withModules = (modules: string[]): Part => ({ ...pathway, modules });
const lookAgain = () => fireEvent(document, new Event('visibilitychange'));

async function open(at: string) {
  window.sessionStorage.clear();
  const server = new StudioServer();
  const started = await startApp(`/studio/${DRAFT_ID}?at=${at}`, studioApi(server), designer);
  await screen.findByRole('navigation', { name: 'Outline' });
  return { ...started, server };
}

describe('what somebody else removed', () => {
  it.each([
    ['a module with everything in it', third.key, removeModule(before, third.key)],
    ['a block', block, removeBlock(before, third.key, block)],
    ['an example', exemplar, removeExemplar(before, third.key, exemplar)],
  ])('is put back where it was: %s', (_what, key, removal) => {
    const after = applyChanges(before, removal);

    const restored = applyChanges(after, restore(after, key, before));

    expect(restored).toEqual(before);
  });

  it('comes back to its module, and its module only: a criterion', () => {
    const after = applyChanges(before, removeCriterion(before, third.key, criterion));
    const without = applyChanges(after, removeModule(after, third.key));

    const restored = applyChanges(after, restore(after, criterion, before));

    expect(moduleAt(restored, 2).criteria).toEqual(third.criteria);
    expect(restore(without, criterion, before)).toEqual(new Map());
  });

  it('is named once where all of it went', () => {
    const gone = [...removeModule(before, third.key)].flatMap(([key, part]) => (part ? [] : [key]));

    expect(outermost(new Map(gone.map((key) => [key, before])))).toEqual([third.key]);
  });

  it('is said on the page, and put back at a press', async () => {
    const { server, user } = await open(PATHWAY_PART);
    const modules = pathway.modules.filter((key) => key !== third.key);
    server.saveAsOther(PATHWAY_PART, () => withModules(modules));
    server.saveAsOther(third.key, () => null);

    lookAgain();
    const putBack = await screen.findByRole('button', { name: 'Put it back' });
    await expectAccessible();
    await user.click(putBack);

    await waitFor(() => expect(server.value(PATHWAY_PART)).toMatchObject({ modules: pathway.modules }), {
      timeout: 10_000,
    });
    expect(server.value(third.key)).toEqual(third);
    expect(screen.queryByRole('button', { name: 'Put it back' })).toBeNull();
  });

  it('stays removed where that is right', async () => {
    const { server, user } = await open(PATHWAY_PART);
    server.saveAsOther(PATHWAY_PART, () => withModules(pathway.modules.slice(0, -1)));
    server.saveAsOther(pathway.modules.at(-1) ?? '', () => null);

    lookAgain();
    await user.click(await screen.findByRole('button', { name: 'Leave it removed' }));

    expect(screen.queryByRole('button', { name: 'Leave it removed' })).toBeNull();
  });
});

describe('an order that two people changed', () => {
  const [a = '', b = '', c = '', ...rest] = pathway.modules;

  it.each([
    ['both moved something', [b, a, c, ...rest], [a, c, b, ...rest], true],
    ['only one moved something', [b, a, c, ...rest], [a, b, c, ...rest], false],
    ['both made the same order', [b, a, c, ...rest], [b, a, c, ...rest], false],
    ['one removed what the other did not move', [b, c, ...rest], [a, c, b, ...rest], false],
  ])('is noticed where %s', (_what, mine, theirs, noticed) => {
    expect(isReorderedByBoth(pathway, withModules(mine), withModules(theirs))).toBe(noticed);
  });

  it('has both changes, and says so', async () => {
    const { server, user } = await open(third.key);
    const [learn = '', plan = ''] = third.steps.map(({ key }) => key);
    const swap = (part: Part): Part =>
      part.type === 'module'
        ? { ...part, steps: [...part.steps.slice(1, 3), ...part.steps.slice(0, 1), ...part.steps.slice(3)] }
        : part;
    server.saveAsOther(third.key, swap);

    const step = screen.getByRole('group', { name: 'Refine' });
    fireEvent.keyDown(step.querySelector('input') ?? step, { key: 'ArrowUp', altKey: true });

    await user.click(await screen.findByRole('button', { name: 'It is right' }, { timeout: 10_000 }));
    await waitFor(() => {
      const value = server.value(third.key);
      const steps = value?.type === 'module' ? value.steps.map(({ key }) => key) : [];
      expect(steps.indexOf(learn)).toBeGreaterThan(steps.indexOf(plan));
      expect(steps.indexOf('refine')).toBeLessThan(steps.indexOf('observe'));
    });
    expect(screen.queryByRole('button', { name: 'It is right' })).toBeNull();
  });
});
